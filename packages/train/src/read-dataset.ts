/** Training pictures of the bicubic track, from a folder. */

import { throwIfAborted } from "@tatami/core";
import type { Dataset } from "./dataset.ts";
import { createBicubicPair, createDatasetBuilder } from "./dataset.ts";
import { listPictures, readSizes } from "./read-picture.ts";

/** What is read of a folder, and how it is told. */
export interface ReadDatasetOptions {
  /** Sizes each picture is read at, as parts of its own. @defaultValue [1] */
  readonly sizes?: readonly number[];
  /** Told how many pictures of how many are ready. */
  readonly onPicture?: (ready: number, count: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Reads a folder of pictures.
 *
 * @param crop side of a training crop in low-resolution pixels
 */
export async function readDataset(
  folder: string,
  scale: number,
  crop: number,
  { sizes = [1], onPicture, signal }: ReadDatasetOptions = {},
): Promise<Dataset> {
  const paths = await listPictures(folder);
  const builder = createDatasetBuilder(scale, crop);
  for (const [index, path] of paths.entries()) {
    throwIfAborted(signal);
    for (const picture of await readSizes(path, sizes)) {
      const { low, high } = createBicubicPair(picture, scale);
      builder.add(high, [low]);
    }
    onPicture?.(index + 1, paths.length);
  }
  return builder.build();
}
