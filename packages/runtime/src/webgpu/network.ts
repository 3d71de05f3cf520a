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
import type { OwnedResources } from "./owned-resources.ts";
import { ownResources } from "./owned-resources.ts";
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
  const built = await Promise.all(
    passes.map(({ code }, index) => pipelines.get(`convolution ${index}`, code)),
  );
  const weighing = await pipelines.get("strength", strengthPass(chain.scale, chain.centre, padding));
  const resources = ownResources(device);

  device.pushErrorScope("out-of-memory");
  const planes = createPlanes(resources, chain, passes, geometry, batch);
  const { uniforms, picture, luma } = planes;
  const steps = passes.map((pass, index) => {
    const pipeline = built[index]!;
    const [source, target, added] = planes.of(index);
    const weights = uploadWeights(resources, pass);
    const { columns, workgroup } = pass.how;
    return {
      pipeline,
      bindings: bind(device, pipeline, [uniforms[0], source, target, weights, added]),
      dispatch: dispatchOver({ width: size.width / columns, height: size.height }, workgroup),
    };
  });
  const weight = resources.upload("strength", new ArrayBuffer(16), bufferUsage.uniform);
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
    resources.release();
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
    [Symbol.dispose]: resources.release,
  };
}

/** What a network's layers read and write. */
interface NetworkPlanes extends Pick<Network, "uniforms" | "picture" | "luma"> {
  /** Those of one layer: what it reads, what it writes, and what is added to that, if anything. */
  of(layer: number): readonly [source: GPUBuffer, target: GPUBuffer, added: GPUBuffer | undefined];
}

function createPlanes(
  { create, upload }: OwnedResources,
  chain: Chain,
  passes: readonly LayerPass[],
  geometry: Geometry,
  batch: number,
): NetworkPlanes {
  const uniforms = [false, true].map((full) =>
    upload("geometry", packGeometry(geometry, full), bufferUsage.uniform),
  ) as [GPUBuffer, GPUBuffer];
  const picture = create("picture", batch * geometry.plane * 4);
  const luma = create(
    "luma",
    batch * geometry.width * geometry.height * chain.scale ** 2 * 4,
    bufferUsage.storage | bufferUsage.copySource,
  );
  const plan = planFeatures(
    chain,
    passes.map(({ vectorBytes }) => vectorBytes),
  );
  const features = plan.groups.map((groups, index) =>
    create(`features ${index}`, batch * geometry.plane * groups * plan.vectorBytes[index]!),
  );
  const featuresOf = (layer: number): GPUBuffer => features[plan.buffers[layer]!]!;
  const last = chain.layers.length - 1;
  return {
    uniforms,
    picture,
    luma,
    of(layer) {
      const source = layer === 0 ? picture : featuresOf(layer - 1);
      if (layer === last) return [source, luma, chain.addPicture ? picture : undefined];
      const { residual } = chain.layers[layer]!;
      return [source, featuresOf(layer), residual === undefined ? undefined : featuresOf(residual)];
    },
  };
}

/** A buffer of a layer's weights, unless its shader has them as literals. */
function uploadWeights({ upload }: OwnedResources, { weights, how }: LayerPass): GPUBuffer | undefined {
  const usage = how.weights === "uniform" ? bufferUsage.uniform : bufferUsage.storage;
  return weights && upload("weights", weights, usage);
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
