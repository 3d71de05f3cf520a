/** What is known of a trained model beside its weights, and where it is written. */

import { createHash } from "node:crypto";
import type { Track } from "./recipe.ts";

/** The JSON file beside a shipped ONNX file: what `@tatami/zoo` lists. Scores are means over a test set's pictures. */
export interface TrainedModelCard {
  readonly name: string;
  readonly scale: number;
  readonly track: Track;
  /** Weights, biases not counted. */
  readonly parameters: number;
  /** Multiply-accumulates a pixel of the input. */
  readonly macsPerPixel: number;
  /** Multiply-accumulates for a picture of 1280×720. */
  readonly macs720p: number;
  /** Y-PSNR in dB by test set, then SSIM, then both for bicubic enlargement. */
  readonly psnr: Readonly<Record<string, number>>;
  readonly ssim: Readonly<Record<string, number>>;
  readonly bicubicPsnr: Readonly<Record<string, number>>;
  readonly bicubicSsim: Readonly<Record<string, number>>;
  readonly recipe: string;
  readonly seed: number;
  /** Steps done. */
  readonly steps: number;
  readonly batch: number;
  /** Side of a crop in low-resolution pixels. */
  readonly crop: number;
  /** What the recipe does not tell of how it was made; written by hand. */
  readonly note?: string;
  /** What it was trained on, and under which licences. */
  readonly data: string;
  /** Largest difference between the wide and the folded network on a picture of 0..1. */
  readonly foldingError: number;
  /** SHA-256 of the ONNX file, in hexadecimal. */
  readonly sha256: string;
  /** As SPDX writes it. */
  readonly license: string;
}

/** SHA-256 in hexadecimal. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The card as its file's text. */
export function cardText(card: TrainedModelCard): string {
  return `${JSON.stringify(card, null, 2)}\n`;
}
