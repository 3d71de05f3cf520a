/** Chroma enlarged under the guidance of luma that is enlarged already: where colours end, luma mostly says it finer. */

import type { GuideTaps, ResizeTaps } from "@tatami/kernels";
import { createGuideKernels } from "@tatami/kernels";
import type { AnyPlane, Size } from "@tatami/core";
import { bitsOf, createPlaneLike, stepsOfLevel } from "@tatami/core";
import type { ChromaGrid } from "./enlarge-chroma.ts";
import { chromaGrid } from "./enlarge-chroma.ts";
import type { LumaAndChroma } from "./enlarge-chroma.ts";
import type { AxisMap } from "./resize-plane.ts";
import { tapsOf } from "./resize-plane.ts";

/** The two chroma planes at 4:2:0 for a frame whose luma is `enlarged` already, to `scale` times its size; all of as many bits. */
export type GuideChroma = <P extends AnyPlane>(
  planes: LumaAndChroma<P>,
  enlarged: P,
  scale: number,
) => [P, P];

/** {@link guideChroma} on SIMD kernels where there are any: many times faster, to a level the same. */
export async function createChromaGuide(): Promise<GuideChroma> {
  const kernels = await createGuideKernels().catch(() => undefined);
  if (!kernels) return guideChroma;
  return ({ luma, chroma }, enlarged, scale) => {
    const grid = chromaGrid({ luma, chroma }, scale);
    const [columns, rows] = guideTaps(chroma[0], grid);
    return kernels.guide({
      luma,
      chroma,
      enlarged,
      columns,
      rows,
      ...grid,
      noise,
      doubt,
      tiny,
      sharpening,
      ownSide,
    });
  };
}

/**
 * Guided enlargement of chroma: the definition, which kernels are judged by.
 *
 * Chroma is enlarged by cubic convolution after a little sharpening, and given what luma knows beyond the same enlargement of luma
 * seen as coarsely: `out = up(chroma) + slope · (seen(enlarged luma) − up(seen(luma)))`. The slope of chroma over luma is that of the
 * 3×3 chroma samples around, cov / (var + 4) times ρ² / (0.2 + 0.8 ρ²), so that noise and colours that luma does not tell apart
 * are left to the cubic filter; between samples it is a B-spline's (local linear models as in He, Sun, Tang, "Guided
 * Image Filtering", ECCV 2010). Samples lie as {@link enlargeChroma} says.
 *
 * All is in steps of 8 bits, whatever the planes have: what is finer lies behind the point until the end.
 *
 * It needs the whole enlarged frame and looks at it alone, so how luma was cut and which patches were reused is all one to it.
 */
export function guideChroma<P extends AnyPlane>(
  planes: LumaAndChroma<P>,
  enlarged: P,
  scale: number,
): [P, P] {
  const grid = chromaGrid(planes, scale);
  const { size } = grid;
  const [columns, rows] = guideTaps(planes.chroma[0], grid);
  const guide = seenAtChroma(planes.luma, planes.chroma[0], grid);
  const guideMean = windowMean(guide, guide.data);
  const guideSquares = windowMean(guide, guide.data, guide.data);
  const coarse = enlargeFloats(sharpened(guide, guideMean), columns.filter, rows.filter);
  const fine = seenAtChroma(enlarged, size, { across: 2, down: 2 });
  const bits = bitsOf(enlarged);
  const [steps, most] = [stepsOfLevel(bits), 2 ** bits - 1];
  const guided = (plane: P): P => {
    const chroma = centredFloats(plane);
    const mean = windowMean(chroma, chroma.data);
    const squares = windowMean(chroma, chroma.data, chroma.data);
    const products = windowMean(chroma, guide.data, chroma.data);
    const slopes = products.map((product, i) =>
      slopeOf(
        product - guideMean[i]! * mean[i]!,
        Math.max(guideSquares[i]! - guideMean[i]! ** 2, 0),
        Math.max(squares[i]! - mean[i]! ** 2, 0),
      ),
    );
    const filtered = enlargeFloats(sharpened(chroma, mean), columns.filter, rows.filter);
    const slope = enlargeFloats({ ...chroma, data: slopes }, columns.slopes, rows.slopes);
    const made = createPlaneLike(plane, size);
    for (let i = 0; i < made.data.length; i++) {
      const detail = fine.data[i]! - coarse.data[i]!;
      const level = middle + keepSide(filtered.data[i]!, filtered.data[i]! + slope.data[i]! * detail);
      const value = level * steps;
      made.data[i] = value <= 0 ? 0 : value >= most ? most : value + 0.5;
    }
    return made;
  };
  return [guided(planes.chroma[0]), guided(planes.chroma[1])];
}

/** Chroma over luma: cov / (var + {@link noise}), the less the worse a line fits them. */
function slopeOf(covariance: number, variance: number, chromaVariance: number): number {
  const most = variance + noise;
  const explained = covariance * covariance;
  // cov/V · ρ² / (doubt + (1 − doubt) ρ²), where ρ² = cov² / (V · var of chroma)
  const fit = doubt * most * chromaVariance + (1 - doubt) * explained + tiny;
  return (covariance * explained) / (most * fit);
}

