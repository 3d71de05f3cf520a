/** A picture's file degraded into another one's. */

import { basename } from "node:path";
import { createRandom, outputFailed } from "@tatami/core";
import sharp from "sharp";
import { resizeBicubic, resizeLuma } from "../data/bicubic.ts";
import { cropToMultiple, lumaOf } from "../data/luma.ts";
import { readPicture } from "../data/read-picture.ts";
import { compileKernels } from "../run/kernels.ts";
import { createDegrade, readLearned } from "./degradation.ts";

/** What is degraded by what. */
export interface DegradeFileOptions {
  readonly picture: string;
  /** A learned degradation's file. */
  readonly degradation: string;
  /** A PNG file. */
  readonly output: string;
  /** @defaultValue 1 */
  readonly seed?: number;
}

/**
 * Degrades a picture: its luma by the degradation, its colours by the bicubic filter.
 *
 * @throws TatamiError `input-not-found`, `damaged-input`, `invalid-model`, `output-failed`.
 */
export async function degradePictureFile(
  options: DegradeFileOptions,
): Promise<{ readonly width: number; readonly height: number }> {
  const { picture: path, degradation, output, seed = 1 } = options;
  const file = await readLearned(degradation);
  const degradeBy = createDegrade(await compileKernels(), file, basename(degradation));
  const picture = cropToMultiple(await readPicture(path), 2);
  const high = lumaOf(picture);
  const [width, height] = [picture.width / 2, picture.height / 2];
  const plain = resizeLuma(high, width, height);
  const small = await degradeBy(high, createRandom(seed));
  const { channels, data: colours } = resizeBicubic(picture, width, height);
  // studio luma's 219 steps are 255 of each colour's
  const data = Uint8Array.from(colours, (value, i) => {
    const place = Math.floor(i / channels);
    const change = ((small.data[place]! - plain.data[place]!) * 255) / 219;
    return Math.min(255, Math.max(0, Math.round(value + change)));
  });
  await sharp(data, { raw: { width, height, channels } })
    .png()
    .toFile(output)
    .catch((cause: unknown) => {
      throw outputFailed(JSON.stringify(output), cause);
    });
  return { width, height };
}
