/** Runs `train` until it joins the command line tool. */

import { runTrainCommand } from "../src/command-train.ts";

void runTrainCommand(process.argv.slice(2), console.log).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
