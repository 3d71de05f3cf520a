/** The command line as a library: what `bin.ts` runs, and what tests run without a process. */

export { main } from "./main.ts";
export type { ExitCode, Library, Output, Shell } from "./shell.ts";
