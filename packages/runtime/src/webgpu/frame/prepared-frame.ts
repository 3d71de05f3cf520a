/** Frames of one size on a device: from a frame that is bound to pixels that are drawn, without leaving the GPU. */

import type { Size } from "@tatami/core";
import { scaleSize } from "@tatami/core";
import type { ExecutableInit } from "../executable.ts";
import { planBands } from "../bands.ts";
import { bind, bytesOf, createNetwork, dispatchOver, paddingOf } from "../network.ts";
import { bufferUsage } from "../usage.ts";
import { assemblyPass } from "../wgsl/assembly-pass.ts";
import type { FrameKind } from "../wgsl/frame-picture-pass.ts";
import { framePicturePass } from "../wgsl/frame-picture-pass.ts";
import { pixelWorkgroup } from "../wgsl/picture-pass.ts";
import { slopesPass } from "../wgsl/slopes-pass.ts";
import { frameTextures } from "./frame-textures.ts";
import type { PatchCounts } from "./patch-decider.ts";

/** One size made ready. Dispose of it. */
export interface PreparedFrame extends Disposable {
  /** Of the enlarged frames. */
  readonly size: Size;
  /** A texture that pictures are copied into, where they are no textures themselves. */
  readonly upload: GPUTexture;
  /** Builds what a kind of frame and of target needs; then {@link encode} can follow without waiting. */
  prepare(kind: FrameKind, format: GPUTextureFormat): Promise<Encode>;
  /** Forgets earlier frames, where any are remembered. */
  reset(): void;
  /** Patches computed and reused so far. */
  counts(): Promise<PatchCounts>;
}

/** Adds the whole way of one frame to an encoder. */
export type Encode = (
  encoder: GPUCommandEncoder,
  frame: GPUTextureView | GPUExternalTexture,
  target: GPUTextureView,
) => void;

/** Pixels around a pixel of the source that its larger colours come of: four taps, and slopes of two pixels around. */
const colourReach = 4;

/** @throws TatamiError `out-of-memory`; `unsupported-environment` when the device refuses a shader. */
export async function prepareFrame(init: ExecutableInit, frame: Size): Promise<PreparedFrame> {
  const { device, pipelines, chain, halo, variant, mostBytes } = init;
  const { width } = frame;
  // a band must hold the rows around those it draws that their colours come of
  const plan = planBands(
    frame,
    Math.max(halo, colourReach),
    1,
    (height) => bytesOf(chain, { width, height }),
    mostBytes,
  );
  const network = await createNetwork(init, chain, variant, { width, height: plan.height }, 1);
  const padding = paddingOf(chain);
  const textures = frameTextures(device, frame);
  const { colour, slopes } = textures;
  const uniforms = plan.bands.map(({ top }) => {
    const buffer = device.createBuffer({ size: 16, usage: bufferUsage.uniform | bufferUsage.copyTarget });
    device.queue.writeBuffer(buffer, 0, new Uint32Array([top, 0, 0, 0]));
    return buffer;
  });
  const size = scaleSize(frame, chain.scale);

  const prepare = async (kind: FrameKind, format: GPUTextureFormat): Promise<Encode> => {
    const [reading, relating, drawing] = await Promise.all([
      pipelines.get(`picture of a frame (${kind.binding})`, framePicturePass(kind, chain.centre, padding)),
      pipelines.get("slopes", slopesPass()),
      pipelines.getDrawing("assembly", assemblyPass(chain.scale), format),
    ]);
    const drawn = uniforms.map((band) =>
      bind(device, drawing, [
        network.uniforms[0],
        network.luma,
        colour.createView(),
        band,
        slopes.createView(),
      ]),
    );
    const related = uniforms.map((band) =>
      bind(device, relating, [network.uniforms[0], colour.createView(), slopes.createView(), band]),
    );
    return (encoder, view, target) => {
      frames++;
      plan.bands.forEach((band, index) => {
        const pass = encoder.beginComputePass();
        pass.setPipeline(reading);
        const bindings = [network.uniforms[0], view, network.picture, colour.createView(), uniforms[index]];
        pass.setBindGroup(0, bind(device, reading, bindings));
        pass.dispatchWorkgroups(...dispatchOver({ width, height: plan.height }, pixelWorkgroup));
        pass.setPipeline(relating);
        pass.setBindGroup(0, related[index]!);
        pass.dispatchWorkgroups(...dispatchOver({ width, height: plan.height }, pixelWorkgroup));
        network.encode(pass, 1);
        pass.end();
        const loadOp = index === 0 ? "clear" : "load";
        const draw = encoder.beginRenderPass({
          colorAttachments: [{ view: target, loadOp, storeOp: "store" }],
        });
        draw.setPipeline(drawing);
        draw.setBindGroup(0, drawn[index]!);
        const first = band.from * chain.scale;
        draw.setScissorRect(0, first, size.width, band.to * chain.scale - first);
        draw.draw(3);
        draw.end();
      });
    };
  };
  let frames = 0;
  return {
    size,
    upload: textures.upload,
    prepare,
    reset: () => {},
    counts: () => Promise.resolve({ computed: frames * plan.bands.length, reused: 0 }),
    [Symbol.dispose]: () => {
      network[Symbol.dispose]();
      textures[Symbol.dispose]();
      for (const uniform of uniforms) uniform.destroy();
    },
  };
}
