/** Textures that a frame's colours pass through. */

import type { Size } from "@tatami/core";
import { textureUsage } from "../usage.ts";

/** Dispose of them. */
export interface FrameTextures extends Disposable {
  /** Where pictures are copied to, which are no textures themselves. */
  readonly upload: GPUTexture;
  /** What is left of red and blue without luma, the guide, and alpha. */
  readonly colour: GPUTexture;
  /** How both go with luma. */
  readonly slopes: GPUTexture;
}

/** Makes them for frames of a size. */
export function frameTextures(device: GPUDevice, { width, height }: Size): FrameTextures {
  const texture = (label: string, format: GPUTextureFormat, usage: number): GPUTexture =>
    device.createTexture({ label, size: [width, height], format, usage });
  const { copyTarget, bound, storage, attachment } = textureUsage;
  const upload = texture("frame", "rgba8unorm", copyTarget | bound | attachment);
  const colour = texture("colour differences", "rgba16float", storage | bound);
  const slopes = texture("slopes", "rgba16float", storage | bound);
  return {
    upload,
    colour,
    slopes,
    [Symbol.dispose]: () => {
      upload.destroy();
      colour.destroy();
      slopes.destroy();
    },
  };
}
