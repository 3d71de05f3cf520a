/** The file that the engine's thread runs. */

import { parentPort } from "node:worker_threads";
import { createLocalLibrary } from "../local-library.ts";
import { serveLibrary } from "./serve.ts";

const port = parentPort!;
serveLibrary(
  {
    send: (reply) => port.postMessage(reply),
    onMessage: (listener) => void port.on("message", listener),
  },
  createLocalLibrary,
);
