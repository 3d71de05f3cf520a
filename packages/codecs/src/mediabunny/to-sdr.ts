/**
 * Deep and high-dynamic-range pictures to 8-bit SDR, BT.709, limited range.
 *
 * Steps for PQ and HLG: non-constant-luminance YCbCr to R'G'B', transfer curve to light, tone curve on
 * the brightest component, BT.2020 to BT.709 primaries with clipping, BT.709 curve, YCbCr. Plain deep
 * SDR is only rounded to 8 bits: its meaning stays as stated.
 */

import type { ColorSpace, Planes, Size } from "@tatami/core";
import { createPlane, isHighDynamicRange } from "@tatami/core";
import { bitDepthOfFormat } from "./bit-depth.ts";
import type { PlanarFormat } from "./copy-planes.ts";
import { parsePlanarFormat, planeAt, unreadableFormat } from "./copy-planes.ts";
import type { RawPicture } from "./platform.ts";
import { hdrLight, sdrCurve, toneMap } from "./tone-curve.ts";

/** The colour of a converted high-dynamic-range picture. */
export const sdrColor: ColorSpace = {
  primaries: "bt709",
  transfer: "bt709",
  matrix: "bt709",
  fullRange: false,
};

/** The colour of a picture after {@link planesToSdr}. */
export function colorAfterSdr(color: ColorSpace): ColorSpace {
  return isHighDynamicRange(color) ? sdrColor : color;
}

/** Whether a picture is deeper than 8 bits or of a high dynamic range. */
export function needsSdr(format: string, color: ColorSpace): boolean {
  return isHighDynamicRange(color) || (bitDepthOfFormat(format) ?? 8) > 8;
}

/** Converts a picture of more than 8 bits, or of a high dynamic range, to 8-bit SDR planes. */
export function planesToSdr(picture: RawPicture, size: Size, color: ColorSpace): Planes {
  const format = parsePlanarFormat(picture.format, size);
  if (!format) throw unreadableFormat(picture.format);
  const samples = readSamples(picture, format, size);
  const rounded = roundToBytes(samples, format, size);
  return isHighDynamicRange(color) ? { ...rounded, ...toneMapPlanes(samples, format, size, color) } : rounded;
}

/** Samples of every plane, tightly packed. */
type Samples = readonly Uint16Array[];

function readSamples(picture: RawPicture, format: PlanarFormat, size: Size): Samples {
  const sizes = [size, format.chroma, format.chroma, ...(format.hasAlpha ? [size] : [])];
  return sizes.map(({ width, height }, index) => {
    const { data, stride } = planeAt(picture, index);
    const packed = new Uint16Array(width * height);
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const at = y * stride + x * (format.bits > 8 ? 2 : 1);
        packed[y * width + x] =
          format.bits > 8 ? (data[at] ?? 0) | ((data[at + 1] ?? 0) << 8) : (data[at] ?? 0);
      }
    }
    return packed;
  });
}

function roundToBytes(samples: Samples, format: PlanarFormat, size: Size): Planes {
  const shift = format.bits - 8;
  const half = shift > 0 ? 1 << (shift - 1) : 0;
  const round = (index: number, planeSize: Size): Planes["luma"] => {
    const plane = createPlane(planeSize);
    const from = samples[index] ?? new Uint16Array();
    for (let i = 0; i < from.length; i += 1) plane.data[i] = Math.min(255, ((from[i] ?? 0) + half) >> shift);
    return plane;
  };
  return {
    luma: round(0, size),
    chroma: [round(1, format.chroma), round(2, format.chroma)],
    ...(format.hasAlpha ? { alpha: round(3, size) } : {}),
  };
}

/** Colour at every pixel; chroma is taken from its nearest sample and averaged back over its pixels. */
function toneMapPlanes(
  samples: Samples,
  format: PlanarFormat,
  size: Size,
  color: ColorSpace,
): Pick<Planes, "luma" | "chroma"> {
  const light = hdrLight(color.transfer === "hlg" ? "hlg" : "pq");
  const unpack = unpacker(format.bits, color.fullRange === true);
  const luma = createPlane(size);
  const { chroma } = format;
  const [across, down] = [Math.round(size.width / chroma.width), Math.round(size.height / chroma.height)];
  const sums = [
    new Float32Array(chroma.width * chroma.height),
    new Float32Array(chroma.width * chroma.height),
  ] as const;
  const counts = new Uint8Array(chroma.width * chroma.height);
  const [lumaIn, blueIn, redIn] = [samples[0], samples[1], samples[2]];
  if (!lumaIn || !blueIn || !redIn) throw unreadableFormat("without chroma");
  const rgb = new Float64Array(3);
  for (let y = 0; y < size.height; y += 1) {
    const chromaRow = Math.min(Math.floor(y / down), chroma.height - 1) * chroma.width;
    for (let x = 0; x < size.width; x += 1) {
      const at = chromaRow + Math.min(Math.floor(x / across), chroma.width - 1);
      const yy = unpack.luma(lumaIn[y * size.width + x] ?? 0);
      const cb = unpack.chroma(blueIn[at] ?? 0);
      const cr = unpack.chroma(redIn[at] ?? 0);
      // BT.2020, table 4: Kr 0.2627, Kb 0.0593.
      rgb[0] = yy + 1.4746 * cr;
      rgb[1] = yy - 0.16455 * cb - 0.57135 * cr;
      rgb[2] = yy + 1.8814 * cb;
      light(rgb);
      toneMap(rgb);
      toBt709(rgb);
      const [r, g, b] = [sdrCurve(rgb[0] ?? 0), sdrCurve(rgb[1] ?? 0), sdrCurve(rgb[2] ?? 0)];
      const out = 0.2126 * r + 0.7152 * g + 0.0722 * b;
      luma.data[y * size.width + x] = 16 + 219 * out + 0.5;
      sums[0][at] = (sums[0][at] ?? 0) + (b - out) / 1.8556;
      sums[1][at] = (sums[1][at] ?? 0) + (r - out) / 1.5748;
      counts[at] = (counts[at] ?? 0) + 1;
    }
  }
  return { luma, chroma: [averageChroma(sums[0], counts, chroma), averageChroma(sums[1], counts, chroma)] };
}

function averageChroma(sums: Float32Array, counts: Uint8Array, size: Size): Planes["luma"] {
  const plane = createPlane(size);
  for (let i = 0; i < sums.length; i += 1)
    plane.data[i] = 128.5 + (224 * (sums[i] ?? 0)) / Math.max(1, counts[i] ?? 0);
  return plane;
}

/** Sample numbers to 0..1 luma and -0.5..0.5 chroma (BT.2100, table 9). */
function unpacker(bits: number, fullRange: boolean): { luma(v: number): number; chroma(v: number): number } {
  const unit = 2 ** (bits - 8);
  const top = 2 ** bits - 1;
  if (fullRange) return { luma: (v) => v / top, chroma: (v) => (v - 128 * unit) / top };
  return { luma: (v) => (v / unit - 16) / 219, chroma: (v) => (v / unit - 128) / 224 };
}

/** Linear BT.2020 to linear BT.709, clipped to what BT.709 can show (BT.2087-0, annex 2). */
function toBt709(rgb: Float64Array): void {
  const [r, g, b] = [rgb[0] ?? 0, rgb[1] ?? 0, rgb[2] ?? 0];
  rgb[0] = 1.6605 * r - 0.5876 * g - 0.0728 * b;
  rgb[1] = -0.1246 * r + 1.1329 * g - 0.0083 * b;
  rgb[2] = -0.0182 * r - 0.1006 * g + 1.1187 * b;
}
