/** How much a picture changes from one frame to the next where nothing moves, by how light it is there: noise, and what coding makes of it. */

import type { Plane } from "@tatami/core";

/** Noise, in levels. */
export interface StepNoise {
  /** Of all pixels. */
  readonly typical: number;
  /** Of pixels in six bands of luma, from black to white; none where there are few. */
  readonly bands: readonly (number | null)[];
}

/** What half of all normally distributed values stay below, as a part of their deviation: its reciprocal. */
const perMedian = 1.48;
/** Steps are told apart to this part of a level. */
const fine = 9;
/** Bands of luma, and where they begin and end. */
const bands = 6;
const [black, white] = [16, 236];
/** Parts of a picture: what of it a band is, at least. */
const leastShare = 0.01;
/** Levels within which a threshold stays, whatever was measured. */
const [least, most] = [2, 12];

/**
 * 1.48 · the median of |mean over 3×3 of (b − a)|; the outermost pixels are left out. Planes of one size. In the dark a sensor's noise
 * is twice that of the mean picture and more.
 */
export function noiseOfSteps(a: Plane, b: Plane): StepNoise {
  const { width, height } = a;
  if (width < 3 || height < 3) return { typical: 0, bands: Array.from({ length: bands }, () => null) };
  const counts = Array.from({ length: bands }, () => new Uint32Array(255 * fine + 1));
  const columns = new Int32Array(width);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      columns[x]! += step(a, b, x, y) - (y >= 3 ? step(a, b, x, y - 3) : 0);
    }
    if (y < 2) continue;
    for (let x = 1; x < width - 1; x++) {
      const band = Math.floor(((a.data[(y - 1) * a.stride + x]! - black) * bands) / (white - black));
      const sum = Math.abs(columns[x - 1]! + columns[x]! + columns[x + 1]!);
      counts[Math.min(Math.max(band, 0), bands - 1)]![sum]!++;
    }
  }
  const pixels = (width - 2) * (height - 2);
  const all = new Uint32Array(255 * fine + 1);
  for (const band of counts) band.forEach((count, sum) => (all[sum]! += count));
  return {
    typical: medianOf(all, pixels),
    bands: counts.map((band) => {
      const count = band.reduce((sum, each) => sum + each, 0);
      return count > leastShare * pixels ? medianOf(band, count) : null;
    }),
  };
}

function medianOf(counts: Uint32Array, total: number): number {
  let left = total / 2;
  return (perMedian * counts.findIndex((count) => (left -= count) <= 0)) / fine;
}

function step(a: Plane, b: Plane, x: number, y: number): number {
  return b.data[y * b.stride + x]! - a.data[y * a.stride + x]!;
}

/**
 * Thresholds for each level that a pixel may show: medians of several steps' noise times `deviations`, between the middles of bands a
 * straight line, at least 2 levels and at most 12.
 */
export function thresholdsOf(noises: readonly StepNoise[], deviations: number): Float32Array {
  const typical = typicalOf(noises);
  const middles = Array.from({ length: bands }, (_, band) => {
    const known = noises.flatMap(({ bands: each }) => each[band] ?? []);
    return known.length > 0 ? median(known) : typical;
  });
  return Float32Array.from({ length: 256 }, (_, level) => {
    const place = Math.min(Math.max(((level - black) * bands) / (white - black) - 0.5, 0), bands - 1);
    const [from, to] = [middles[Math.floor(place)]!, middles[Math.ceil(place)]!];
    return boundThreshold(deviations * (from + (place - Math.floor(place)) * (to - from)));
  });
}

/** The median of several steps' noise, levels; 0 where there is none. */
export function typicalOf(noises: readonly StepNoise[]): number {
  return noises.length > 0 ? median(noises.map(({ typical }) => typical)) : 0;
}

/** The one threshold for all levels, kept within bounds. */
export function boundThreshold(levels: number): number {
  return Math.min(Math.max(levels, least), most);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
