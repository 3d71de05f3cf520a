/** What may be asked of an upscaler in a worker. */

import { checkInteger, invalidOption } from "@tatami/core";
import type { UpscalerOptions } from "@tatami/upscale";
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

/** A capacity and a latency that fit one another. @throws TatamiError `invalid-option`. */
export function resolveCapacity(
  given: number | undefined,
  latency: number | undefined,
  otherwise = 4,
): { readonly capacity: number; readonly maxLatencyFrames: number } {
  const capacity = checkInteger("options.capacity", given ?? otherwise, 1, 256);
  if (latency === undefined) return { capacity, maxLatencyFrames: Math.ceil(capacity / 2) };
  if (checkInteger("options.maxLatencyFrames", latency, 1, 64) <= capacity)
    return { capacity, maxLatencyFrames: latency };
  throw invalidOption("options.maxLatencyFrames", `at most options.capacity (${capacity})`, latency);
}
