/** Bicubic enlargement of the planes that no network sees: chroma and alpha. */

import type { ResizeTaps } from "@tatami/kernels";
import { createResizeKernels } from "@tatami/kernels";
import type { AnyPlane, Size } from "@tatami/core";
import { bitsOf, createPlaneLike } from "@tatami/core";

/** Where an output sample lies in the input, along one axis: input = `scale · output + offset`. */
export interface AxisMap {
  readonly scale: number;
  readonly offset: number;
}

/** How a plane is enlarged. */
export interface ResizeOptions {
  readonly size: Size;
  readonly horizontal: AxisMap;
  readonly vertical: AxisMap;
}

/** Resizes a plane; the result has as many bits. */
export type ResizePlane = <P extends AnyPlane>(source: P, options: ResizeOptions) => P;

/** {@link resizePlane} on SIMD kernels where there are any: many times faster, to a level the same. */
export async function createPlaneResizer(): Promise<ResizePlane> {
  const kernels = await createResizeKernels().catch(() => undefined);
  if (!kernels) return resizePlane;
  return (source, { size, horizontal, vertical }) =>
    kernels.resize(
      source,
      size,
      tapsOf(size.width, source.width, horizontal),
      tapsOf(size.height, source.height, vertical),
    );
}

/**
 * Cubic convolution with a = −0.5 (Keys 1981, as MATLAB's `imresize`), edges repeated, rounded to the bits that it has.
 * No antialiasing: use it to enlarge or keep a size, not to shrink.
 */
export function resizePlane<P extends AnyPlane>(source: P, options: ResizeOptions): P {
  const { width, height } = options.size;
  const columns = tapsOf(width, source.width, options.horizontal);
  const rows = tapsOf(height, source.height, options.vertical);
  // Input rows are widened once, then mixed: four taps each way instead of sixteen.
  const wide = new Float32Array(width * source.height);
  for (let y = 0; y < source.height; y++) widenRow(source, y, columns, wide, width);
  const made = createPlaneLike(source, options.size);
  const [{ data }, most] = [made, 2 ** bitsOf(source) - 1];
  for (let y = 0; y < height; y++) {
    const [w0, w1, w2, w3] = four(rows.weights, y);
    const [r0, r1, r2, r3] = four(rows.indices, y).map((row) => row * width) as Four;
    const out = y * width;
    for (let x = 0; x < width; x++) {
      const value = w0 * wide[r0 + x]! + w1 * wide[r1 + x]! + w2 * wide[r2 + x]! + w3 * wide[r3 + x]!;
      data[out + x] = value <= 0 ? 0 : value >= most ? most : value + 0.5;
    }
  }
  return made;
}

/** The map of a plane whose samples are aligned by their centres, enlarged `factor` times. */
export function centred(factor: number): AxisMap {
  return { scale: 1 / factor, offset: 0.5 / factor - 0.5 };
}

type Four = [number, number, number, number];

/** Four taps of each of `length` samples along an axis, the weights those of a kernel that reaches two samples far. */
export function tapsOf(
  length: number,
  sourceLength: number,
  map: AxisMap,
  kernel: (distance: number) => number = cubic,
): ResizeTaps {
  const indices = new Int32Array(length * 4);
  const weights = new Float32Array(length * 4);
  for (let i = 0; i < length; i++) {
    const position = map.scale * i + map.offset;
    const first = Math.floor(position) - 1;
    for (let tap = 0; tap < 4; tap++) {
      indices[i * 4 + tap] = Math.min(Math.max(first + tap, 0), sourceLength - 1);
      weights[i * 4 + tap] = kernel(position - (first + tap));
    }
  }
  return { indices, weights };
}

/** Keys' kernel with a = −0.5. */
export function cubic(distance: number): number {
  const x = Math.abs(distance);
  if (x <= 1) return (1.5 * x - 2.5) * x * x + 1;
  if (x < 2) return ((-0.5 * x + 2.5) * x - 4) * x + 2;
  return 0;
}

function widenRow(source: AnyPlane, y: number, columns: ResizeTaps, wide: Float32Array, width: number): void {
  const { data, stride } = source;
  const { indices, weights } = columns;
  const row = y * stride;
  for (let x = 0, tap = 0; x < width; x++, tap += 4) {
    wide[y * width + x] =
      weights[tap]! * data[row + indices[tap]!]! +
      weights[tap + 1]! * data[row + indices[tap + 1]!]! +
      weights[tap + 2]! * data[row + indices[tap + 2]!]! +
      weights[tap + 3]! * data[row + indices[tap + 3]!]!;
  }
}

function four(values: ArrayLike<number>, index: number): Four {
  const at = index * 4;
  return [values[at]!, values[at + 1]!, values[at + 2]!, values[at + 3]!];
}
