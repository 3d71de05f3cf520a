/** What the commands use outside tests: models in this process, pictures in another. */

import { listModels, loadModel } from "@tatami/zoo";
import { connectLibrary } from "./engine-process/connect.ts";
import { startProcess } from "./engine-process/start-process.ts";
import type { LocalLibrary } from "./local-library.ts";
import type { Library } from "./shell.ts";

/**
 * The real library. Everything stops when `signal` aborts.
 *
 * @param connect where pictures are worked on. @defaultValue in a process of its own
 */
export function createLibrary(
  signal: AbortSignal,
  connect: () => LocalLibrary = () => connectLibrary({ start: () => startProcess(), signal }),
): Library {
  return {
    ...connect(),
    // a process each: what is done at once shares no thread, and a crash takes down one file alone
    createEngine: (model, options) => connect().createEngine(model, options),
    listModels,
    loadModel: (name, options) => loadModel(name, { ...options, signal }),
    async readModel(bytes) {
      const { readOnnx } = await import("@tatami/graph");
      return readOnnx(bytes).model;
    },
    loadTrainer: () => import("@tatami/train"),
  };
}
