/** Training pictures, prepared once: high- and low-resolution luma, shared between workers. */

import type { LumaPlane } from "./luma.ts";
import { roundLuma } from "./luma.ts";
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
  /** Low-resolution luma of all pictures, 16 bits a sample: {@link LOW_UNIT} to one 8-bit level. */
  readonly low: SharedBuffer;
  /** High-resolution luma of all pictures, 8 bits a sample. */
  readonly high: SharedBuffer;
}

/** Low-resolution luma comes from RGB and is not a whole number: it is kept in 256ths of an 8-bit level. */
export const LOW_UNIT = 256;

/** Low- and high-resolution luma of one picture, not rounded. */
export interface LumaPair {
  readonly low: LumaPlane;
  readonly high: LumaPlane;
}

/** Joins pairs into one shared store; pairs smaller than a crop are left out. */
export function createDataset(pairs: readonly LumaPair[], scale: number, crop: number): Dataset {
  const builder = createDatasetBuilder(scale, crop);
  for (const { low, high } of pairs) builder.add(high, [low]);
  return builder.build();
}

/** Takes pictures one by one, so that only their samples are held. */
export interface DatasetBuilder {
  /** A picture and its low-resolution versions, which share its high-resolution samples; left out when smaller than a crop. */
  add(high: LumaPlane, lows: readonly LumaPlane[]): void;
  /** Whether every picture until now was left out. */
  isEmpty(): boolean;
  build(): Dataset;
}

/** A store to be filled. */
export function createDatasetBuilder(scale: number, crop: number): DatasetBuilder {
  const entries: DatasetEntry[] = [];
  const lowParts: Uint16Array[] = [];
  const highParts: Uint8Array[] = [];
  let [lowCount, highCount] = [0, 0];
  return {
    add(high, lows) {
      const kept = lows.filter(({ width, height }) => width >= crop && height >= crop);
      for (const { width, height, data } of kept) {
        entries.push({ width, height, low: lowCount, high: highCount });
        lowParts.push(Uint16Array.from(data, (value) => Math.round(value * LOW_UNIT)));
        lowCount += data.length;
      }
      if (kept.length === 0) return;
      highParts.push(Uint8Array.from(roundLuma(high).data));
      highCount += high.data.length;
    },
    isEmpty: () => entries.length === 0,
    build() {
      const low = createSharedBuffer(lowCount * 2);
      const high = createSharedBuffer(highCount);
      join(new Uint16Array(low), lowParts);
      join(new Uint8Array(high), highParts);
      return { scale, entries, low, high };
    },
  };
}

function join<T extends Uint8Array | Uint16Array>(target: T, parts: readonly T[]): void {
  let next = 0;
  for (const part of parts) {
    target.set(part, next);
    next += part.length;
  }
}
