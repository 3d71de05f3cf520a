/** The command line as a library: what `bin.ts` runs, and what tests run without a process. */

export { createLibrary } from "./library.ts";
export { createLocalLibrary } from "./local-library.ts";
export type { LocalLibrary } from "./local-library.ts";
export { main } from "./main.ts";
export type { ExitCode, Library, Output, Shell } from "./shell.ts";
