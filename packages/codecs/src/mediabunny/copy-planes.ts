/** Copies a decoded sample's pixels into 8-bit planes, whatever format the decoder left them in. */

import type { Plane, Planes, Size } from "@tatami/core";
import { TatamiError } from "@tatami/core";
import type { VideoSample } from "mediabunny";
import { rgbToPlanes } from "./rgb-to-planes.ts";

/** Horizontal and vertical chroma subsampling of the planar formats. */
const subsampling: Readonly<Record<string, readonly [number, number]>> = {
  I420: [2, 2],
  I422: [2, 1],
  I444: [1, 1],
};

/**
 * The sample's planes. Chroma keeps its subsampling and is rounded up at odd sizes; RGB and opaque
 * pictures become 4:2:0 BT.601, limited range.
 */
export async function copyPlanes(sample: VideoSample): Promise<Planes> {
  const size: Size = { width: sample.codedWidth, height: sample.codedHeight };
  const format = sample.format ?? "RGBA";
  const data = new Uint8Array(sample.allocationSize({ format: format as VideoPixelFormat }));
  const layout = await sample.copyTo(data, sample.format === null ? { format: "RGBA" } : {});
  if (/^(RGB|BGR)/.test(format)) return rgbToPlanes(data, layout[0]?.stride ?? size.width * 4, size, format);
  if (format === "NV12") return splitNv12(data, layout, size);
  const match = /^(I4\d\d)(A?)$/.exec(format);
  const divisors = match ? subsampling[match[1] ?? ""] : undefined;
  if (!divisors) throw unreadableFormat(format);
  const chroma = { width: Math.ceil(size.width / divisors[0]), height: Math.ceil(size.height / divisors[1]) };
  const plane = (index: number, { width, height }: Size): Plane => {
    const { offset, stride } = layout[index] ?? { offset: 0, stride: width };
    return { width, height, stride, data: data.subarray(offset, offset + stride * height) };
  };
  return {
    luma: plane(0, size),
    chroma: [plane(1, chroma), plane(2, chroma)],
    ...(match?.[2] ? { alpha: plane(3, size) } : {}),
  };
}

function splitNv12(data: Uint8Array, layout: readonly PlaneLayout[], size: Size): Planes {
  const [luma, both] = layout;
  if (!luma || !both) throw unreadableFormat("NV12");
  const width = Math.ceil(size.width / 2);
  const height = Math.ceil(size.height / 2);
  const blue = new Uint8Array(width * height);
  const red = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    let from = both.offset + y * both.stride;
    for (let to = y * width; to < (y + 1) * width; to += 1, from += 2) {
      blue[to] = data[from] ?? 128;
      red[to] = data[from + 1] ?? 128;
    }
  }
  return {
    luma: {
      ...size,
      stride: luma.stride,
      data: data.subarray(luma.offset, luma.offset + luma.stride * size.height),
    },
    chroma: [
      { width, height, stride: width, data: blue },
      { width, height, stride: width, data: red },
    ],
  };
}

function unreadableFormat(format: string): TatamiError<"unsupported-feature"> {
  return new TatamiError({
    code: "unsupported-feature",
    message: `Decoded pictures in the format ${format} cannot be read.`,
    fix: "Convert the file to 8-bit 4:2:0 first, or set toSdr (--to-sdr) if it has more than 8 bits.",
    detail: { format },
  });
}
