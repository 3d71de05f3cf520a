/** The real library, in this process. The heavy parts are imported when first used. */

import type { MediaDescription } from "@tatami/core";
import type { Model } from "@tatami/graph";
import type { Engine, EngineOptions } from "./shell.ts";

/** The parts of the library that keep a processor busy. */
export interface LocalLibrary {
  createEngine(model: Model, options: EngineOptions): Promise<Engine>;
  inspect(input: string): Promise<MediaDescription>;
}

/** Joins the packages. Everything stops when `signal` aborts. */
export function createLocalLibrary(signal: AbortSignal): LocalLibrary {
  return {
    async createEngine(model, options) {
      const { createUpscaler, plan, upscale } = await import("@tatami/upscale");
      const codecs = await createDrivers();
      const upscaler = await createUpscaler({ ...options, model, signal });
      return {
        plan: (input, job) => plan(input, { ...job, model: upscaler, codecs, signal }),
        upscale: (input, job) => upscale(input, { ...job, model: upscaler, codecs, signal }),
        [Symbol.asyncDispose]: () => upscaler[Symbol.asyncDispose](),
      };
    },
    async inspect(input) {
      const { inspect } = await import("@tatami/upscale");
      return inspect(input, { codecs: await createDrivers(), signal });
    },
  };
}

async function createDrivers() {
  const { nodeDriver } = await import("@tatami/codecs/node");
  return [nodeDriver()];
}
