/** The text of the registry for what is in models/ now. */
export function generateRegistry(): Promise<string>;
/** Texts of modules of single models, by the names of their files. */
export function generateModules(): Promise<ReadonlyMap<string, string>>;
/** The text of README.md, its table of models brought up to date. */
export function generateReadme(): Promise<string>;
/** The text of src/restorers.generated.ts for what is in restorers/ now. */
export function generateRestorers(): Promise<string>;
