/** How much a picture trembles where nothing moves. */

import type { Size } from "../size.ts";
import { invalidOption } from "../options.ts";
import type { LumaSamples } from "./plane-region.ts";

/** What a meter looks at. */
export interface FlickerOptions {
  /** Size of the pictures that tell what stands still. */
  readonly judges: Size;
  /** How many of those there are; what stands still in one of them stands still. @defaultValue 1 */
  readonly judgeCount?: number;
  /** Times that the pictures measured are wider and higher than the judges; a whole number. @defaultValue 1 */
  readonly scale?: number;
  /** How many pictures of one moment are measured. */
  readonly pictures: number;
}

/** Measures frames given one after another, in memory that does not grow with their number. */
export interface FlickerMeter {
  /** Frames added since the start. */
  readonly frames: number;
  /** One moment: whole levels of 0..255. @throws TatamiError `invalid-option` after 66,000 of them. */
  add(judges: readonly LumaSamples[], pictures: readonly LumaSamples[]): void;
  read(): Flicker;
  /** Begins anew. */
  reset(): void;
}

/** What a meter saw. */
export interface Flicker {
  /** Part of the picture that stands still, 0..1. */
  readonly stillShare: number;
  /** Of each picture: the mean variance over time, in levels squared, where it stands still; 0 where nothing does. */
  readonly variances: readonly number[];
}

/** Levels within which a pixel stands still. */
const stillLevels = 6;
/** Frames whose sums of squares fit into 32 bits. */
const mostFrames = 66_000;

/** A meter that has seen nothing. */
export function createFlickerMeter(options: FlickerOptions): FlickerMeter {
  const { judges: size, judgeCount = 1, scale = 1, pictures } = options;
  const [width, height] = [size.width * scale, size.height * scale];
  const ranges = Array.from({ length: judgeCount }, () => ({
    least: new Uint8Array(size.width * size.height).fill(255),
    most: new Uint8Array(size.width * size.height),
  }));
  const sums = Array.from({ length: pictures }, () => ({
    of: new Uint32Array(width * height),
    squares: new Uint32Array(width * height),
  }));
  let frames = 0;
  return {
    get frames() {
      return frames;
    },
    add(judges, measured) {
      if (frames >= mostFrames) throw invalidOption("frames", `at most ${mostFrames}`, frames + 1);
      for (const [at, judge] of judges.entries()) widen(ranges[at]!, judge);
      for (const [at, picture] of measured.entries()) addUp(sums[at]!, picture);
      frames++;
    },
    read() {
      const still = stillPixels(ranges);
      const share = still.reduce((sum, value) => sum + value, 0) / still.length;
      const variances = sums.map((each) => meanVariance(each, { still, width, height, scale, frames }));
      return { stillShare: frames === 0 ? 0 : share, variances };
    },
    reset() {
      for (const { least, most } of ranges) {
        least.fill(255);
        most.fill(0);
      }
      for (const { of, squares } of sums) {
        of.fill(0);
        squares.fill(0);
      }
      frames = 0;
    },
  };
}

interface Range {
  readonly least: Uint8Array;
  readonly most: Uint8Array;
}

function widen({ least, most }: Range, { width, height, stride = width, data }: LumaSamples): void {
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const value = data[y * stride + x]!;
      if (value < least[at]!) least[at] = value;
      if (value > most[at]!) most[at] = value;
    }
  }
}

interface Sums {
  readonly of: Uint32Array;
  readonly squares: Uint32Array;
}

function addUp({ of, squares }: Sums, { width, height, stride = width, data }: LumaSamples): void {
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const value = data[y * stride + x]!;
      of[at]! += value;
      squares[at]! += value * value;
    }
  }
}

/** 1 where at least one judge stands still. */
function stillPixels(ranges: readonly Range[]): Uint8Array {
  const [first, ...others] = ranges;
  return first!.least.map((_, at) => {
    const isStill = ({ least, most }: Range): boolean => most[at]! - least[at]! <= stillLevels;
    return isStill(first!) || others.some(isStill) ? 1 : 0;
  });
}

interface Window extends Size {
  readonly still: Uint8Array;
  readonly scale: number;
  readonly frames: number;
}

function meanVariance({ of, squares }: Sums, { still, width, height, scale, frames }: Window): number {
  let [total, count] = [0, 0];
  for (let y = 0, at = 0; y < height; y++) {
    const row = Math.floor(y / scale) * (width / scale);
    for (let x = 0; x < width; x++, at++) {
      if (!still[row + Math.floor(x / scale)]) continue;
      total += squares[at]! / frames - (of[at]! / frames) ** 2;
      count++;
    }
  }
  return count === 0 ? 0 : total / count;
}
