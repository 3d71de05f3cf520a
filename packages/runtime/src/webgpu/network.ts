/** A chain of convolutions on a device: its pipelines, its buffers, and how they follow one another. */

import type { Size } from "@tatami/core";
import { TatamiError } from "@tatami/core";
import type { Chain } from "@tatami/kernels";
import type { OpenDevice } from "./device.ts";
import { planFeatures } from "./feature-planes.ts";
import type { LayerPass } from "./layer-passes.ts";
import { planLayerPasses } from "./layer-passes.ts";
import type { Geometry } from "./layout.ts";
import { layOutPlanes, packGeometry } from "./layout.ts";
import { bufferUsage } from "./usage.ts";
import type { Variant } from "./variant.ts";
import { pixelWorkgroup } from "./wgsl/picture-pass.ts";
import { strengthPass } from "./wgsl/strength-pass.ts";

/** The convolutions of pictures of one size. Dispose of it. */
export interface Network extends Disposable {
  readonly geometry: Geometry;
  /** {@link packGeometry} of the studio range and of the full range. */
  readonly uniforms: readonly [studio: GPUBuffer, full: GPUBuffer];
  /** `[batch]` planes of floats bordered by zeros, less the chain's centre: to be written before. */
  readonly picture: GPUBuffer;
  /** `[batch][scale · height][scale · width]` floats: written. */
  readonly luma: GPUBuffer;
  /** How much of what it adds to the filter is used; may be set before any {@link encode}. */
  readonly strength: StrengthSetting;
  /** Workgroups across and down of each layer, in order, and of the strength's step behind them. */
  readonly dispatches: readonly Dispatch[];
  /** Adds every layer, and the strength's step where it is not 1, for the first `count` pictures. */
  encode(pass: GPUComputePassEncoder, count: number): void;
  /** {@link encode} for as many pictures as the dispatches' arguments say, of which the first layer's has a number. */
  encodeIndirect(pass: GPUComputePassEncoder, dispatchArguments: GPUBuffer, first: number): void;
}

/** How much of what networks add to the bicubic filter is used, from 0 to 1.5; live. */
export interface StrengthSetting {
  value: number;
}

/** Workgroups across and down. */
export type Dispatch = readonly [across: number, down: number];

/** Bytes that one dispatch's arguments take: three numbers. */
export const dispatchBytes = 12;

/** Workgroups that cover a size. */
export function dispatchOver({ width, height }: Size, [across, down]: Dispatch): Dispatch {
  return [Math.ceil(width / across), Math.ceil(height / down)];
}

/** Bytes of the largest buffer that one picture of a size needs. */
export function bytesOf(chain: Chain, { width, height }: Size): number {
  const { plane } = layOutPlanes({ width, height }, paddingOf(chain));
  const groups = Math.max(1, ...planFeatures(chain).groups);
  return Math.max(plane * groups * 16, width * height * chain.scale ** 2 * 4);
}

/** Pixels of border that a chain's kernels reach over. */
export function paddingOf({ layers }: Chain): number {
  return Math.max(...layers.map(({ kernel }) => (kernel - 1) / 2));
}

/** What a network is made on. */
export interface NetworkInit extends Pick<OpenDevice, "device" | "pipelines"> {
  /** A strength that several networks share. @defaultValue one of its own, 1 at first */
  readonly strength?: StrengthSetting;
}

