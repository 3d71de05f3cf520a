/** The program that the engine's process runs. With bin.ts, the only file that touches the process. */

import { createLocalLibrary } from "../local-library.ts";
import { resultsFd } from "./protocol.ts";
import { serveLibrary } from "./serve.ts";

// Ctrl-C goes to every process of the terminal; what becomes of the work is the other one's to say.
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => {});

const server = serveLibrary(
  {
    send: (reply) => void (process.connected && process.send?.(reply, undefined, undefined, () => {})),
    onMessage: (listener) => void process.on("message", listener),
  },
  // the terminal's, which the other process hands on: this one's own carries talk
  (signal) => createLocalLibrary(signal, resultsFd),
);

// Nobody is left to work for. Ended by a signal, since FFmpeg's bindings crash aloud when Node leaves
// while they are at work.
process.on("disconnect", () => {
  server.stop().finally(() => process.kill(process.pid, "SIGKILL"));
});
