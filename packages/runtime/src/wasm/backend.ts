/** Tatami's own WebAssembly engine: SIMD kernels, threads, 8-bit planes in and out. */

import type { Backend } from "@tatami/graph";
import type { KernelBuild } from "@tatami/kernels";
import { loadKernels } from "@tatami/kernels";
import { prepareExecutable } from "./executable.ts";
import { readChain } from "./read-chain.ts";
import { createThreadPool } from "./thread-pool.ts";

/** How the engine is set up. */
export interface WasmOptions {
  /** One computes on the calling thread; more need memory that can be shared. */
  readonly threads: number;
  /** @defaultValue relaxed SIMD where the engine has it */
  readonly build?: KernelBuild | undefined;
}

/**
 * Makes the engine. Threads that cannot be had (a page that is not cross-origin isolated) are done without.
 *
 * @throws TatamiError `unsupported-environment` without WebAssembly SIMD.
 */
export async function createWasmBackend(options: WasmOptions): Promise<Backend> {
  const kernels = await loadKernels("inference", options.build);
  const pool =
    options.threads > 1 ? await createThreadPool(options.threads).catch(() => undefined) : undefined;
  const threads = pool?.size ?? 1;
  return {
    name: "wasm",
    description: `WebAssembly, ${kernels.build === "relaxed" ? "relaxed SIMD" : "SIMD"}, ${threads} thread${threads === 1 ? "" : "s"}`,
    lost: new Promise(() => {}),
    prepare: async (model, shape) => prepareExecutable(kernels.module, pool, readChain(model), shape),
    [Symbol.asyncDispose]: async () => pool?.[Symbol.dispose](),
  };
}