/** @throws TatamiError `out-of-memory`; `unsupported-environment` when the device refuses a shader. */
export async function createNetwork(
  { device, pipelines, strength = { value: 1 } }: NetworkInit,
  chain: Chain,
  variant: Variant,
  size: Size,
  batch: number,
): Promise<Network> {
  const padding = paddingOf(chain);
  const geometry = layOutPlanes(size, padding);
  const passes = planLayerPasses(chain, variant, padding);
  const last = chain.layers.length - 1;
  const built = await Promise.all(
    passes.map(({ code }, index) => pipelines.get(`convolution ${index}`, code)),
  );
  const weighing = await pipelines.get("strength", strengthPass(chain.scale, chain.centre, padding));
  const { create, upload, release } = ownBuffers(device);

  device.pushErrorScope("out-of-memory");
  const uniforms = [false, true].map((full) =>
    upload("geometry", packGeometry(geometry, full), bufferUsage.uniform),
  ) as [GPUBuffer, GPUBuffer];
  const picture = create("picture", batch * geometry.plane * 4, bufferUsage.storage);
  const luma = create(
    "luma",
    batch * size.width * size.height * chain.scale ** 2 * 4,
    bufferUsage.storage | bufferUsage.copySource,
  );
  const plan = planFeatures(
    chain,
    passes.map(({ vectorBytes }) => vectorBytes),
  );
  const planes = plan.groups.map((groups, index) => {
    const bytes = batch * geometry.plane * groups * plan.vectorBytes[index]!;
    return create(`features ${index}`, bytes, bufferUsage.storage);
  });
  const featuresOf = (layer: number): GPUBuffer => planes[plan.buffers[layer]!]!;
  const weightsOf = ({ weights, how }: LayerPass): GPUBuffer | undefined =>
    weights &&
    upload("weights", weights, how.weights === "uniform" ? bufferUsage.uniform : bufferUsage.storage);
  const steps = chain.layers.map((layer, index) => {
    const added =
      index === last
        ? chain.addPicture
          ? picture
          : undefined
        : layer.residual === undefined
          ? undefined
          : featuresOf(layer.residual);
    const bound = [
      uniforms[0],
      index === 0 ? picture : featuresOf(index - 1),
      index === last ? luma : featuresOf(index),
      weightsOf(passes[index]!),
      added,
    ];
    const { columns, workgroup } = passes[index]!.how;
    const dispatch = dispatchOver({ width: size.width / columns, height: size.height }, workgroup);
    return { pipeline: built[index]!, bindings: bind(device, built[index]!, bound), dispatch };
  });
  const weight = upload("strength", new ArrayBuffer(16), bufferUsage.uniform);
  steps.push({
    pipeline: weighing,
    bindings: bind(device, weighing, [uniforms[0], weight, picture, luma]),
    dispatch: dispatchOver(size, pixelWorkgroup),
  });
  /** The steps to take: without the last one where the network is used as it is. */
  const stepsNow = (): typeof steps => {
    if (strength.value === 1) return steps.slice(0, -1);
    // what was submitted before keeps the strength that it was submitted with
    device.queue.writeBuffer(weight, 0, Float32Array.of(strength.value));
    return steps;
  };
  const full = await device.popErrorScope();
  if (full) {
    release();
    throw outOfMemory(size, batch, full.message);
  }

  return {
    geometry,
    uniforms,
    picture,
    luma,
    strength,
    dispatches: steps.map(({ dispatch }) => dispatch),
    encode(pass, count) {
      for (const { pipeline, bindings, dispatch } of stepsNow()) {
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, bindings);
        pass.dispatchWorkgroups(...dispatch, count);
      }
    },
    encodeIndirect(pass, dispatchArguments, first) {
      stepsNow().forEach(({ pipeline, bindings }, index) => {
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, bindings);
        pass.dispatchWorkgroupsIndirect(dispatchArguments, (first + index) * dispatchBytes);
      });
    },
    [Symbol.dispose]: release,
  };
}

/** Buffers of one owner, in whole vectors. */
function ownBuffers(device: GPUDevice) {
  const buffers: GPUBuffer[] = [];
  const create = (label: string, bytes: number, usage: number): GPUBuffer => {
    const buffer = device.createBuffer({ label, size: Math.ceil(bytes / 16) * 16, usage });
    buffers.push(buffer);
    return buffer;
  };
  return {
    create,
    upload(label: string, data: ArrayBuffer, usage: number): GPUBuffer {
      const buffer = create(label, data.byteLength, usage | bufferUsage.copyTarget);
      device.queue.writeBuffer(buffer, 0, data);
      return buffer;
    },
    release(): void {
      for (const buffer of buffers) buffer.destroy();
    },
  };
}

/** Binds buffers and textures at their places in the list; those that are absent are left out. */
export function bind(
  device: GPUDevice,
  pipeline: GPUComputePipeline | GPURenderPipeline,
  resources: readonly (GPUBuffer | GPUTextureView | GPUExternalTexture | undefined)[],
): GPUBindGroup {
  const entries = resources.flatMap((resource, binding) =>
    resource === undefined
      ? []
      : [{ binding, resource: "mapState" in resource ? { buffer: resource } : resource }],
  );
  return device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
}

function outOfMemory({ width, height }: Size, batch: number, why: string): TatamiError<"out-of-memory"> {
  return new TatamiError({
    code: "out-of-memory",
    message: `The GPU has no room for ${batch} pictures of ${width}×${height}: ${why}`,
    fix: "Give a smaller options.patchSize or options.batchSize.",
    detail: { width, height, batch },
  });
}
