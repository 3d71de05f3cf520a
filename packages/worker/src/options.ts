/** What may be asked of an upscaler in a worker. */

import type { OptionRules } from "@tatami/core";
import { checkByRules, checkRule, integerRule, invalidOption, ownRule } from "@tatami/core";
import type { UpscalerOptions } from "@tatami/upscale";
import { upscalerRules } from "@tatami/upscale";
import type { NodeWorker } from "./worker-link.ts";

/**
 * Options of {@link connectUpscaler}: those of an upscaler, which the worker checks, and where it works. The model is
 * loaded here and copied to the worker; paths among the options are read there.
 */
export interface ConnectOptions extends UpscalerOptions {
  /**
   * A worker whose file calls `exposeUpscaler()`: to share, which is left running, or how to start one, which is ended
   * with the upscaler. A `Worker` of a page or of `node:worker_threads`.
   */
  readonly worker: Worker | NodeWorker | (() => Worker | NodeWorker);
  /**
   * Frames of one stream that are in the worker at most, sources and results together; also the calls of `frame` that
   * are there at once. `maxLatencyFrames` may be no more, and is half of it where it is not given, so that the next
   * frames travel while some are computed.
   * @defaultValue 4
   */
  readonly capacity?: number;
}

/** Options of {@link connectUpscalerPool}. */
export interface PoolOptions extends Omit<ConnectOptions, "worker"> {
  /** Starts one worker whose file calls `exposeUpscaler()`. */
  readonly worker: () => Worker | NodeWorker;
  /** Workers. */
  readonly size: number;
  /** Frames in one worker at most. @defaultValue 2: one is computed while the next travels */
  readonly capacity?: number;
  /** Threads of each worker's CPU engine. @defaultValue 1: the workers are the threads */
  readonly threads?: number;
  /**
   * With "off" the frames of a stream are dealt to all workers in turn. Otherwise a stream stays with one worker, the
   * one with the fewest streams, because a patch can only be reused where the frame before was computed; then several
   * streams are what keeps several workers busy.
   * @defaultValue "off"
   */
  readonly reuse?: NonNullable<UpscalerOptions["reuse"]>;
}

/** What each of {@link ConnectOptions} may be. */
export const connectRules: OptionRules<ConnectOptions> = {
  ...upscalerRules,
  worker: ownRule((path, value) => {
    if (typeof value !== "function") checkWorker(path, value);
  }),
  capacity: integerRule(1, 256),
};

/** What each of {@link PoolOptions} may be. */
export const poolRules: OptionRules<PoolOptions> = {
  ...connectRules,
  worker: { kind: "function" },
  size: integerRule(1, 64),
};

/** Checks options, and that none is missing that has no default. @throws TatamiError `invalid-option` */
export function checkConnect<
  O extends Pick<ConnectOptions, "model"> & { readonly worker: unknown; readonly size?: number },
>(given: O, rules: OptionRules<O>): void {
  const options = checkByRules("options", given, rules, fix);
  for (const name of ["model", "worker", "size"] as const)
    if (name in rules && options[name] === undefined)
      checkRule(`options.${name}`, undefined, rules[name as keyof O]);
}

const fix = "Pass a model, and a worker whose file calls exposeUpscaler().";

/** @returns the worker. @throws TatamiError `invalid-option` for what is none. */
export function checkWorker(path: string, value: unknown): Worker | NodeWorker {
  const worker = (value ?? {}) as Partial<Worker> & Partial<NodeWorker>;
  const listens = typeof worker.addEventListener === "function" || typeof worker.on === "function";
  if (listens && typeof worker.postMessage === "function") return worker as Worker | NodeWorker;
  throw invalidOption(
    path,
    "a worker, or a function that starts one",
    value,
    'Pass () => new Worker(new URL("./upscaler.worker.js", import.meta.url), { type: "module" }), whose file calls exposeUpscaler().',
  );
}

/** A capacity and a latency that fit one another. @throws TatamiError `invalid-option`. */
export function resolveCapacity(
  given: number | undefined,
  latency: number | undefined,
  otherwise = 4,
): { readonly capacity: number; readonly maxLatencyFrames: number } {
  const capacity = given ?? otherwise;
  if (latency === undefined) return { capacity, maxLatencyFrames: Math.ceil(capacity / 2) };
  if (latency <= capacity) return { capacity, maxLatencyFrames: latency };
  throw invalidOption("options.maxLatencyFrames", `at most options.capacity (${capacity})`, latency);
}
