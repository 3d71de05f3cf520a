/** Pictures made smaller, all planes at once: what is between a network's scale and the size that was asked for. */

import type { ResizeTaps } from "@tatami/kernels";
import { createResizeKernels } from "@tatami/kernels";
import type { AnyPlane, AnyPlanes, Size } from "@tatami/core";
import { bitsOf, createPlaneLike } from "@tatami/core";
import type { AxisMap } from "./resize-plane.ts";
import { centred, cubic } from "./resize-plane.ts";

/** Makes a picture at 4:2:0 smaller, or leaves a side as it is; it keeps its bits. */
export type ReducePlanes = <P extends AnyPlanes>(planes: P, size: Size) => P;

/** Makes one plane smaller, its samples aligned by their centres. */
export type ReducePlane = <P extends AnyPlane>(plane: P, size: Size) => P;

type ReduceByTaps = <P extends AnyPlane>(source: P, size: Size, columns: ResizeTaps, rows: ResizeTaps) => P;

/** {@link reducePlanes} on SIMD kernels where there are any: many times faster, to a level the same. */
export async function createPlanesReducer(): Promise<ReducePlanes> {
  const kernels = await createResizeKernels().catch(() => undefined);
  return kernels ? (planes, size) => reduceBy(kernels.reduce, planes, size) : reducePlanes;
}

/** The same of one plane: colours of R, G and B, for instance. */
export async function createPlaneReducer(): Promise<ReducePlane> {
  const kernels = await createResizeKernels().catch(() => undefined);
  const reduce = kernels?.reduce ?? reducePlane;
  return (plane, size) => reduceWhole(reduce, plane, size);
}

/**
 * Cubic convolution with a = −0.5, its kernel as many times wider as the picture becomes smaller (MATLAB's `imresize` with
 * antialiasing), edges repeated, rounded to the bits that it has. Chroma samples keep to the left luma pixel of their pair and between
 * its two rows, as they are in what was enlarged.
 */
export function reducePlanes<P extends AnyPlanes>(planes: P, size: Size): P {
  return reduceBy(reducePlane, planes, size);
}

function reduceBy<P extends AnyPlanes>(reduce: ReduceByTaps, planes: P, size: Size): P;
function reduceBy(reduce: ReduceByTaps, { luma, chroma, alpha }: AnyPlanes, size: Size): object {
  const [across, down] = [luma.width / size.width, luma.height / size.height];
  const whole = (plane: AnyPlane): AnyPlane => reduceWhole(reduce, plane, size);
  const half = { width: Math.ceil(size.width / 2), height: Math.ceil(size.height / 2) };
  const coloured = (plane: AnyPlane): AnyPlane => {
    // output chroma j lies on output luma 2j, which is source luma 2j · across + (across − 1) / 2
    const columns = reducingTaps(half.width, plane.width, { scale: across, offset: (across - 1) / 4 });
    return reduce(plane, half, columns, reducingTaps(half.height, plane.height, centred(1 / down)));
  };
  return {
    luma: whole(luma),
    chroma: [coloured(chroma[0]), coloured(chroma[1])],
    ...(alpha && { alpha: whole(alpha) }),
  };
}

function reduceWhole<P extends AnyPlane>(reduce: ReduceByTaps, plane: P, size: Size): P {
  const columns = reducingTaps(size.width, plane.width, centred(size.width / plane.width));
  const rows = reducingTaps(size.height, plane.height, centred(size.height / plane.height));
  return reduce(plane, size, columns, rows);
}

/** Taps of the cubic kernel, widened where samples are further apart than the source's; their weights add up to 1. */
function reducingTaps(length: number, sourceLength: number, { scale, offset }: AxisMap): ResizeTaps {
  const wide = Math.max(1, scale);
  const count = Math.ceil(4 * wide) + 1;
  const indices = new Int32Array(length * count);
  const weights = new Float32Array(length * count);
  for (let i = 0; i < length; i++) {
    const position = scale * i + offset;
    const first = Math.ceil(position - 2 * wide);
    let sum = 0;
    for (let tap = 0; tap < count; tap++) {
      indices[i * count + tap] = Math.min(Math.max(first + tap, 0), sourceLength - 1);
      sum += weights[i * count + tap] = cubic((position - (first + tap)) / wide);
    }
    for (let tap = 0; tap < count; tap++) weights[i * count + tap]! /= sum;
  }
  return { indices, weights };
}

function reducePlane<P extends AnyPlane>(source: P, size: Size, columns: ResizeTaps, rows: ResizeTaps): P {
  const { width, height } = size;
  const narrow = new Float32Array(width * source.height);
  const across = columns.indices.length / width;
  for (let y = 0; y < source.height; y++)
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let tap = x * across; tap < (x + 1) * across; tap++)
        sum += columns.weights[tap]! * source.data[y * source.stride + columns.indices[tap]!]!;
      narrow[y * width + x] = sum;
    }
  const made = createPlaneLike(source, size);
  const [{ data }, most] = [made, 2 ** bitsOf(source) - 1];
  const down = rows.indices.length / height;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let sum = 0.5;
      for (let tap = y * down; tap < (y + 1) * down; tap++)
        sum += rows.weights[tap]! * narrow[rows.indices[tap]! * width + x]!;
      data[y * width + x] = Math.min(most, Math.max(0, Math.floor(sum)));
    }
  return made;
}
