/** Training pictures, prepared once: high- and low-resolution luma, shared between workers. */

import type { LumaPlane } from "./luma.ts";
import { roundLevels } from "./luma.ts";
import type { SharedBuffer } from "./shared-buffer.ts";
import { createSharedBuffer } from "./shared-buffer.ts";

/** Where one picture lies in the store. Sizes are of the low-resolution luma; places are counted in samples. */
export interface DatasetEntry {
  readonly width: number;
  readonly height: number;
  readonly low: number;
  readonly high: number;
}

/** Pairs of luma planes; plain data that a worker can be given. */
export interface Dataset {
  readonly scale: number;
  readonly entries: readonly DatasetEntry[];
  /** Low-resolution luma of all pictures, 16 bits a sample: {@link lowUnit} to one 8-bit level. */
  readonly low: SharedBuffer;
  /** High-resolution luma of all pictures, 8 bits a sample. */
  readonly high: SharedBuffer;
}

/** Low-resolution luma comes from RGB and is not a whole number: it is kept in 256ths of an 8-bit level. */
export const lowUnit = 256;

/** Low- and high-resolution luma of one picture, not rounded. */
export interface LumaPair {
  readonly low: LumaPlane;
  readonly high: LumaPlane;
}

/** A picture as the store holds it: rounded samples, of the high resolution once, of each low-resolution version. */
export interface StoredPicture {
  readonly high: Uint8Array;
  readonly lows: readonly StoredLow[];
}

/** One low-resolution version. */
export interface StoredLow {
  readonly width: number;
  readonly height: number;
  readonly data: Uint16Array;
}

/** Rounds a picture's samples; nothing when all its versions are smaller than a crop. */
export function storePicture(
  high: LumaPlane,
  lows: readonly LumaPlane[],
  crop: number,
): StoredPicture | undefined {
  const kept = lows.filter(({ width, height }) => width >= crop && height >= crop);
  if (kept.length === 0) return undefined;
  return {
    high: roundLevels(high.data, new Uint8Array(high.data.length)),
    lows: kept.map(({ width, height, data }) => ({ width, height, data: toUnits(data) })),
  };
}

/** By a loop: `from` would make a list of numbers first. */
function toUnits(luma: Float32Array): Uint16Array {
  const units = new Uint16Array(luma.length);
  for (let i = 0; i < units.length; i++) units[i] = Math.round(luma[i]! * lowUnit);
  return units;
}

/** Where pictures lie in a store, one after the other; versions share their high-resolution samples. */
export interface Places {
  readonly entries: readonly DatasetEntry[];
  /** Samples of both stores until now. */
  counts(): { readonly low: number; readonly high: number };
  add(picture: StoredPicture): void;
}

/** Places for a store to be filled. */
export function createPlaces(): Places {
  const entries: DatasetEntry[] = [];
  let [low, high] = [0, 0];
  return {
    entries,
    counts: () => ({ low, high }),
    add(picture) {
      for (const { width, height, data } of picture.lows) {
        entries.push({ width, height, low, high });
        low += data.length;
      }
      high += picture.high.length;
    },
  };
}

/** Joins pairs into one shared store; pairs smaller than a crop are left out. */
export function createDataset(pairs: readonly LumaPair[], scale: number, crop: number): Dataset {
  return joinPictures(
    pairs.flatMap(({ low, high }) => storePicture(high, [low], crop) ?? []),
    scale,
  );
}

/** Joins pictures into one shared store: for as long as that takes there are two of each. */
export function joinPictures(pictures: readonly StoredPicture[], scale: number): Dataset {
  const places = createPlaces();
  pictures.forEach(places.add);
  const counts = places.counts();
  const low = createSharedBuffer(counts.low * 2);
  const high = createSharedBuffer(counts.high);
  fill(
    new Uint16Array(low),
    pictures.flatMap(({ lows }) => lows.map(({ data }) => data)),
  );
  fill(
    new Uint8Array(high),
    pictures.map((picture) => picture.high),
  );
  return { scale, entries: places.entries, low, high };
}

function fill<T extends Uint8Array | Uint16Array>(target: T, parts: readonly T[]): void {
  let next = 0;
  for (const part of parts) {
    target.set(part, next);
    next += part.length;
  }
}
