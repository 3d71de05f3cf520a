/** Tatami's own WebGPU engine: a collapsed network as WGSL compute passes, any other graph as a dispatch a node. */

import type { Backend, Model } from "@tatami/graph";
import { findChain } from "../read-chain.ts";
import { openDevice } from "./device.ts";
import { prepareExecutable } from "./executable.ts";
import { sharesFrames } from "./frame/cell-router.ts";
import type { FrameProcessor, FrameProcessorOptions } from "./frame/frame-processor.ts";
import { createFrameProcessor } from "./frame/frame-processor.ts";
import { prepareGraph } from "./graph/executable.ts";
import { settleFor } from "./tuning/settle-options.ts";
import type { WebGpuOptions } from "./tuning/settle-options.ts";

/** An engine that can keep whole frames on its device. */
export interface FrameBackend extends Backend {
  /** Whether these networks can share frames there: chains of convolutions, whose pictures lie in memory alike. */
  takesFrames(models: readonly Model[]): boolean;
  /** A processor on the engine's device. Dispose of it before the engine. */
  openFrames(options: Omit<FrameProcessorOptions, keyof WebGpuOptions>): Promise<FrameProcessor>;
}

/** What {@link FrameBackend.takesFrames} says: frames stay where their passes are written for them. */
export function takesFrames(models: readonly Model[]): boolean {
  return models.every(findChain) && sharesFrames(models);
}

/**
 * Makes the engine, on a device of its own or on one that is given (and left as it is).
 *
 * @throws TatamiError `unsupported-environment` where there is no WebGPU, no adapter, or only an emulated one.
 */
export async function createWebGpuBackend(options: WebGpuOptions = {}): Promise<FrameBackend> {
  const open = await openDevice(options);
  return {
    name: "webgpu",
    description: open.description,
    lost: open.lost,
    prepare: async (model, shape) => {
      const chain = findChain(model);
      if (!chain) return prepareGraph(open, model, shape);
      return prepareExecutable(await settleFor(open, options, model, chain, shape), shape);
    },
    takesFrames,
    openFrames: (frames) => createFrameProcessor({ ...options, ...frames, device: open.device }),
    [Symbol.asyncDispose]: async () => open[Symbol.dispose](),
  };
}
