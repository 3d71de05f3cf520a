/** Windows of a frame that go through the network on the device: gathered, enlarged, put in their place. */

import type { Size } from "@tatami/core";
import { scaleSize } from "@tatami/core";
import type { GridPatch } from "@tatami/patches";
import type { ExecutableInit } from "../executable.ts";
import type { Dispatch, Network } from "../network.ts";
import { bind, createNetwork, dispatchBytes, dispatchOver, paddingOf } from "../network.ts";
import { bufferUsage } from "../usage.ts";
import { gatherPass } from "../wgsl/gather-pass.ts";
import { pixelWorkgroup } from "../wgsl/picture-pass.ts";
import { packWindows } from "../wgsl/reuse/reuse-uniform.ts";
import { scatterPass } from "../wgsl/scatter-pass.ts";

/** A frame's luma before and behind the network; whose it is closes it. */
export interface FrameLuma {
  /** The geometry's uniform. */
  readonly geometry: GPUBuffer;
  /** The centred picture, bordered by zeros. */
  readonly picture: GPUBuffer;
  /** `[scale · height][scale · width]` floats. */
  readonly luma: GPUBuffer;
}

/** Windows of one size. Dispose of it. */
export interface WindowSet extends Disposable {
  readonly network: Network;
  /** The windows as shaders read them. */
  readonly windows: GPUBuffer;
  /** Workgroups across and down of each dispatch that {@link encode} adds for one list. */
  readonly dispatches: readonly Dispatch[];
  /** Adds everything for the windows of each list; the arguments from the entry `first` on say how many. */
  encode(pass: GPUComputePassEncoder, dispatchArguments: GPUBuffer, first: number): void;
  /** {@link encode} for one list alone, by arguments of its own. */
  encodeList(pass: GPUComputePassEncoder, list: number, dispatchArguments: GPUBuffer): void;
}

/**
 * @param lists indices of windows, one list after the other
 * @param most windows of a list at most
 *
 * @throws TatamiError `out-of-memory`, `unsupported-environment`.
 */
export async function createWindowSet(
  init: ExecutableInit,
  frame: FrameLuma,
  patches: readonly GridPatch[],
  lists: readonly GPUBuffer[],
  most: number,
): Promise<WindowSet> {
  const { device, pipelines, chain, variant } = init;
  const padding = paddingOf(chain);
  const size: Size = { width: patches[0]!.window.width, height: patches[0]!.window.height };
  const [gather, scatter] = await Promise.all([
    pipelines.get("windows of a frame", gatherPass(padding)),
    pipelines.get("windows to their places", scatterPass(chain.scale)),
  ]);
  const network = await createNetwork(init, chain, variant, size, most);
  const packed = packWindows(patches);
  const windows = device.createBuffer({
    label: "windows",
    size: packed.byteLength,
    usage: bufferUsage.storage | bufferUsage.copyTarget,
  });
  device.queue.writeBuffer(windows, 0, packed);
  const [geometry] = network.uniforms;
  const runs = lists.map((list) => ({
    gather: bind(device, gather, [geometry, frame.geometry, windows, list, frame.picture, network.picture]),
    scatter: bind(device, scatter, [geometry, frame.geometry, windows, list, network.luma, frame.luma]),
  }));
  const dispatches = [
    dispatchOver(size, pixelWorkgroup),
    ...network.dispatches,
    dispatchOver(scaleSize(size, chain.scale), pixelWorkgroup),
  ];
  const encodeList = (
    pass: GPUComputePassEncoder,
    list: number,
    dispatchArguments: GPUBuffer,
    first = 0,
  ): void => {
    const run = runs[list]!;
    const add = (pipeline: GPUComputePipeline, bindings: GPUBindGroup, entry: number): void => {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, bindings);
      pass.dispatchWorkgroupsIndirect(dispatchArguments, (first + entry) * dispatchBytes);
    };
    add(gather, run.gather, 0);
    network.encodeIndirect(pass, dispatchArguments, first + 1);
    add(scatter, run.scatter, dispatches.length - 1);
  };
  return {
    network,
    windows,
    dispatches,
    encode: (pass, dispatchArguments, first) =>
      runs.forEach((_, list) => encodeList(pass, list, dispatchArguments, first)),
    encodeList: (pass, list, dispatchArguments) => encodeList(pass, list, dispatchArguments),
    [Symbol.dispose]: () => {
      network[Symbol.dispose]();
      windows.destroy();
    },
  };
}
