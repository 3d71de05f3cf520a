/** The text of the registry for what is in models/ now. */
export function generateRegistry(): Promise<string>;
/** The text of README.md, its table of models brought up to date. */
export function generateReadme(): Promise<string>;
