/** Making a picture smaller with one of several kernels, seen through a moving camera; and larger with one. */

import type { Size } from "@tatami/core";
import type { Picture } from "../luma.ts";
import { addRows, toFloats } from "./accumulate.ts";
import type { FloatPicture } from "./blur.ts";
import { mirror } from "./blur.ts";

/** What cameras and editors reduce pictures with. */
export type ReduceKernel = "area" | "bilinear" | "bicubic" | "lanczos";

/** Where the camera looks. Straight ahead is no pan and zoom 1. */
export interface View {
  /** Pixels of the large picture to the right. */
  readonly panX: number;
  /** Pixels of the large picture downwards. */
  readonly panY: number;
  /** Width seen, over the picture's width. */
  readonly zoom: number;
  /** Displaces columns to the sides, and rows up and down. @defaultValue none */
  readonly warp?: Warp;
}

/** A bent picture: no two parts of it move alike. */
export interface Warp {
  readonly columns: Wave;
  readonly rows: Wave;
}

/** Displacement along a row or a column, a sine of the place. */
export interface Wave {
  /** Furthest, in pixels of the large picture. */
  readonly reach: number;
  /** Pixels of the large picture. */
  readonly period: number;
  /** Radians. */
  readonly phase: number;
}

/** No pan, no zoom: low- and high-resolution pixels are aligned as in `resizeBicubic`. */
export const straightView: View = { panX: 0, panY: 0, zoom: 1 };

/**
 * A picture reduced to `scale` times fewer pixels each way, by a kernel widened by the scale (antialiasing); not
 * rounded. Edges are mirrored. Bicubic and straight ahead it is MATLAB's `imresize` without its rounding.
 */
export function reducePicture(
  picture: Picture | FloatPicture,
  scale: number,
  kernel: ReduceKernel,
  view: View = straightView,
): FloatPicture {
  const width = Math.floor(picture.width / scale);
  const height = Math.floor(picture.height / scale);
  return resample(picture, width, height, [scale, scale], kernel, view);
}

/** A picture enlarged by Lanczos's kernel of three lobes, which many players use; not rounded. */
export function enlargeLanczos(picture: Picture | FloatPicture, scale: number): FloatPicture {
  const scales = [1 / scale, 1 / scale] as const;
  return resample(picture, picture.width * scale, picture.height * scale, scales, "lanczos", straightView);
}

/** A picture at any size, all of it seen; not rounded. Edges are mirrored. */
export function resizePicture(picture: FloatPicture, size: Size, kernel: ReduceKernel): FloatPicture {
  const scales = [picture.width / size.width, picture.height / size.height] as const;
  return resample(picture, size.width, size.height, scales, kernel, straightView);
}

/** @param scales source pixels an output pixel is wide, and high */
function resample(
  picture: Picture | FloatPicture,
  width: number,
  height: number,
  scales: readonly [across: number, down: number],
  kernel: ReduceKernel,
  view: View,
): FloatPicture {
  const { channels, data } = picture;
  const { zoom, panX, panY, warp } = view;
  const across = { from: picture.width, to: width, scale: scales[0], zoom, pan: panX };
  const down = { from: picture.height, to: height, scale: scales[1], zoom, pan: panY };
  const columns = contributions(kernel, across, warp?.columns);
  const rows = contributions(kernel, down, warp?.rows);
  const source = toFloats(data);
  const wide = picture.width * channels;
  const sums = new Float32Array(wide);
  const result = new Float32Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    const [starts, weights]: [number[], number[]] = [[], []];
    for (let tap = y * rows.taps; tap < (y + 1) * rows.taps; tap++) {
      if (rows.weights[tap] === 0) continue;
      starts.push(rows.indices[tap]! * wide);
      weights.push(rows.weights[tap]!);
    }
    addRows(sums.fill(0), source, starts, weights);
    const row = result.subarray(y * width * channels, (y + 1) * width * channels);
    if (channels === 1) reduceGrey(sums, columns, row);
    else reduceColor(sums, columns, row);
  }
  return { width, height, channels, data: result };
}

