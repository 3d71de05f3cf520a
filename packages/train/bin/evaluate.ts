/** Runs `evaluate` until it joins the command line tool. */

import { runEvaluateCommand } from "../src/command-evaluate.ts";

void runEvaluateCommand(process.argv.slice(2), console.log).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
