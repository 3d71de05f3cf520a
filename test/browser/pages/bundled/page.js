/** A page as anyone would write it; plain JavaScript, so that each bundler takes it as it is. */

import { loadModel } from "@tatami/zoo";
import { compareDoors } from "./compare.js";

const startWorker = () => new Worker(new URL("./upscaler.worker.js", import.meta.url), { type: "module" });

/** @param {string} [baseUrl] the folder of the models, where the bundler does not take them along */
async function compareInPage(baseUrl) {
  const model = await loadModel("micro-x2", baseUrl === undefined ? {} : { baseUrl });
  return compareDoors(model, startWorker);
}

Object.assign(globalThis, { compareInPage });
