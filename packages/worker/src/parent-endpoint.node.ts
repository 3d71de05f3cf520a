/** Whom a worker of Node's answers. */

import { parentPort } from "node:worker_threads";
import { TatamiError } from "@tatami/core";
import type { Endpoint } from "comlink";
import { nodeEndpoint } from "./node-endpoint.ts";

/**
 * The port to whoever started this worker.
 *
 * @throws TatamiError `unsupported-environment` outside of a worker.
 */
export function parentEndpoint(): Endpoint {
  if (parentPort) return nodeEndpoint(parentPort);
  throw new TatamiError({
    code: "unsupported-environment",
    message: "exposeUpscaler was called outside of a worker.",
    fix: "Call it in a file that is started with new Worker(...) of node:worker_threads.",
  });
}
