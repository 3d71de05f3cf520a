/**
 * Pictures as inputs themselves: what a teacher makes of them are pairs of a size that no truth exists for (DUKD, arXiv 2309.14162, Zhang et
 * al., 2024: data up-cycling).
 */

import type { Dataset, DatasetEntry } from "../data/dataset.ts";
import { lowUnit } from "../data/dataset.ts";
import { createSharedBuffer } from "../data/shared-buffer.ts";

/** The low-resolution pictures and, behind them, an even share of the pictures that they were made of. */
export function addUpcycled(dataset: Dataset, share: number): Pick<Dataset, "entries" | "low"> {
  const { scale, entries, low, high } = dataset;
  // versions of one picture share it
  const pictures = [...new Map(entries.map((entry) => [entry.high, entry])).values()];
  const chosen = pictures.filter((_, at) => Math.floor((at + 1) * share) > Math.floor(at * share));
  const before = low.byteLength / 2;
  const places: DatasetEntry[] = [];
  let end = before;
  for (const { width, height } of chosen) {
    const size = { width: width * scale, height: height * scale };
    places.push({ ...size, low: end, high: 0 });
    end += size.width * size.height;
  }
  const joined = createSharedBuffer(2 * end);
  const samples = new Uint16Array(joined);
  samples.set(new Uint16Array(low));
  const truth = new Uint8Array(high);
  for (const [at, { width, height, low: start }] of places.entries()) {
    const from = chosen[at]!.high;
    for (let i = 0; i < width * height; i++) samples[start + i] = truth[from + i]! * lowUnit;
  }
  return { entries: [...entries, ...places], low: joined };
}
