/** Scores in columns. */

import type { ScoreRow } from "@tatami/train";
import { textTable } from "../display/text-table.ts";

/** A row a picture, and their mean; Y-PSNR in dB, SSIM. */
export function scoreTable(rows: readonly ScoreRow[]): string {
  return textTable(
    ["picture", "PSNR", "SSIM", "bicubic PSNR", "bicubic SSIM", "gain"],
    rows.map(({ name, model, bicubic }) => [
      name,
      model.psnr.toFixed(2),
      model.ssim.toFixed(4),
      bicubic.psnr.toFixed(2),
      bicubic.ssim.toFixed(4),
      formatGain(model.psnr - bicubic.psnr),
    ]),
  );
}

/** `+3.34`, `-0.10`. */
export function formatGain(decibels: number): string {
  return `${decibels < 0 ? "" : "+"}${decibels.toFixed(2)}`;
}
