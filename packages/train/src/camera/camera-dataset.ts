/** The camera track's training pictures: each picture of a folder, sent through several cameras. */

import { compressPictures } from "@tatami/codecs/node";
import { throwIfAborted } from "@tatami/core";
import type { Dataset } from "../dataset.ts";
import { createDatasetBuilder } from "../dataset.ts";
import { cropToMultiple, lumaOf } from "../luma.ts";
import type { LumaPlane, Picture } from "../luma.ts";
import type { PictureSourceOptions } from "../picture-sources.ts";
import { listSources } from "../picture-sources.ts";
import { createRandom } from "../random.ts";
import type { Compress } from "./compress.ts";
import { drawDegradation } from "./degradation.ts";
import { degradePicture } from "./degrade.ts";

/** How the camera track's data set is made. */
export interface CameraDatasetOptions extends PictureSourceOptions {
  readonly scale: number;
  /** Side of a training crop in low-resolution pixels. */
  readonly crop: number;
  /** Of cameras and drawings. */
  readonly seed: number;
  /** Cameras that each picture is sent through. */
  readonly degradations: number;
  /** Told how many pictures of how many are ready. */
  readonly onPicture?: (ready: number, count: number) => void;
  readonly signal?: AbortSignal;
}

/** Reads a folder of pictures and degrades them; the same for the same seed, whatever was read before. */
export async function readCameraDataset(folder: string, options: CameraDatasetOptions): Promise<Dataset> {
  const { scale, crop, onPicture, signal } = options;
  const builder = createDatasetBuilder(scale, crop);
  const sources = await listSources(folder, options);
  for (const [index, source] of sources.entries()) {
    throwIfAborted(signal);
    // drawings alone would teach nothing of the pictures that were asked for
    if (source.drawn && builder.isEmpty()) break;
    for (const [turn, picture] of (await source.read()).entries()) {
      const high = cropToMultiple(picture, scale);
      // no two sizes go through the same cameras
      const number = turn * sources.length + index;
      builder.add(lumaOf(high), await degradeOften(high, number, options, compressPictures));
    }
    onPicture?.(index + 1, sources.length);
  }
  return builder.build();
}

/** The low-resolution versions of picture number `index`. */
export async function degradeOften(
  high: Picture,
  index: number,
  options: Omit<CameraDatasetOptions, "crop" | "onPicture" | keyof PictureSourceOptions> & {
    readonly seed: number;
  },
  compress: Compress,
): Promise<readonly LumaPlane[]> {
  const { scale, seed, degradations, signal } = options;
  const lows: LumaPlane[] = [];
  for (let version = 0; version < degradations; version++) {
    // a stream for each version: none depends on how many numbers another took
    const random = createRandom((Math.imul(seed, 0x9e3779b1) ^ (index * 64 + version)) >>> 0);
    lows.push(await degradePicture(high, scale, drawDegradation(random), random, compress, signal));
  }
  return lows;
}
