/** Scoring a network on pictures, beside bicubic enlargement. */

import { psnr, ssim } from "@tatami/core";
import { tensor } from "@tatami/graph";
import type { Model, Tensor } from "@tatami/graph";
import { createModelRunner } from "@tatami/runtime/programs";
import { resizeLuma } from "../data/bicubic.ts";
import type { LumaPair } from "../data/dataset.ts";
import type { CompiledKernels } from "../run/kernels.ts";
import type { LumaPlane } from "../data/luma.ts";
import { roundLuma } from "../data/luma.ts";

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

/**
 * Enlarges with any model on the training kernels, on the calling thread. Pictures whose sides are no multiples of the
 * model's alignment are continued as `extendPlane` of `@tatami/patches` does.
 */
export function createEnlarge(kernels: CompiledKernels, model: Model): Enlarge {
  const runner = createModelRunner(kernels, model);
  const { alignment = 1, scale } = model;
  const whole = (side: number): number => Math.ceil(side / alignment) * alignment;
  return (low) => {
    const larger = toPlane(runner.run(toTensor(resized(low, whole(low.width), whole(low.height)))));
    return resized(larger, scale * low.width, scale * low.height);
  };
}

/** The same picture with less or more to its right and below: its last column and row are repeated. */
function resized(plane: LumaPlane, width: number, height: number): LumaPlane {
  if (plane.width === width && plane.height === height) return plane;
  const data = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const row = Math.min(y, plane.height - 1) * plane.width;
    for (let x = 0; x < width; x++) data[y * width + x] = plane.data[row + Math.min(x, plane.width - 1)]!;
  }
  return { width, height, data };
}

/** Luma of 0..255 as a picture of 0..1, `[1, 1, h, w]`. */
export function toTensor({ width, height, data }: LumaPlane): Tensor {
  return tensor(
    [1, 1, height, width],
    data.map((value) => value / 255),
  );
}

/** The way back. */
export function toPlane({ shape, data }: Tensor): LumaPlane {
  const [, , height = 0, width = 0] = shape;
  return { width, height, data: data.map((value) => value * 255) };
}
