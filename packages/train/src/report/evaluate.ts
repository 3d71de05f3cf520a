/** Scoring a network on pictures, beside bicubic enlargement. */

import { psnr, ssim } from "@tatami/core";
import type { Size } from "@tatami/core";
import { tensor } from "@tatami/graph";
import type { Model, Tensor } from "@tatami/graph";
import { planGrid } from "@tatami/patches";
import { createModelRunner } from "@tatami/runtime/programs";
import { resizeLuma } from "../data/bicubic.ts";
import type { LumaPair } from "../data/dataset.ts";
import type { CompiledKernels } from "../run/kernels.ts";
import type { LumaPlane } from "../data/luma.ts";
import { blankLuma, copyLuma, cutLuma, roundLuma } from "../data/luma.ts";

/** How close an enlargement comes to the truth. */
export interface Score {
  /** Decibels, on luma: the enlargement rounded to 8 bits, the truth as it comes from RGB, a border of `scale` pixels shaved. */
  readonly psnr: number;
  readonly ssim: number;
}

/** One picture's scores, or a folder's means. */
export interface ScoreRow {
  readonly name: string;
  readonly model: Score;
  readonly bicubic: Score;
}

/** A picture to be scored on. */
export interface EvaluationPicture extends LumaPair {
  readonly name: string;
}

/** Enlarges luma of 0..255. */
export type Enlarge = (low: LumaPlane) => LumaPlane;

/** Scores every picture; the last row, "mean", is their mean. */
export function evaluate(
  pictures: readonly EvaluationPicture[],
  enlarge: Enlarge,
  scale: number,
): readonly ScoreRow[] {
  const rows = pictures.map(({ name, low, high }): ScoreRow => {
    const score = (plane: LumaPlane): Score => {
      const picture = roundLuma(plane);
      return { psnr: psnr(picture, high, scale), ssim: ssim(picture, high, scale) };
    };
    return { name, model: score(enlarge(low)), bicubic: score(resizeLuma(low, high.width, high.height)) };
  });
  const mean = (pick: (row: ScoreRow) => number): number =>
    rows.reduce((sum, row) => sum + pick(row), 0) / rows.length;
  return [
    ...rows,
    {
      name: "mean",
      model: { psnr: mean((row) => row.model.psnr), ssim: mean((row) => row.model.ssim) },
      bicubic: { psnr: mean((row) => row.bicubic.psnr), ssim: mean((row) => row.bicubic.ssim) },
    },
  ];
}

/** Longest side of what is computed at once: of a whole wallpaper, features of a wide network are more than a memory of WebAssembly's holds. */
const patchSize = 512;

/**
 * Enlarges with any model on the training kernels, on the calling thread: large pictures in patches with their halos. Pictures whose
 * sides are no multiples of the model's alignment are continued as `extendPlane` of `@tatami/patches` does.
 */
export function createEnlarge(kernels: CompiledKernels, model: Model): Enlarge {
  const runner = createModelRunner(kernels, model);
  const { alignment = 1, halo, scale } = model;
  const longest = Math.max(patchSize, 4 * (halo + alignment));
  return (low) => {
    const grid = planGrid({ frame: low, patchSize: longest, halo, alignment });
    const source = extended(low, grid.extended);
    const larger = blankLuma({ width: scale * low.width, height: scale * low.height });
    for (const { window, kept } of grid.patches) {
      const made = toPlane(runner.run(toTensor(cutLuma(source, window))));
      copyLuma(made, larger, {
        from: { x: scale * (kept.x - window.x), y: scale * (kept.y - window.y) },
        to: { x: scale * kept.x, y: scale * kept.y },
        size: { width: scale * kept.width, height: scale * kept.height },
      });
    }
    return larger;
  };
}

/** The same picture with more to its right and below: its last column and row are repeated. */
function extended(plane: LumaPlane, size: Size): LumaPlane {
  if (plane.width === size.width && plane.height === size.height) return plane;
  const made = blankLuma(size);
  for (let y = 0; y < size.height; y++) {
    const row = Math.min(y, plane.height - 1) * plane.width;
    for (let x = 0; x < size.width; x++)
      made.data[y * size.width + x] = plane.data[row + Math.min(x, plane.width - 1)]!;
  }
  return made;
}

/** Luma of 0..255 as a picture of 0..1, `[1, 1, h, w]`. */
export function toTensor({ width, height, data }: LumaPlane): Tensor {
  const picture = new Float32Array(data.length);
  // by a loop, as validation comes through here thousands of times
  for (let i = 0; i < data.length; i++) picture[i] = data[i]! / 255;
  return tensor([1, 1, height, width], picture);
}

/** The way back. */
export function toPlane({ shape, data: picture }: Tensor): LumaPlane {
  const [, , height = 0, width = 0] = shape;
  const data = new Float32Array(picture.length);
  for (let i = 0; i < data.length; i++) data[i] = picture[i]! * 255;
  return { width, height, data };
}
