/**
 * Bicubic resizing as MATLAB's `imresize` does it: Keys's cubic with a = −1/2 (Keys, 1981), widened when it makes
 * a picture smaller (antialiasing), edges mirrored, and rounded to 8 bits after the vertical and the horizontal pass.
 * Bit-exact with the low-resolution pictures published with Set5.
 */

import type { LumaPlane, Picture } from "./luma.ts";

/**
 * A picture resized to `width` × `height`. Works channel by channel: low-resolution training pictures are made in
 * RGB and turned to luma afterwards, like the published ones.
 */
export function resizeBicubic(picture: Picture, width: number, height: number): Picture {
  const { channels, data } = picture;
  const columns = new Uint8Array(picture.width * height * channels);
  resizeColumns(data, picture.width * channels, picture.height, height, columns, true);
  const resized = new Uint8Array(width * height * channels);
  resizeRows(columns, picture.width, height, channels, width, resized, true);
  return { width, height, channels, data: resized };
}

/** The same for luma that is not rounded, neither before nor after. */
export function resizeLuma(plane: LumaPlane, width: number, height: number): LumaPlane {
  const columns = new Float32Array(plane.width * height);
  resizeColumns(plane.data, plane.width, plane.height, height, columns, false);
  const resized = new Float32Array(width * height);
  resizeRows(columns, plane.width, height, 1, width, resized, false);
  return { width, height, data: resized };
}

type Samples = Uint8Array | Float32Array;

/** What one output pixel is made of: source indices and their weights, `taps` a pixel. */
interface Contributions {
  readonly taps: number;
  readonly indices: Int32Array;
  readonly weights: Float64Array;
}

function contributions(from: number, to: number): Contributions {
  const scale = to / from;
  const stretch = Math.min(scale, 1);
  const reach = 4 / stretch;
  const taps = Math.ceil(reach) + 2;
  const indices = new Int32Array(to * taps);
  const weights = new Float64Array(to * taps);
  for (let i = 0; i < to; i++) {
    // the centre of output pixel i, in source pixels counted from 1 as MATLAB does
    const centre = (i + 1) / scale + 0.5 * (1 - 1 / scale);
    const left = Math.floor(centre - reach / 2);
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) {
      const weight = stretch * cubic(stretch * (centre - left - tap));
      weights[i * taps + tap] = weight;
      indices[i * taps + tap] = mirror(left + tap - 1, from);
      sum += weight;
    }
    for (let tap = 0; tap < taps; tap++) weights[i * taps + tap]! /= sum;
  }
  return { taps, indices, weights };
}

function cubic(x: number): number {
  const distance = Math.abs(x);
  if (distance <= 1) return 1.5 * distance ** 3 - 2.5 * distance ** 2 + 1;
  if (distance <= 2) return -0.5 * distance ** 3 + 2.5 * distance ** 2 - 4 * distance + 2;
  return 0;
}

/** Edges are repeated in reverse: …, 1, 0, 0, 1, … */
function mirror(index: number, count: number): number {
  const turn = ((index % (2 * count)) + 2 * count) % (2 * count);
  return turn < count ? turn : 2 * count - 1 - turn;
}

function resizeColumns(
  source: Samples,
  row: number,
  from: number,
  to: number,
  target: Samples,
  toBytes: boolean,
): void {
  const { taps, indices, weights } = contributions(from, to);
  const sums = new Float64Array(row);
  for (let y = 0; y < to; y++) {
    sums.fill(0);
    for (let tap = 0; tap < taps; tap++) {
      const weight = weights[y * taps + tap]!;
      if (weight === 0) continue;
      const start = indices[y * taps + tap]! * row;
      for (let i = 0; i < row; i++) sums[i]! += weight * source[start + i]!;
    }
    const start = y * row;
    for (let i = 0; i < row; i++) target[start + i] = toBytes ? toByte(sums[i]!) : sums[i]!;
  }
}

function resizeRows(
  source: Samples,
  from: number,
  height: number,
  channels: number,
  to: number,
  target: Samples,
  toBytes: boolean,
): void {
  const { taps, indices, weights } = contributions(from, to);
  for (let y = 0; y < height; y++) {
    const start = y * from * channels;
    for (let x = 0; x < to; x++) {
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        for (let tap = x * taps; tap < (x + 1) * taps; tap++) {
          const weight = weights[tap]!;
          if (weight !== 0) sum += weight * source[start + indices[tap]! * channels + channel]!;
        }
        target[(y * to + x) * channels + channel] = toBytes ? toByte(sum) : sum;
      }
    }
  }
}

function toByte(value: number): number {
  return value <= 0 ? 0 : value >= 255 ? 255 : Math.floor(value + 0.5);
}
