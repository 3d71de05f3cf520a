/** Runs `train` until it joins the command line tool. */

import { runTrainCommand } from "../src/command-train.ts";

const controller = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => controller.abort(new DOMException(`Stopped by ${signal}.`, "AbortError")));
}

void runTrainCommand(process.argv.slice(2), console.log, controller.signal).catch((error: unknown) => {
  if (error !== controller.signal.reason) console.error(error);
  process.exitCode = 1;
});
