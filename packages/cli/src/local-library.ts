/** The real library, in this process. The heavy parts are imported when first used. */

import type { MediaDescription } from "@tatami/core";
import type { Model } from "@tatami/graph";
import type { CompareOptions, Comparison } from "./compare/options.ts";
import { createDrivers, createVideoOpener, toInput } from "./pictures/open-video.ts";
import type { ProgressLine } from "./display/progress-line.ts";
import type { Trial, TryOptions } from "./try/options.ts";
import { createJobs } from "./pictures/upscale-job.ts";
import type { AutomaticModel, Engine, EngineOptions } from "./shell.ts";

/** The parts of the library that keep a processor busy. */
export interface LocalLibrary {
  createEngine(model: Model | readonly Model[] | AutomaticModel, options: EngineOptions): Promise<Engine>;
  inspect(input: string): Promise<MediaDescription>;
  /** Scores videos frame by frame. */
  compare(options: CompareOptions, onProgress: (progress: ProgressLine) => void): Promise<Comparison>;
  /** Enlarges some moments of a file by several networks. */
  tryFile(options: TryOptions, onProgress: (progress: ProgressLine) => void): Promise<Trial>;
}

/**
 * Joins the packages. Everything stops when `signal` aborts.
 *
 * @param standardOutput the file descriptor that `-` writes to. @defaultValue this process's own
 */
export function createLocalLibrary(signal: AbortSignal, standardOutput = 1): LocalLibrary {
  const jobs = createJobs({ signal, standardOutput });
  return {
    async createEngine(model, options) {
      const { createUpscaler } = await import("@tatami/upscale");
      if (isAutomatic(model)) {
        // each file has a model of its own
        const { chooseModel } = await import("@tatami/zoo");
        const chosen = { ...options, model: chooseModel(model) };
        return {
          plan: (input, job) => jobs.plan(input, job, chosen),
          upscale: (input, job) => jobs.upscale(input, job, chosen),
          setPaused: jobs.setPaused,
          [Symbol.asyncDispose]: async () => {},
        };
      }
      const upscaler = await createUpscaler({ ...options, model, signal });
      return {
        plan: (input, job) => jobs.plan(input, job, { model: upscaler }),
        upscale: (input, job) => jobs.upscale(input, job, { model: upscaler }),
        setPaused: jobs.setPaused,
        [Symbol.asyncDispose]: () => upscaler[Symbol.asyncDispose](),
      };
    },
    async inspect(input) {
      const { inspect } = await import("@tatami/upscale");
      return inspect(toInput(input), { codecs: await createDrivers(), signal });
    },
    async compare(options, onProgress) {
      const { compareVideos } = await import("./compare/compare-videos.ts");
      const { toSdr } = options;
      return compareVideos(options, { open: await createVideoOpener({ toSdr, signal }), onProgress, signal });
    },
    async tryFile(options, onProgress) {
      const { tryFile } = await import("./try/try-file.ts");
      const { toSdr, recover } = options;
      const open = await createVideoOpener({ toSdr, recover, signal });
      const choose = async (file: string, scale: number) => {
        const [{ plan }, { chooseModel }] = await Promise.all([
          import("@tatami/upscale"),
          import("@tatami/zoo"),
        ]);
        const model = chooseModel({ scale });
        const job = { model, toSdr, recover, output: "choice.mp4", codecs: await createDrivers(), signal };
        const { choice } = await plan(toInput(file), job);
        return model.choose(choice!.reading, signal);
      };
      return tryFile(options, { open, choose, onProgress, signal });
    },
  };
}

function isAutomatic(model: Model | readonly Model[] | AutomaticModel): model is AutomaticModel {
  return !Array.isArray(model) && !("output" in model);
}
