/** Tatami's own WebAssembly engine: SIMD kernels, threads, 8-bit planes in and out. */

import { TatamiError } from "@tatami/core";
import type { Backend } from "@tatami/graph";
import type { KernelBuild, LoadedKernels } from "@tatami/kernels";
import { loadKernels } from "@tatami/kernels";
import { prepareExecutable } from "./executable.ts";
import { prepareGraph } from "./graph-executable.ts";
import { findChain } from "../read-chain.ts";
import type { ThreadPool } from "../threads/thread-pool.ts";
import { createThreadPool } from "../threads/thread-pool.ts";

/** How the engine is set up. */
export interface WasmOptions {
  /** One computes on the calling thread; more need memory that can be shared. */
  readonly threads: number;
  /** @defaultValue relaxed SIMD where the engine has it */
  readonly build?: KernelBuild | undefined;
}

/**
 * Makes the engine. Threads that cannot be had (a page that is not cross-origin isolated) are done without, and the
 * description says why.
 *
 * @throws TatamiError `unsupported-environment` without WebAssembly SIMD.
 */
export async function createWasmBackend(options: WasmOptions): Promise<Backend> {
  const kernels = await loadKernels("inference", options.build);
  let pool: ThreadPool | undefined;
  // what runs graphs that are no chains; most models never ask for it
  let general: Promise<LoadedKernels> | undefined;
  let without = "";
  try {
    if (options.threads > 1) pool = await createThreadPool(options.threads);
  } catch (cause) {
    without = ` (not ${options.threads}: ${TatamiError.is(cause) ? cause.message : String(cause)})`;
  }
  const threads = pool?.size ?? 1;
  return {
    name: "wasm",
    description: `WebAssembly, ${kernels.build === "relaxed" ? "relaxed SIMD" : "SIMD"}, ${threads} thread${threads === 1 ? "" : "s"}${without}`,
    parallelPatches: threads,
    lost: new Promise(() => {}),
    prepare: async (model, shape) => {
      const chain = findChain(model);
      if (chain) return prepareExecutable(kernels.module, pool, chain, shape);
      general ??= loadKernels("training", kernels.build);
      return prepareGraph(await general, model, shape, pool);
    },
    [Symbol.asyncDispose]: async () => pool?.[Symbol.asyncDispose](),
  };
}