/** A colour is not made its complement: what is `ownSide` levels or more from grey before stays on its side of it. */
function keepSide(filtered: number, guided: number): number {
  const [least, most] = [Math.min(0, 2 * (filtered - ownSide)), Math.max(0, 2 * (filtered + ownSide))];
  return Math.min(Math.max(guided, least), most);
}

/** Levels² of luma that tell nothing: rounding and a little noise. */
const noise = 4;
/** Weight of what a line does not explain. */
const doubt = 0.2;
/** Keeps flat colours from 0 / 0. */
const tiny = 1e-3;
/** Of the difference from the mean around, added before the filter: what 4:2:0's own averaging has taken. */
const sharpening = 0.2;
/** Levels from grey at which a colour counts as one. */
const ownSide = 16;
/** Chroma without colour; subtracted, so that products stay small. */
const middle = 128;

interface Floats extends Size {
  readonly data: Float32Array;
}

function guideTaps(
  chroma: Size,
  { size, horizontal, vertical }: ChromaGrid,
): readonly [GuideTaps, GuideTaps] {
  const both = (length: number, sourceLength: number, map: AxisMap): GuideTaps => ({
    filter: tapsOf(length, sourceLength, map),
    slopes: tapsOf(length, sourceLength, map, bSpline),
  });
  return [both(size.width, chroma.width, horizontal), both(size.height, chroma.height, vertical)];
}

/** The cubic B-spline: it smooths as it goes between samples. */
function bSpline(distance: number): number {
  const x = Math.abs(distance);
  if (x < 1) return (4 - 6 * x * x + 3 * x ** 3) / 6;
  return x < 2 ? (2 - x) ** 3 / 6 : 0;
}

/** Luma as coarse as chroma, and where chroma lies: 1 2 1 about the left pixel of a pair, and both rows of a pair. */
function seenAtChroma(
  luma: AnyPlane,
  size: Size,
  { across, down }: Pick<ChromaGrid, "across" | "down">,
): Floats {
  const data = new Float32Array(size.width * size.height);
  const steps = stepsOfLevel(bitsOf(luma));
  const weights = across === 2 ? [0.25, 0.5, 0.25] : [0, 1, 0];
  for (let y = 0, i = 0; y < size.height; y++) {
    const rows = [down * y, Math.min(down * y + down - 1, luma.height - 1)].map((row) => row * luma.stride);
    for (let x = 0; x < size.width; x++, i++) {
      let sum = 0;
      for (const row of rows)
        for (let tap = 0; tap < 3; tap++) {
          const column = Math.min(Math.max(across * x + tap - 1, 0), luma.width - 1);
          sum += weights[tap]! * luma.data[row + column]!;
        }
      data[i] = sum / 2 / steps - middle;
    }
  }
  return { width: size.width, height: size.height, data };
}

function centredFloats(plane: AnyPlane): Floats {
  const { width, height, stride, data } = plane;
  const steps = stepsOfLevel(bitsOf(plane));
  const floats = new Float32Array(width * height);
  for (let i = 0; i < floats.length; i++)
    floats[i] = data[Math.floor(i / width) * stride + (i % width)]! / steps - middle;
  return { width, height, data: floats };
}

/** Means of a plane, or of the product of two, over 3×3 samples weighted 1 2 1 each way, edges repeated. */
function windowMean({ width, height }: Size, a: Float32Array, b?: Float32Array): Float32Array {
  const means = new Float32Array(width * height);
  const columns = new Float64Array(width);
  const value = (i: number): number => (b ? a[i]! * b[i]! : a[i]!);
  for (let y = 0; y < height; y++) {
    const [above, here] = [Math.max(y - 1, 0) * width, y * width];
    const below = Math.min(y + 1, height - 1) * width;
    for (let x = 0; x < width; x++) columns[x] = value(above + x) + 2 * value(here + x) + value(below + x);
    for (let x = 0; x < width; x++) {
      const sum = columns[Math.max(x - 1, 0)]! + 2 * columns[x]! + columns[Math.min(x + 1, width - 1)]!;
      means[here + x] = sum / 16;
    }
  }
  return means;
}

function sharpened({ width, height, data }: Floats, means: Float32Array): Floats {
  return { width, height, data: data.map((value, i) => value + sharpening * (value - means[i]!)) };
}

function enlargeFloats(source: Floats, columns: ResizeTaps, rows: ResizeTaps): Floats {
  const [width, height] = [columns.indices.length / 4, rows.indices.length / 4];
  const wide = new Float32Array(width * source.height);
  for (let y = 0, i = 0; y < source.height; y++)
    for (let tap = 0; tap < width * 4; i++)
      for (const end = tap + 4; tap < end; tap++)
        wide[i]! += columns.weights[tap]! * source.data[y * source.width + columns.indices[tap]!]!;
  const data = new Float32Array(width * height);
  for (let y = 0; y < height; y++)
    for (let tap = y * 4; tap < y * 4 + 4; tap++) {
      const [weight, from] = [rows.weights[tap]!, rows.indices[tap]! * width];
      for (let x = 0; x < width; x++) data[y * width + x]! += weight * wide[from + x]!;
    }
  return { width, height, data };
}
