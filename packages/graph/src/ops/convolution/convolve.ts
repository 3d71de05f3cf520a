/** The convolution of the CPU reference: plain loops, arranged so that tests can afford them. */

import { tensor } from "../../tensor.ts";
import type { Tensor } from "../../tensor.ts";

/**
 * Four output channels at a time are summed over whole planes, four taps at a time, in one fixed order: a
 * pixel's sum does not depend on where in the picture it lies, so tiles match the whole bit for bit. The
 * planes have their border of zeros in memory; sums that fall into the border are computed and passed over.
 *
 * @param picture `[n, i, h, w]`. @param kernel `[o, i, kh, kw]`, odd sides. @param bias `[o]`.
 */
export function convolve(picture: Tensor, kernel: Tensor, bias: Tensor): Tensor {
  const [n, inputs, height, width] = picture.shape as [number, number, number, number];
  const [outputs, , kernelHeight, kernelWidth] = kernel.shape as [number, number, number, number];
  const result = tensor([n, outputs, height, width]);
  const padded = padPlanes(picture, (kernelHeight - 1) / 2, (kernelWidth - 1) / 2);
  const stride = width + kernelWidth - 1;
  const plane = stride * (height + kernelHeight - 1);
  const taps = inputs * kernelHeight * kernelWidth;
  const offsets = Array.from({ length: taps }, (_, tap) => {
    const row = Math.floor(tap / kernelWidth);
    return Math.floor(row / kernelHeight) * plane + (row % kernelHeight) * stride + (tap % kernelWidth);
  });
  const sums = [0, 1, 2, 3].map(
    () => new Float64Array(stride * height - (kernelWidth - 1)),
  ) as Four<Float64Array>;
  for (let item = 0; item < n; item++) {
    for (let first = 0; first < outputs; first += 4) {
      for (const [k, each] of sums.entries()) each.fill(bias.data[first + k] ?? 0);
      for (let tap = 0; tap < taps; tap += 4) {
        const weights = weightsOf(kernel.data, first, tap, taps);
        addTaps(sums, padded, item * inputs * plane, offsets, tap, weights);
      }
      for (let o = first; o < Math.min(first + 4, outputs); o++) {
        const from = sums[o - first]!;
        for (let y = 0; y < height; y++) {
          const row = from.subarray(y * stride, y * stride + width);
          result.data.set(row, ((item * outputs + o) * height + y) * width);
        }
      }
    }
  }
  return result;
}

type Four<T> = [T, T, T, T];

/** Weights of four channels by four taps; 0 for those past the last. */
function weightsOf(kernel: Float32Array, first: number, tap: number, taps: number): Sixteen {
  const weights = Array.from({ length: 16 }, () => 0);
  for (let k = 0; k < 16; k++) {
    const column = tap + (k & 3);
    if (column < taps) weights[k] = kernel[(first + (k >> 2)) * taps + column] ?? 0;
  }
  return weights as Sixteen;
}

/**
 * `sums[o][k] += weights[4 · o + t] · values[start + offsets[tap + t] + k]` for four channels `o` and four
 * taps `t`: the loop where all the time goes, hence its shape. Past the last tap the last one is read again.
 */
function addTaps(
  [s0, s1, s2, s3]: Four<Float64Array>,
  values: Float64Array,
  start: number,
  offsets: readonly number[],
  tap: number,
  weights: Sixteen,
): void {
  const last = offsets.length - 1;
  const a = start + offsets[tap]!;
  const b = start + offsets[Math.min(tap + 1, last)]!;
  const c = start + offsets[Math.min(tap + 2, last)]!;
  const d = start + offsets[Math.min(tap + 3, last)]!;
  const [a0, b0, c0, d0, a1, b1, c1, d1, a2, b2, c2, d2, a3, b3, c3, d3] = weights;
  for (let k = 0; k < s0.length; k++) {
    const p = values[a + k]!;
    const q = values[b + k]!;
    const r = values[c + k]!;
    const s = values[d + k]!;
    s0[k] = s0[k]! + a0 * p + b0 * q + c0 * r + d0 * s;
    s1[k] = s1[k]! + a1 * p + b1 * q + c1 * r + d1 * s;
    s2[k] = s2[k]! + a2 * p + b2 * q + c2 * r + d2 * s;
    s3[k] = s3[k]! + a3 * p + b3 * q + c3 * r + d3 * s;
  }
}

type Sixteen = [...Four<number>, ...Four<number>, ...Four<number>, ...Four<number>];

/** The planes of a picture with `top` rows and `left` columns of zeros on each side. */
function padPlanes(picture: Tensor, top: number, left: number): Float64Array {
  const [n, channels, height, width] = picture.shape as [number, number, number, number];
  const stride = width + 2 * left;
  const padded = new Float64Array(n * channels * stride * (height + 2 * top));
  for (let row = 0; row < n * channels * height; row++) {
    const item = Math.floor(row / height);
    const y = item * (height + 2 * top) + top + (row % height);
    padded.set(picture.data.subarray(row * width, (row + 1) * width), y * stride + left);
  }
  return padded;
}
