/** The camera track's training pictures: each picture of a folder, sent through several cameras. */

import { compressPictures } from "@tatami/codecs/node";
import type { Dataset } from "../dataset.ts";
import { cropToMultiple, lumaOf } from "../luma.ts";
import type { LumaPlane, Picture } from "../luma.ts";
import { createRandom } from "../../run/random.ts";
import type { ReadDatasetOptions } from "../read-dataset.ts";
import { fillDataset } from "../read-dataset.ts";
import type { Compress } from "./compress.ts";
import { drawDegradation } from "./degradation.ts";
import { degradePicture } from "./degrade.ts";

/** How the camera track's data set is made. */
export interface CameraDatasetOptions extends ReadDatasetOptions {
  readonly scale: number;
  /** Side of a training crop in low-resolution pixels. */
  readonly crop: number;
  /** Of cameras and drawings. */
  readonly seed: number;
  /** Cameras that each picture is sent through. */
  readonly degradations: number;
}

/** Reads a folder of pictures and degrades them; the same for the same seed, whatever was read before. */
export function readCameraDataset(folder: string, options: CameraDatasetOptions): Promise<Dataset> {
  const { scale, crop } = options;
  return fillDataset(folder, scale, crop, options, async (picture, number) => {
    const high = cropToMultiple(picture, scale);
    return { high: lumaOf(high), lows: await degradeOften(high, number, options, compressPictures) };
  });
}

/** The low-resolution versions of picture number `index`. */
export async function degradeOften(
  high: Picture,
  index: number,
  options: Pick<CameraDatasetOptions, "scale" | "seed" | "degradations" | "signal">,
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
