/** Training pictures from a folder; those of the bicubic track. */

import { throwIfAborted } from "@tatami/core";
import type { Dataset } from "./dataset.ts";
import { createBicubicPair, createDatasetBuilder } from "./dataset.ts";
import type { LumaPlane, Picture } from "./luma.ts";
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
export function readDataset(
  folder: string,
  scale: number,
  crop: number,
  options: ReadDatasetOptions = {},
): Promise<Dataset> {
  return fillDataset(folder, scale, crop, options, async (picture) => {
    const { low, high } = createBicubicPair(picture, scale);
    return { high, lows: [low] };
  });
}

/** A picture's luma and its low-resolution versions. */
export interface ReducedPicture {
  readonly high: LumaPlane;
  readonly lows: readonly LumaPlane[];
}

/**
 * Reads pictures one by one and keeps what `reduce` makes of each; its number is no other picture's or size's.
 */
export async function fillDataset(
  folder: string,
  scale: number,
  crop: number,
  { onPicture, signal, ...pictures }: ReadDatasetOptions,
  reduce: (picture: Picture, number: number) => Promise<ReducedPicture>,
): Promise<Dataset> {
  const sources = await listSources(folder, pictures);
  const builder = createDatasetBuilder(scale, crop);
  for (const [index, source] of sources.entries()) {
    throwIfAborted(signal);
    // drawings alone would teach nothing of the pictures that were asked for
    if (source.drawn && builder.isEmpty()) break;
    for (const [turn, picture] of (await source.read()).entries()) {
      const { high, lows } = await reduce(picture, turn * sources.length + index);
      builder.add(high, lows);
    }
    onPicture?.(index + 1, sources.length);
  }
  return builder.build();
}
