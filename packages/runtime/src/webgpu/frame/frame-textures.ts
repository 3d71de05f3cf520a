/** Textures that a frame's colours pass through. */

import type { Size } from "@tatami/core";
import { textureUsage } from "../usage.ts";

/** Dispose of them. */
export interface FrameTextures extends Disposable {
  /** Where pictures are copied to, which are no textures themselves. */
  readonly upload: GPUTexture;
  /** What is left of each colour without its luma, and alpha. */
  readonly colour: GPUTexture;
}

/** Makes them for frames of a size. */
export function frameTextures(device: GPUDevice, { width, height }: Size): FrameTextures {
  const texture = (label: string, format: GPUTextureFormat, usage: number): GPUTexture =>
    device.createTexture({ label, size: [width, height], format, usage });
  const { copyTarget, bound, storage, attachment } = textureUsage;
  const upload = texture("frame", "rgba8unorm", copyTarget | bound | attachment);
  const colour = texture("colour differences", "rgba16float", storage | bound);
  return {
    upload,
    colour,
    [Symbol.dispose]: () => {
      upload.destroy();
      colour.destroy();
    },
  };
}
