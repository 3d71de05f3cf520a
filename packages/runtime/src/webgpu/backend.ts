/** Tatami's own WebGPU engine: a collapsed network as WGSL compute passes. */

import type { Backend } from "@tatami/graph";
import { readChain } from "../wasm/read-chain.ts";
import type { DeviceOptions } from "./device.ts";
import { openDevice } from "./device.ts";
import { prepareExecutable } from "./executable.ts";
import { settleOptions } from "./settle-options.ts";
import type { Variant } from "./variant.ts";

/** How the engine is set up. */
export interface WebGpuOptions extends DeviceOptions {
  /** How convolutions are written. @defaultValue what suits the kind of adapter */
  readonly variant?: Partial<Variant> | undefined;
  /** Bytes of a buffer at most; larger windows are computed in bands. @defaultValue what the device allows */
  readonly mostBufferBytes?: number | undefined;
}

/**
 * Makes the engine, on a device of its own or on one that is given (and left as it is).
 *
 * @throws TatamiError `unsupported-environment` where there is no WebGPU, no adapter, or only an emulated one.
 */
export async function createWebGpuBackend(options: WebGpuOptions = {}): Promise<Backend> {
  const open = await openDevice(options);
  const settled = settleOptions(open, options);
  return {
    name: "webgpu",
    description: open.description,
    lost: open.lost,
    prepare: async (model, shape) =>
      prepareExecutable({ ...open, chain: readChain(model), halo: model.halo, ...settled }, shape),
    [Symbol.asyncDispose]: async () => open[Symbol.dispose](),
  };
}
