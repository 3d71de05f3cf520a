/** Training pictures, prepared once: high- and low-resolution luma, shared between workers. */

import { resizeBicubic } from "./bicubic.ts";
import type { LumaPlane, Picture } from "./luma.ts";
import { cropToMultiple, lumaOf, roundLuma } from "./luma.ts";
import { listPictures, readPicture } from "./read-picture.ts";

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
  /** Low-resolution luma of all pictures, 16 bits a sample: {@link LOW_UNIT} to one 8-bit level. */
  readonly low: SharedArrayBuffer;
  /** High-resolution luma of all pictures, 8 bits a sample. */
  readonly high: SharedArrayBuffer;
}

/** Low-resolution luma comes from RGB and is not a whole number: it is kept in 256ths of an 8-bit level. */
export const LOW_UNIT = 256;

/** Low- and high-resolution luma of one picture, not rounded. */
export interface LumaPair {
  readonly low: LumaPlane;
  readonly high: LumaPlane;
}

/** The pair of a picture on the bicubic track: reduced in RGB, then turned to luma, as the published test sets are. */
export function createBicubicPair(picture: Picture, scale: number): LumaPair {
  const high = cropToMultiple(picture, scale);
  const low = resizeBicubic(high, high.width / scale, high.height / scale);
  return { low: lumaOf(low), high: lumaOf(high) };
}

/** Joins pairs into one shared store; pairs smaller than a crop are left out. */
export function createDataset(pairs: readonly LumaPair[], scale: number, crop: number): Dataset {
  const kept = pairs.filter(({ low }) => low.width >= crop && low.height >= crop);
  const lowCount = kept.reduce((sum, { low }) => sum + low.data.length, 0);
  const low = new SharedArrayBuffer(lowCount * 2);
  const high = new SharedArrayBuffer(lowCount * scale * scale);
  const lowSamples = new Uint16Array(low);
  const highSamples = new Uint8Array(high);
  let next = 0;
  const entries = kept.map((pair) => {
    const entry = { width: pair.low.width, height: pair.low.height, low: next, high: next * scale * scale };
    lowSamples.set(
      pair.low.data.map((value) => Math.round(value * LOW_UNIT)),
      entry.low,
    );
    highSamples.set(roundLuma(pair.high).data, entry.high);
    next += pair.low.data.length;
    return entry;
  });
  return { scale, entries, low, high };
}

/**
 * Reads a folder of pictures.
 *
 * @param crop side of a training crop in low-resolution pixels
 * @param onPicture told how many of how many are ready
 */
export async function readDataset(
  folder: string,
  scale: number,
  crop: number,
  onPicture?: (ready: number, count: number) => void,
): Promise<Dataset> {
  const paths = await listPictures(folder);
  const pairs: LumaPair[] = [];
  for (const path of paths) {
    pairs.push(createBicubicPair(await readPicture(path), scale));
    onPicture?.(pairs.length, paths.length);
  }
  return createDataset(pairs, scale, crop);
}
