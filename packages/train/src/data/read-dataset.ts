/** Training pictures from a folder. */

import { basename } from "node:path";
import { compressPictures } from "@tatami/codecs/node";
import { TatamiError, throwIfAborted } from "@tatami/core";
import type { Dataset, StoredPicture } from "./dataset.ts";
import { joinPictures, storePicture } from "./dataset.ts";
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

/** What is said of a folder none of whose pictures holds a crop. @param side of that, in its own pixels */
export function picturesTooSmall(folder: string, side: number): TatamiError<"input-not-found"> {
  return new TatamiError({
    code: "input-not-found",
    message: `No picture in ${basename(folder)} is as large as a crop, ${side}×${side}.`,
    fix: "Name a folder of larger pictures, or where there is a recipe, one with a smaller crop.",
    detail: { folder, side },
  });
}

/**
 * Reads a folder of pictures into memory, twice for a moment; `prepareDataset` does it once and keeps them.
 *
 * @param crop side of a training crop in low-resolution pixels
 */
export async function readDataset(
  folder: string,
  scale: number,
  crop: number,
  options: ReadDatasetOptions = {},
): Promise<Dataset> {
  const pictures: StoredPicture[] = [];
  for await (const picture of readReduced(folder, scale, crop, options)) pictures.push(picture);
  return joinPictures(pictures, scale);
}

/**
 * The pictures of a folder one by one, reduced; the same for the same seed, whatever was read before. Those smaller than a
 * crop are left out.
 */
export async function* readReduced(
  folder: string,
  scale: number,
  crop: number,
  { track = usualTrack, onPicture, signal, ...options }: ReadDatasetOptions = {},
): AsyncGenerator<StoredPicture> {
  const sources = await listSources(folder, options);
  const { seed = 1, degradations = track.degradations.usual } = options;
  const way = { scale, seed, degradations, compress: compressPictures, ...(signal && { signal }) };
  let any = false;
  for (const [index, source] of sources.entries()) {
    throwIfAborted(signal);
    // drawings alone would teach nothing of the pictures that were asked for
    if (source.drawn && !any) break;
    for (const [turn, picture] of (await source.read()).entries()) {
      // no other picture's or size's
      const number = turn * sources.length + index;
      const { high, lows } = await track.reduce(picture, number, way);
      const stored = storePicture(high, lows, crop);
      if (stored) yield stored;
      any ||= stored !== undefined;
    }
    onPicture?.(index + 1, sources.length);
  }
}
