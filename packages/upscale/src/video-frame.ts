/** Between WebCodecs' VideoFrame and Tatami's frames, where there are VideoFrames. */

import type { Frame, Plane, Planes } from "@tatami/core";
import { createFrame, TatamiError } from "@tatami/core";

/** Whether a value is a WebCodecs frame. */
export function isVideoFrame(value: object): value is VideoFrame {
  return typeof VideoFrame !== "undefined" && value instanceof VideoFrame;
}

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

/** An I420 VideoFrame with the pixels of `source`, which is closed. Alpha becomes I420A. */
export async function toVideoFrame(source: Frame): Promise<VideoFrame> {
  try {
    const { luma, chroma, alpha } = await source.planes();
    const planes = [luma, ...chroma, ...(alpha ? [alpha] : [])];
    const data = new Uint8Array(planes.reduce((total, plane) => total + plane.width * plane.height, 0));
    let offset = 0;
    const layout = planes.map((plane) => {
      const begin = offset;
      for (let y = 0; y < plane.height; y++, offset += plane.width)
        data.set(plane.data.subarray(y * plane.stride, y * plane.stride + plane.width), offset);
      return { offset: begin, stride: plane.width };
    });
    return new VideoFrame(data, {
      format: alpha ? "I420A" : "I420",
      codedWidth: luma.width,
      codedHeight: luma.height,
      timestamp: Math.round(source.timestamp * 1e6),
      duration: Math.round(source.duration * 1e6),
      colorSpace: source.color as VideoColorSpaceInit,
      layout,
    });
  } finally {
    source.close();
  }
}

const subsamplings: Partial<Record<VideoPixelFormat, readonly [across: 1 | 2, down: 1 | 2]>> = {
  I420: [2, 2],
  I420A: [2, 2],
  NV12: [2, 2],
  I422: [2, 1],
  I444: [1, 1],
};

async function readPlanes(source: VideoFrame): Promise<Planes | undefined> {
  const { format } = source;
  const subsampling = format === null ? undefined : subsamplings[format];
  if (!subsampling || !source.visibleRect) return undefined;
  const { width, height } = source.visibleRect;
  const data = new Uint8Array(source.allocationSize());
  const layout = await source.copyTo(data);
  const plane = (index: number, w: number, h: number): Plane => {
    const { offset, stride } = layout[index]!;
    return { width: w, height: h, stride, data: data.subarray(offset) };
  };
  const [across, down] = subsampling;
  const chromaSize = [Math.ceil(width / across), Math.ceil(height / down)] as const;
  const luma = plane(0, width, height);
  if (format === "NV12") return { luma, chroma: separate(plane(1, ...chromaSize)) };
  const planes: Planes = { luma, chroma: [plane(1, ...chromaSize), plane(2, ...chromaSize)] };
  return format === "I420A" ? { ...planes, alpha: plane(3, width, height) } : planes;
}

// NV12 keeps both chroma samples side by side.
function separate({ width, height, stride, data }: Plane): [Plane, Plane] {
  const take = (first: 0 | 1): Plane => {
    const own = new Uint8Array(width * height);
    for (let y = 0, i = 0; y < height; y++)
      for (let x = 0; x < width; x++) own[i++] = data[y * stride + 2 * x + first]!;
    return { width, height, stride: width, data: own };
  };
  return [take(0), take(1)];
}
