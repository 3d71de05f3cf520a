/** Runs `export` until it joins the command line tool. */

import { runExportCommand } from "../src/command-export.ts";

void runExportCommand(process.argv.slice(2), console.log).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
