/** The real library. The heavy parts are imported when first used, so that `tatami --help` is quick. */

import { listModels, loadModel } from "@tatami/zoo";
import type { Library } from "./shell.ts";

/** What commands use outside tests. */
export const library: Library = {
  listModels,
  loadModel,
  async readModel(bytes) {
    const { readOnnx } = await import("@tatami/graph");
    return readOnnx(bytes).model;
  },
  async createUpscaler(options) {
    const { createUpscaler } = await import("@tatami/upscale");
    return createUpscaler(options);
  },
  async plan(input, options) {
    const { plan } = await import("@tatami/upscale");
    return plan(input, { ...options, codecs: await drivers() });
  },
  async upscale(input, options) {
    const { upscale } = await import("@tatami/upscale");
    return upscale(input, { ...options, codecs: await drivers() });
  },
  async inspect(input, options) {
    const { inspect } = await import("@tatami/upscale");
    return inspect(input, { ...options, codecs: await drivers() });
  },
};

async function drivers() {
  const { nodeDriver } = await import("@tatami/codecs/node");
  return [nodeDriver()];
}
