/** The text of the registry for what is in models/ now. */
export function generateRegistry(): Promise<string>;
