/** Training pictures of the bicubic track, from a folder. */

import { throwIfAborted } from "@tatami/core";
import type { Dataset } from "./dataset.ts";
import { createBicubicPair, createDatasetBuilder } from "./dataset.ts";
import type { PictureSourceOptions } from "./picture-sources.ts";
import { listSources } from "./picture-sources.ts";

/** What is read of a folder, and how it is told. */
export interface ReadDatasetOptions extends PictureSourceOptions {
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
  { onPicture, signal, ...pictures }: ReadDatasetOptions = {},
): Promise<Dataset> {
  const sources = await listSources(folder, pictures);
  const builder = createDatasetBuilder(scale, crop);
  for (const [index, source] of sources.entries()) {
    throwIfAborted(signal);
    // drawings alone would teach nothing of the pictures that were asked for
    if (source.drawn && builder.isEmpty()) break;
    for (const picture of await source.read()) {
      const { low, high } = createBicubicPair(picture, scale);
      builder.add(high, [low]);
    }
    onPicture?.(index + 1, sources.length);
  }
  return builder.build();
}