/** What one output pixel is made of: source indices and their weights, `taps` a pixel. */
interface Contributions {
  readonly taps: number;
  readonly indices: Int32Array;
  readonly weights: Float64Array;
}

function reduceGrey(
  samples: Float32Array,
  { taps, indices, weights }: Contributions,
  row: Float32Array,
): void {
  for (let x = 0; x < row.length; x++) {
    let sum = 0;
    for (let tap = x * taps; tap < (x + 1) * taps; tap++) sum += weights[tap]! * samples[indices[tap]!]!;
    row[x] = sum;
  }
}

function reduceColor(
  samples: Float32Array,
  { taps, indices, weights }: Contributions,
  row: Float32Array,
): void {
  for (let x = 0, tap = 0; x < row.length; x += 3) {
    let [red, green, blue] = [0, 0, 0];
    for (const end = tap + taps; tap < end; tap++) {
      const weight = weights[tap]!;
      const at = indices[tap]! * 3;
      red += weight * samples[at]!;
      green += weight * samples[at + 1]!;
      blue += weight * samples[at + 2]!;
    }
    row[x] = red;
    row[x + 1] = green;
    row[x + 2] = blue;
  }
}

/** Half of each kernel's width, in reduced pixels. */
const kernelReach: Readonly<Record<ReduceKernel, number>> = {
  area: 0.5,
  bilinear: 1,
  bicubic: 2,
  lanczos: 3,
};

/** How one side of a picture is seen. */
interface Axis {
  /** Its length. */
  readonly from: number;
  /** Its length when resampled. */
  readonly to: number;
  /** Source pixels an output pixel is wide. */
  readonly scale: number;
  readonly zoom: number;
  /** Source pixels. */
  readonly pan: number;
}

function contributions(
  kernel: ReduceKernel,
  { from, to, scale, zoom, pan }: Axis,
  wave: Wave = { reach: 0, period: 1, phase: 0 },
): Contributions {
  // a kernel is widened to make a picture smaller, never narrowed
  const step = Math.max(1, scale * zoom);
  const reach = kernelReach[kernel] * step + (kernel === "area" ? 0.5 : 0);
  const taps = Math.ceil(2 * reach) + 1;
  const indices = new Int32Array(to * taps);
  const weights = new Float64Array(to * taps);
  for (let i = 0; i < to; i++) {
    // the centre of output pixel i in source pixels, whose first has its centre at 0
    const place = ((i + 0.5) * scale - from / 2) * zoom + from / 2 + pan - 0.5;
    const centre = place + wave.reach * Math.sin((2 * Math.PI * place) / wave.period + wave.phase);
    const left = Math.ceil(centre - reach);
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) {
      const weight = weigh(kernel, left + tap - centre, step);
      weights[i * taps + tap] = weight;
      indices[i * taps + tap] = mirror(left + tap, from);
      sum += weight;
    }
    for (let tap = 0; tap < taps; tap++) weights[i * taps + tap]! /= sum;
  }
  return { taps, indices, weights };
}

/** A kernel at a distance in source pixels, `step` of which make an output pixel. */
function weigh(kernel: ReduceKernel, distance: number, step: number): number {
  const x = Math.abs(distance / step);
  switch (kernel) {
    case "area":
      // how much of the source pixel lies inside the output pixel
      return Math.min(1, Math.max(0, step / 2 + 0.5 - Math.abs(distance)));
    case "bilinear":
      return Math.max(0, 1 - x);
    case "bicubic":
      if (x <= 1) return 1.5 * x ** 3 - 2.5 * x ** 2 + 1;
      return x <= 2 ? -0.5 * x ** 3 + 2.5 * x ** 2 - 4 * x + 2 : 0;
    case "lanczos":
      return x < 3 ? sinc(x) * sinc(x / 3) : 0;
  }
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}
