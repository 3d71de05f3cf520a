/** The real library, in this process. The heavy parts are imported when first used. */

import type { CodecDriver, MediaDescription, MediaInput } from "@tatami/core";
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
        plan: (input, job) => plan(toInput(input), { ...job, model: upscaler, codecs, signal }),
        upscale: (input, job) => upscale(toInput(input), { ...job, model: upscaler, codecs, signal }),
        [Symbol.asyncDispose]: () => upscaler[Symbol.asyncDispose](),
      };
    },
    async inspect(input) {
      const { inspect } = await import("@tatami/upscale");
      return inspect(toInput(input), { codecs: await createDrivers(), signal });
    },
  };
}

async function createDrivers(): Promise<readonly CodecDriver[]> {
  const { nodeDriver } = await import("@tatami/codecs/node");
  return [nodeDriver()];
}

/** Files on servers are fetched in ranges; playlists and streams stay addresses, which FFmpeg opens. */
function toInput(name: string): MediaInput {
  return /^https?:/.test(name) && !/\.m3u8(?:\?|$)/.test(name) ? new URL(name) : name;
}
