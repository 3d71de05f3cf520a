#!/usr/bin/env node
/** The only file that touches the process. */

import { createLibrary } from "./library.ts";
import { main } from "./main.ts";
import { ownTerminal } from "./terminal/keys.ts";

const controller = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(name, () => {
    // The second one is from somebody who does not want to wait for the tidying up.
    if (controller.signal.aborted) process.exit(130);
    controller.abort(new DOMException(`Interrupted by ${name}.`, "AbortError"));
  });
}
// A reader that leaves early (`tatami models | head`) does not make the work a failure.
for (const output of [process.stdout, process.stderr]) {
  output.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

const code = await main({
  argv: process.argv.slice(2),
  env: process.env,
  cwd: process.cwd(),
  stdout: process.stdout,
  stderr: process.stderr,
  terminal: ownTerminal(),
  signal: controller.signal,
  now: () => performance.now(),
  library: createLibrary(controller.signal),
});

// An empty write is called back after everything before it has left; then the engine's threads,
// which would keep the process alive, are ended with it.
await Promise.all(
  [process.stdout, process.stderr].map((output) => new Promise((done) => output.write("", done))),
);
process.exit(code);
