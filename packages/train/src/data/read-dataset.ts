/** Training pictures from a folder. */

import { compressPictures } from "@tatami/codecs/node";
import { throwIfAborted } from "@tatami/core";
import type { Dataset } from "./dataset.ts";
import { createDatasetBuilder } from "./dataset.ts";
import type { PictureSourceOptions } from "./picture-sources.ts";
import { listSources } from "./picture-sources.ts";
import type { Track } from "./track.ts";
import { usualTrack } from "./tracks.ts";

/** What is read of a folder, how it is reduced, and how it is told. */
export interface ReadDatasetOptions extends PictureSourceOptions {
  /** @defaultValue the bicubic one */
  readonly track?: Track;
  /** Low-resolution versions of each picture. @defaultValue what is usual on the track */
  readonly degradations?: number;
  /** Told how many pictures of how many are ready. */
  readonly onPicture?: (ready: number, count: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Reads a folder of pictures one by one and reduces them; the same for the same seed, whatever was read before.
 *
 * @param crop side of a training crop in low-resolution pixels
 */
export async function readDataset(
  folder: string,
  scale: number,
  crop: number,
  { track = usualTrack, onPicture, signal, ...options }: ReadDatasetOptions = {},
): Promise<Dataset> {
  const sources = await listSources(folder, options);
  const { seed = 1, degradations = track.degradations.usual } = options;
  const way = { scale, seed, degradations, compress: compressPictures, ...(signal && { signal }) };
  const builder = createDatasetBuilder(scale, crop);
  for (const [index, source] of sources.entries()) {
    throwIfAborted(signal);
    // drawings alone would teach nothing of the pictures that were asked for
    if (source.drawn && builder.isEmpty()) break;
    for (const [turn, picture] of (await source.read()).entries()) {
      // no other picture's or size's
      const number = turn * sources.length + index;
      const { high, lows } = await track.reduce(picture, number, way);
      builder.add(high, lows);
    }
    onPicture?.(index + 1, sources.length);
  }
  return builder.build();
}
