/** Gaussian blur of a picture: round, or drawn out along rows, columns or a diagonal. */

import type { Picture } from "../luma.ts";
import { addRows, toFloats } from "./accumulate.ts";

/** Samples of 0..255, channels interleaved, not rounded. */
export interface FloatPicture {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly data: Float32Array;
}

/**
 * Variances in square pixels. Their sum as covariance matrices is the blur's: any ellipse that is not too thin can
 * be put together from blurs along rows, columns and one diagonal, none of which shifts the picture.
 */
export interface Blur {
  readonly across: number;
  readonly down: number;
  readonly diagonal: number;
  /** Which diagonal: 1 falls to the right, -1 rises. */
  readonly slope: 1 | -1;
}

/** Blurs a picture; its edges are mirrored. */
export function blurPicture(picture: Picture | FloatPicture, blur: Blur): FloatPicture {
  const { width, height, channels } = picture;
  let data = toFloats(picture.data);
  const pass = (variance: number, dx: number, dy: number): void => {
    const taps = gaussian(variance);
    if (taps.length > 1) data = spread(data, width, height, channels, taps, dx, dy);
  };
  pass(blur.across, 1, 0);
  pass(blur.down, 0, 1);
  // a step along the diagonal is √2 long
  pass(blur.diagonal / 2, 1, blur.slope);
  return { width, height, channels, data };
}

/** Weights of a sampled Gaussian, their middle first in the middle; one weight when there is nothing to blur. */
function gaussian(variance: number): Float64Array {
  const reach = Math.ceil(3 * Math.sqrt(variance));
  const taps = new Float64Array(2 * reach + 1);
  for (let k = -reach; k <= reach; k++)
    taps[k + reach] = variance > 0 ? Math.exp(-(k * k) / (2 * variance)) : 1;
  const sum = taps.reduce((total, tap) => total + tap, 0);
  return taps.map((tap) => tap / sum);
}

/** One pass along (dx, dy), row by row; rows are first made longer by what their mirrored ends add. */
function spread(
  data: Float32Array,
  width: number,
  height: number,
  channels: number,
  taps: Float64Array,
  dx: number,
  dy: number,
): Float32Array {
  const row = width * channels;
  const reach = (taps.length - 1) / 2;
  const margin = reach * Math.abs(dx);
  const wide = (width + 2 * margin) * channels;
  const padded = margin === 0 ? data : padRows(data, width, height, channels, margin);
  const result = new Float32Array(data.length);
  const weights = Array.from(taps);
  const starts = weights.map(() => 0);
  for (let y = 0; y < height; y++) {
    for (let k = -reach; k <= reach; k++)
      starts[k + reach] = mirror(y + k * dy, height) * wide + (margin + k * dx) * channels;
    addRows(result.subarray(y * row, (y + 1) * row), padded, starts, weights);
  }
  return result;
}

function padRows(
  data: Float32Array,
  width: number,
  height: number,
  channels: number,
  margin: number,
): Float32Array {
  const wide = width + 2 * margin;
  const padded = new Float32Array(wide * height * channels);
  for (let y = 0; y < height; y++) {
    padded.set(
      data.subarray(y * width * channels, (y + 1) * width * channels),
      (y * wide + margin) * channels,
    );
    for (let x = 1; x <= margin; x++) {
      for (const [at, from] of [
        [margin - x, mirror(-x, width)],
        [margin + width - 1 + x, mirror(width - 1 + x, width)],
      ] as const) {
        for (let channel = 0; channel < channels; channel++)
          padded[(y * wide + at) * channels + channel] = data[(y * width + from) * channels + channel]!;
      }
    }
  }
  return padded;
}

/** Edges are repeated in reverse: …, 1, 0, 0, 1, … */
export function mirror(index: number, count: number): number {
  const turn = ((index % (2 * count)) + 2 * count) % (2 * count);
  return turn < count ? turn : 2 * count - 1 - turn;
}
