/** Training pictures of the bicubic track, from a folder. */

import { throwIfAborted } from "@tatami/core";
import type { Dataset } from "./dataset.ts";
import { createBicubicPair, createDatasetBuilder } from "./dataset.ts";
import { listPictures, readPicture } from "./read-picture.ts";

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
  signal?: AbortSignal,
): Promise<Dataset> {
  const paths = await listPictures(folder);
  const builder = createDatasetBuilder(scale, crop);
  for (const [index, path] of paths.entries()) {
    throwIfAborted(signal);
    const { low, high } = createBicubicPair(await readPicture(path), scale);
    builder.add(high, [low]);
    onPicture?.(index + 1, paths.length);
  }
  return builder.build();
}
