/** How far a picture is from its truth, where nothing moved, where something did, and where it has come to rest. */

import type { Plane, Rect } from "@tatami/core";
import { createFrame, createPlane } from "@tatami/core";
import type { Upscaler } from "@tatami/upscale";
import type { LumaPlane } from "@tatami/train";
import { openLpips } from "@tatami/train/lpips";
import type { CleanFrame, Grey, Truth } from "./scenes.ts";
import { rate } from "./scenes.ts";

/** Parts of a picture. */
export interface Regions {
  readonly all: number;
  readonly static: number;
  readonly moving: number;
  readonly stopped: number;
}

/** Mean squared errors and how many pixels they are of. */
export interface Tally {
  readonly errors: Regions;
  readonly pixels: Regions;
}

/** Of an enlarged picture; the burnt-in clock is left out. */
export function createTally(shown: Plane, { high, rest, covered }: Truth, clock: Rect): Tally {
  const errors = { all: 0, static: 0, moving: 0, stopped: 0 };
  const pixels = { all: 0, static: 0, moving: 0, stopped: 0 };
  for (let y = 0; y < high.height; y++)
    for (let x = 0; x < high.width; x++) {
      if (isIn(clock, x >> 1, y >> 1)) continue;
      const i = y * high.width + x;
      const error = (shown.data[y * shown.stride + x]! - high.data[i]!) ** 2;
      const isStatic = rest[i]! >= rate;
      const region = isStatic ? "static" : "moving";
      errors.all += error;
      pixels.all++;
      errors[region] += error;
      pixels[region]++;
      if (!isStatic || !covered[i]) continue;
      errors.stopped += error;
      pixels.stopped++;
    }
  return { errors, pixels };
}

/** PSNR over several pictures, decibels; NaN where there is no such pixel. */
export function meanOf(tallies: readonly Tally[], region: keyof Regions): number {
  const error = tallies.reduce((sum, { errors }) => sum + errors[region], 0);
  const count = tallies.reduce((sum, { pixels }) => sum + pixels[region], 0);
  return 10 * Math.log10((255 ** 2 * count) / error);
}

/** By how much static pixels of the small picture change from one frame to the next beyond what the truth does; root mean square. */
export function difference(
  now: Plane,
  before: Plane,
  { low, rest }: CleanFrame,
  lowBefore: CleanFrame,
): number {
  let [sum, count] = [0, 0];
  // below the clock
  for (let i = 30 * now.width; i < rest.length; i++) {
    if (rest[i]! < rate) continue;
    const step = now.data[i]! - before.data[i]!;
    sum += (step - (low.data[i]! - lowBefore.low.data[i]!)) ** 2;
    count++;
  }
  return Math.sqrt(sum / count);
}

function isIn({ x, y, width, height }: Rect, px: number, py: number): boolean {
  return px >= x && py >= y && px < x + width && py < y + height;
}

/** Measures LPIPS between a picture and its truth, luma three times. */
export async function openDistance(path: string): Promise<(shown: Plane, truth: Grey) => Promise<number>> {
  const lpips = await openLpips(path);
  const planeOf = ({ width, height }: Grey, levelAt: (x: number, y: number) => number): LumaPlane => {
    const data = Float32Array.from({ length: width * height }, (_, i) =>
      levelAt(i % width, Math.floor(i / width)),
    );
    return { width, height, data };
  };
  return (shown, truth) =>
    lpips.measureLuma(
      planeOf(truth, (x, y) => shown.data[y * shown.stride + x]!),
      planeOf(truth, (x, y) => truth.data[y * truth.width + x]!),
    );
}

/** What an upscaler makes of luma. */
export async function enlarged(upscaler: Upscaler, luma: Plane): Promise<Plane> {
  const grey = createPlane({ width: luma.width / 2, height: luma.height / 2 });
  grey.data.fill(128);
  const larger = await upscaler.frame(createFrame({ luma, chroma: [grey, grey] }, { timestamp: 0 }));
  const { luma: shown } = await larger.planes();
  larger.close();
  return shown;
}
