/** Where a data set's pictures come from: files of a folder, and drawings beside them. */

import { createRandom } from "@tatami/core";
import { checkFonts } from "./drawing/check-fonts.ts";
import { drawPicture } from "./drawing/draw-picture.ts";
import type { Picture } from "./luma.ts";
import { listPictures, readSizes } from "./read-picture.ts";

/** One picture of a data set. */
export interface PictureSource {
  /** Whether it is no file's. */
  readonly drawn: boolean;
  /** The picture, at every size asked for. @throws TatamiError `damaged-input`. */
  read(): Promise<readonly Picture[]>;
}

/** What is read of a folder, and what is drawn beside it. */
export interface PictureSourceOptions {
  /** Sizes each file is read at, as parts of its own. @defaultValue [1] */
  readonly sizes?: readonly number[];
  /** Pictures of text and line art, drawn beside the folder's. @defaultValue 0 */
  readonly drawn?: number;
  /** Of the drawings. @defaultValue 1 */
  readonly seed?: number;
  /** Which files are read, by their paths. @defaultValue all */
  readonly keeps?: (path: string) => boolean;
}

/**
 * A folder's pictures by name, then drawings.
 *
 * @throws TatamiError `input-not-found` when the folder holds none, `unsupported-environment` where no text can be drawn.
 */
export async function listSources(
  folder: string,
  { sizes = [1], drawn = 0, seed = 1, keeps = () => true }: PictureSourceOptions = {},
): Promise<readonly PictureSource[]> {
  const paths = (await listPictures(folder)).filter(keeps);
  if (drawn > 0) await checkFonts();
  const files = paths.map((path) => ({
    drawn: false,
    read: () => readSizes(path, sizes),
  }));
  const drawings = Array.from({ length: drawn }, (_, index) => ({
    drawn: true,
    // a stream for each drawing: none depends on how many numbers another took
    read: async () => [await drawPicture(createRandom((Math.imul(seed, 0x85ebca6b) ^ index) >>> 0))],
  }));
  return [...files, ...drawings];
}
