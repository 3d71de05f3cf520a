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
import type { RawPicture } from "./raw-picture.ts";
import { hdrToSdr } from "./tone-curve.ts";

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
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
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
    for (let i = 0; i < from.length; i++) plane.data[i] = Math.min(255, ((from[i] ?? 0) + half) >> shift);
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
  const { chroma } = format;
  const [lumaIn, blueIn, redIn] = samples;
  if (!lumaIn || !blueIn || !redIn) throw unreadableFormat("without chroma");
  const toDisplay = hdrToSdr(color.transfer === "hlg" ? "hlg" : "pq");
  const range = sampleRange(format.bits, color.fullRange === true);
  const luma = createPlane(size);
  const across = Math.round(size.width / chroma.width);
  const down = Math.round(size.height / chroma.height);
  const blueSums = new Float32Array(chroma.width * chroma.height);
  const redSums = new Float32Array(chroma.width * chroma.height);
  const counts = new Uint8Array(chroma.width * chroma.height);
  const rgb = new Float64Array(3);
  for (let y = 0, at = 0; y < size.height; y++) {
    const chromaRow = Math.min(Math.floor(y / down), chroma.height - 1) * chroma.width;
    for (let x = 0; x < size.width; x++, at++) {
      const chromaAt = chromaRow + Math.min(Math.floor(x / across), chroma.width - 1);
      const yy = ((lumaIn[at] ?? 0) - range.black) / range.luma;
      const cb = ((blueIn[chromaAt] ?? 0) - range.middle) / range.chroma;
      const cr = ((redIn[chromaAt] ?? 0) - range.middle) / range.chroma;
      // BT.2020, table 4: Kr 0.2627, Kb 0.0593.
      rgb[0] = yy + 1.4746 * cr;
      rgb[1] = yy - 0.16455 * cb - 0.57135 * cr;
      rgb[2] = yy + 1.8814 * cb;
      toDisplay(rgb);
      const r = rgb[0] ?? 0;
      const b = rgb[2] ?? 0;
      const out = 0.2126 * r + 0.7152 * (rgb[1] ?? 0) + 0.0722 * b;
      luma.data[at] = 16.5 + 219 * out;
      blueSums[chromaAt] = (blueSums[chromaAt] ?? 0) + (b - out) / 1.8556;
      redSums[chromaAt] = (redSums[chromaAt] ?? 0) + (r - out) / 1.5748;
      counts[chromaAt] = (counts[chromaAt] ?? 0) + 1;
    }
  }
  return { luma, chroma: [averageChroma(blueSums, counts, chroma), averageChroma(redSums, counts, chroma)] };
}

function averageChroma(sums: Float32Array, counts: Uint8Array, size: Size): Planes["luma"] {
  const plane = createPlane(size);
  for (let i = 0; i < sums.length; i++)
    plane.data[i] = 128.5 + (224 * (sums[i] ?? 0)) / Math.max(1, counts[i] ?? 0);
  return plane;
}

/** Sample numbers of black, of no colour, and of the whole swing of luma and chroma (BT.2100, table 9). */
function sampleRange(
  bits: number,
  fullRange: boolean,
): Record<"black" | "middle" | "luma" | "chroma", number> {
  const unit = 2 ** (bits - 8);
  const middle = 128 * unit;
  const top = 2 ** bits - 1;
  return fullRange
    ? { black: 0, middle, luma: top, chroma: top }
    : { black: 16 * unit, middle, luma: 219 * unit, chroma: 224 * unit };
}
