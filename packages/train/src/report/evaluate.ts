/** Scoring a network on pictures, beside bicubic enlargement. */

import { psnr, ssim } from "@tatami/core";
import type { Architecture } from "../shape/architecture.ts";
import { resizeLuma } from "../data/bicubic.ts";
import type { LumaPair } from "../data/dataset.ts";
import type { CompiledKernels } from "../run/kernels.ts";
import { createKernels } from "../run/kernels.ts";
import type { LumaPlane } from "../data/luma.ts";
import { roundLuma } from "../data/luma.ts";
import { createNetwork } from "../shape/network.ts";

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

/** Enlarges with the training kernels, from a folded vector of weights. */
export function createEnlarge(
  compiled: CompiledKernels,
  architecture: Architecture,
  folded: Float32Array,
): Enlarge {
  const { scale } = architecture;
  return ({ width, height, data }) => {
    const network = createNetwork(createKernels(compiled), architecture, width, height);
    network.loadWeights(folded);
    const values = network.forward(data.map((value) => value / 255));
    return assembleLuma(values, width, height, scale);
  };
}

/** Sub-pixels `[height][width][scale²]` in 0..1 to a plane of 0..255. */
export function assembleLuma(values: Float32Array, width: number, height: number, scale: number): LumaPlane {
  const wide = width * scale;
  const luma = new Float32Array(wide * height * scale);
  for (let i = 0; i < values.length; i++) {
    const part = i % (scale * scale);
    const pixel = (i - part) / (scale * scale);
    const y = Math.floor(pixel / width) * scale + Math.floor(part / scale);
    const x = (pixel % width) * scale + (part % scale);
    luma[y * wide + x] = values[i]! * 255;
  }
  return { width: wide, height: height * scale, data: luma };
}
