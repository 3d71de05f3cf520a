/** What a frame may be, and how the GPU gets at it. */

import type { Size } from "@tatami/core";
import { TatamiError } from "@tatami/core";
import type { FrameKind } from "../wgsl/frame-picture-pass.ts";

/** Pixels on their way in. A texture has the usage `TEXTURE_BINDING` and is sampled as floats. */
export type FrameSource =
  | GPUTexture
  | VideoFrame
  | HTMLVideoElement
  | ImageBitmap
  | ImageData
  | OffscreenCanvas
  | HTMLCanvasElement;

/**
 * How a source is bound: a video's frame without a copy, textures as they are, all else copied into a texture. A video's colours count
 * as halved unless its frame says that they are not.
 */
export function kindOf(source: FrameSource): FrameKind {
  if (!isVideo(source)) return { binding: "texture", halvedColours: false };
  const format = isA(source, "VideoFrame") ? source.format : null;
  return { binding: "external", halvedColours: format === null || /^(?:I420|NV12)/.test(format) };
}

/** Size in pixels as they are shown. @throws TatamiError `invalid-option` for a source without pixels. */
export function sizeOf(source: FrameSource): Size {
  const size = isA(source, "VideoFrame")
    ? { width: source.displayWidth, height: source.displayHeight }
    : isA(source, "HTMLVideoElement")
      ? { width: source.videoWidth, height: source.videoHeight }
      : { width: source.width, height: source.height };
  if (size.width > 0 && size.height > 0) return size;
  throw new TatamiError({
    code: "invalid-option",
    message: `A frame of ${size.width}×${size.height} pixels cannot be enlarged.`,
    fix: "Pass a frame that is open; wait for a video's first frame.",
  });
}

/** The source as it is bound. Pictures are copied into `upload`. Good until the current task ends. */
export function bindFrame(
  device: GPUDevice,
  source: FrameSource,
  upload: GPUTexture,
): GPUTextureView | GPUExternalTexture {
  if (isVideo(source)) return device.importExternalTexture({ source });
  // Node's textures have no class that could be asked for
  if ("createView" in source) return source.createView();
  device.queue.copyExternalImageToTexture({ source }, { texture: upload }, [upload.width, upload.height]);
  return upload.createView();
}

interface Sources {
  readonly VideoFrame: VideoFrame;
  readonly HTMLVideoElement: HTMLVideoElement;
}

/** Workers have no elements, and Node has neither. */
function isA<Name extends keyof Sources>(source: FrameSource, name: Name): source is Sources[Name] {
  const type = (globalThis as Partial<Record<Name, abstract new () => unknown>>)[name];
  return type !== undefined && source instanceof type;
}

function isVideo(source: FrameSource): source is VideoFrame | HTMLVideoElement {
  return isA(source, "VideoFrame") || isA(source, "HTMLVideoElement");
}
