/** Between WebCodecs' VideoFrame and Tatami's frames, where there are VideoFrames. */

import { copyPlanes, packI420 } from "@tatami/codecs";
import type { Frame, Planes } from "@tatami/core";
import { createFrame, TatamiError } from "@tatami/core";

/**
 * A frame with the pixels of `source`, which is closed.
 *
 * @throws TatamiError `unsupported-feature` for a pixel format that is not 8-bit YUV.
 */
export async function fromVideoFrame(source: VideoFrame): Promise<Frame> {
  try {
    const { format, timestamp, duration, colorSpace } = source;
    const planes = await readPlanes(source);
    if (!planes)
      throw new TatamiError({
        code: "unsupported-feature",
        message: `A VideoFrame of format ${format ?? "unknown"} cannot be read as 8-bit YUV.`,
        fix: "Pass frames of format I420, I420A, I422, I444 or NV12, as a video decoder gives them.",
      });
    const { primaries, transfer, matrix, fullRange } = colorSpace;
    return createFrame(
      planes,
      {
        timestamp: timestamp / 1e6,
        duration: (duration ?? 0) / 1e6,
        color: { primaries, transfer, matrix, fullRange },
      },
      "fromVideoFrame",
    );
  } finally {
    source.close();
  }
}

/** An I420 VideoFrame with the pixels of `source`, which is closed. Alpha becomes I420A; 4:2:2 and 4:4:4 become 4:2:0. */
export async function toVideoFrame(source: Frame): Promise<VideoFrame> {
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

const readable: readonly VideoPixelFormat[] = ["I420", "I420A", "I422", "I444", "NV12"];

async function readPlanes(source: VideoFrame): Promise<Planes | undefined> {
  const { format, visibleRect } = source;
  if (format === null || !readable.includes(format) || !visibleRect) return undefined;
  const data = new Uint8Array(source.allocationSize());
  const layout = await source.copyTo(data);
  const planes = layout.map(({ offset, stride }) => ({ data: data.subarray(offset), stride }));
  // A DOMRect's sides are getters, which a spread would leave behind.
  const { width, height } = visibleRect;
  return copyPlanes({ format, planes }, { width, height });
}
