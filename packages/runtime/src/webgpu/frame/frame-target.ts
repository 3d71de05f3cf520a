/** Where larger frames are drawn to. */

import type { Size } from "@tatami/core";
import { TatamiError } from "@tatami/core";
import { textureUsage } from "../usage.ts";

/** A canvas of one's own, that VideoFrames are made of. */
export function openCanvas(device: GPUDevice): GPUCanvasContext {
  const context = new OffscreenCanvas(1, 1).getContext("webgpu") as unknown as GPUCanvasContext;
  context.configure({ device, format: "rgba8unorm", alphaMode: "opaque" });
  return context;
}

/** A texture of one's own, of the size that was last asked for. Dispose of it. */
export interface OwnTexture extends Disposable {
  ofSize(size: Size): GPUTexture;
}

/** None yet. */
export function createOwnTexture(device: GPUDevice): OwnTexture {
  let own: GPUTexture | undefined;
  return {
    ofSize({ width, height }) {
      if (own?.width === width && own.height === height) return own;
      own?.destroy();
      const usage = textureUsage.attachment | textureUsage.bound | textureUsage.copySource;
      own = device.createTexture({
        label: "larger frame",
        size: [width, height],
        format: "rgba8unorm",
        usage,
      });
      return own;
    },
    [Symbol.dispose]: () => own?.destroy(),
  };
}

/** What a target's pixels are. @throws TatamiError `invalid-option` for a canvas that is not configured. */
export function formatOf(target: GPUTexture | GPUCanvasContext): GPUTextureFormat {
  if (!("getCurrentTexture" in target)) return target.format;
  const format = target.getConfiguration()?.format;
  if (format !== undefined) return format;
  throw new TatamiError({
    code: "invalid-option",
    message: "The canvas's context is not configured.",
    fix: "Call context.configure({ device: processor.device, format }) first.",
  });
}

/** @throws TatamiError `invalid-option` for a target of another size than the larger frame. */
export function checkSize(texture: GPUTexture, { width, height }: Size): void {
  if (texture.width === width && texture.height === height) return;
  throw new TatamiError({
    code: "invalid-option",
    message: `The target is ${texture.width}×${texture.height} pixels, the larger frame ${width}×${height}.`,
    fix: "Give the target the source's size times the model's scale.",
  });
}
