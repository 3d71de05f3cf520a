/**
 * Seconds and peak resident memory of preparing a folder's pictures on the bicubic track, beside what they take as samples:
 *
 *     npx tsx --conditions=@tatami/source packages/train/bench/dataset.ts FOLDER [SCALE]
 *
 * Memory is counted from before the first picture is read.
 */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepareDataset } from "../src/data/prepared-dataset.ts";

const [folder = "", scale = "2"] = process.argv.slice(2);
const peak = (): number => process.resourceUsage().maxRSS * 1024;
const place = await mkdtemp(join(tmpdir(), "tatami-dataset-"));
try {
  const [before, since] = [peak(), performance.now()];
  const { low, high, entries } = await prepareDataset(folder, Number(scale), 48, join(place, "a.dataset"));
  const [taken, store] = [peak() - before, low.byteLength + high.byteLength];
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
  console.log(
    `${entries.length} pictures, ${(high.byteLength / 1e6).toFixed(0)} megapixels ×${scale}: ${((performance.now() - since) / 1000).toFixed(0)} s, ` +
      `samples ${megabytes(store)}, peak ${megabytes(taken)}, ${(taken / store).toFixed(2)} times as much`,
  );
} finally {
  await rm(place, { recursive: true });
}
