/** Between WebCodecs' VideoFrame and Tatami's frames, where there are VideoFrames. */

import { copyPlanes, packI420, rgbPlanesMatrix } from "@tatami/codecs";
import type { Frame, Planes } from "@tatami/core";
import { createFrame, TatamiError } from "@tatami/core";
import { checkFrame } from "./check-frame.ts";

/**
 * A frame with the pixels of `source`, which is closed.
 *
 * R′G′B′ becomes 4:2:0 of BT.601, limited range.
 *
 * @throws TatamiError `unsupported-feature` for a pixel format of more than 8 bits.
 */
export async function fromVideoFrame(source: VideoFrame): Promise<Frame> {
  checkFrame(source);
  try {
    const { format, timestamp, duration, colorSpace } = source;
    const planes = await readPlanes(source);
    if (!planes)
      throw new TatamiError({
        code: "unsupported-feature",
        message: `A VideoFrame of format ${format ?? "unknown"} cannot be read as 8-bit pictures.`,
        fix: "Pass frames of 8 bits a sample: I420, I420A, I422, I444, NV12 or a format of R, G and B.",
      });
    const { primaries, transfer, matrix, fullRange } = colorSpace;
    const isRgb = format === null || /^(RGB|BGR)/.test(format);
    return createFrame(
      planes,
      {
        timestamp: timestamp / 1e6,
        duration: (duration ?? 0) / 1e6,
        color: { primaries, transfer, ...(isRgb ? rgbPlanesMatrix : { matrix, fullRange }) },
      },
      "fromVideoFrame",
    );
  } finally {
    source.close();
  }
}

/** An I420 VideoFrame with the pixels of `source`, which is closed. Alpha becomes I420A; 4:2:2 and 4:4:4 become 4:2:0. */
export async function toVideoFrame(source: Frame): Promise<VideoFrame> {
  checkFrame(source);
  try {
    const planes = await source.planes();
    const { format, data } = packI420(planes, planes.alpha !== undefined);
    return new VideoFrame(data, {
      format,
      codedWidth: source.size.width,
      codedHeight: source.size.height,
      timestamp: Math.round(source.timestamp * 1e6),
      duration: Math.round(source.duration * 1e6),
      colorSpace: source.color as VideoColorSpaceInit,
    });
  } finally {
    source.close();
  }
}

const readable: readonly VideoPixelFormat[] = [
  "I420",
  "I420A",
  "I422",
  "I444",
  "NV12",
  "RGBA",
  "RGBX",
  "BGRA",
  "BGRX",
];

async function readPlanes(source: VideoFrame): Promise<Planes | undefined> {
  const { format, visibleRect } = source;
  if (!visibleRect || (format !== null && !readable.includes(format))) return undefined;
  // pixels that only a GPU holds are converted by the browser, which can do so to R′G′B′ alone
  const asked: VideoFrameCopyToOptions = format === null ? { format: "RGBX" } : {};
  const data = new Uint8Array(source.allocationSize(asked));
  const layout = await source.copyTo(data, asked);
  const planes = layout.map(({ offset, stride }) => ({ data: data.subarray(offset), stride }));
  // A DOMRect's sides are getters, which a spread would leave behind.
  const { width, height } = visibleRect;
  return copyPlanes({ format: format ?? "RGBX", planes }, { width, height });
}
