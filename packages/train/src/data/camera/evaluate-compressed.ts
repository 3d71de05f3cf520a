/** Scoring enlargement of what viewers really have: small videos, compressed. */

import { psnr, ssim, throwIfAborted } from "@tatami/core";
import { resizeLuma } from "../bicubic.ts";
import type { Enlarge, Score } from "../../report/evaluate.ts";
import { roundLuma } from "../luma.ts";
import type { CameraCodec, Compress } from "./compress.ts";
import type { FrameSequence } from "./frame-sequence.ts";
import { cropFrame, reduceFrame } from "./frame-sequence.ts";
import type { MeasureVmaf } from "./measure-vmaf.ts";
import { enlargeLanczos } from "./reduce.ts";
import { lumaOfPlanes } from "./to-i420.ts";

/** What is compared. */
export interface CompressedOptions {
  readonly scale: number;
  /** Ways of enlarging, by name, beside bicubic and Lanczos. */
  readonly enlargers: Readonly<Record<string, Enlarge>>;
  readonly compress: Compress;
  /** @defaultValue "avc" */
  readonly codec?: CameraCodec;
  /** @defaultValue 23, 30 and 36 */
  readonly quantizers?: readonly number[];
  /** Of so many frames the last is scored: all are compressed. @defaultValue 3 */
  readonly every?: number;
  /** Measures VMAF over all frames; see `createVmafMeter`. @defaultValue VMAF is not measured */
  readonly vmaf?: MeasureVmaf;
  readonly onRow?: (row: CompressedRow) => void;
  readonly signal?: AbortSignal;
}

/** How close an enlarged video comes to the truth. */
export interface CompressedScore extends Score {
  /** 0 to 100, where it was measured. */
  readonly vmaf?: number;
}

/** One video at one quantizer: means over its scored frames. */
export interface CompressedRow {
  readonly name: string;
  readonly quantizer: number;
  /** How many frames were scored. */
  readonly frames: number;
  /** By way of enlarging: "bicubic", "lanczos", and the names given. */
  readonly scores: Readonly<Record<string, CompressedScore>>;
}

/** Scores of all, and what could not be scored. */
export interface CompressedResult {
  readonly rows: readonly CompressedRow[];
  /** Over all videos, one row a quantizer, named "mean". */
  readonly means: readonly CompressedRow[];
  /** What was not measured, and why, in plain words. */
  readonly notMeasured: readonly string[];
}

/**
 * Reduces each sequence by MATLAB's bicubic filter, compresses it, enlarges what a decoder gives, and compares its
 * luma with the original's: PSNR and SSIM, rounded to 8 bits, a border of `scale` pixels shaved.
 */
export async function evaluateCompressed(
  sequences: readonly FrameSequence[],
  options: CompressedOptions,
): Promise<CompressedResult> {
  const { scale, compress, codec = "avc", quantizers = [23, 30, 36], every = 3, signal } = options;
  const enlargers: Readonly<Record<string, Enlarge>> = {
    bicubic: (low) => resizeLuma(low, low.width * scale, low.height * scale),
    lanczos: (low) => enlargeLanczos({ ...low, channels: 1 }, scale),
    ...options.enlargers,
  };
  const rows: CompressedRow[] = [];
  for (const { name, frames } of sequences) {
    const high = frames.map((frame) => cropFrame(frame, 2 * scale));
    const low = high.map((frame) => reduceFrame(frame, scale));
    for (const quantizer of quantizers) {
      throwIfAborted(signal);
      const decoded = await compress(low, { codec, quantizer, ...(signal ? { signal } : {}) });
      const isScored = (index: number): boolean => index % every === every - 1 || decoded.length < every;
      const pairs = decoded
        .map((picture, index) => ({ picture, index }))
        .filter(({ index }) => options.vmaf !== undefined || isScored(index))
        .map(({ picture, index }) => ({
          low: lumaOfPlanes(picture),
          high: lumaOfPlanes(high[index]!),
          scored: isScored(index),
        }));
      const scores: Record<string, CompressedScore> = {};
      for (const [method, enlarge] of Object.entries(enlargers)) {
        const enlarged = pairs.map((pair) => ({ ...pair, picture: roundLuma(enlarge(pair.low)) }));
        const vmaf = await options.vmaf?.(
          enlarged.map(({ picture }) => picture),
          pairs.map((pair) => pair.high),
          signal,
        );
        const each = enlarged
          .filter(({ scored }) => scored)
          .map(({ picture, high: truth }): CompressedScore => ({
            psnr: psnr(picture, truth, scale),
            ssim: ssim(picture, truth, scale),
            ...(vmaf !== undefined && { vmaf }),
          }));
        scores[method] = meanScore(each);
      }
      const row = { name, quantizer, frames: pairs.filter(({ scored }) => scored).length, scores };
      rows.push(row);
      options.onRow?.(row);
    }
  }
  return {
    rows,
    means: quantizers.map((quantizer) => meanRow(rows, quantizer)),
    notMeasured: options.vmaf
      ? []
      : ["VMAF: it takes an FFmpeg with libvmaf, which node-av's does not have."],
  };
}

function meanScore(scores: readonly CompressedScore[]): CompressedScore {
  const mean = (pick: (score: CompressedScore) => number): number =>
    scores.reduce((sum, score) => sum + pick(score), 0) / scores.length;
  return {
    psnr: mean((score) => score.psnr),
    ssim: mean((score) => score.ssim),
    ...(scores[0]?.vmaf !== undefined && { vmaf: mean((score) => score.vmaf ?? NaN) }),
  };
}

function meanRow(rows: readonly CompressedRow[], quantizer: number): CompressedRow {
  const same = rows.filter((row) => row.quantizer === quantizer);
  const methods = Object.keys(same[0]?.scores ?? {});
  return {
    name: "mean",
    quantizer,
    frames: same.reduce((sum, row) => sum + row.frames, 0),
    scores: Object.fromEntries(
      methods.map((method) => [method, meanScore(same.map((row) => row.scores[method]!))]),
    ),
  };
}

/** The rows as lines of text: PSNR, SSIM and VMAF, where measured, of each way, and each model's gain over the better of bicubic and Lanczos. */
export function compressedTable(rows: readonly CompressedRow[]): readonly string[] {
  const [first] = rows;
  if (!first) return [];
  const methods = Object.keys(first.scores);
  const wide = Math.max(4, ...rows.map((row) => row.name.length));
  const narrow = first.scores["bicubic"]?.vmaf === undefined ? 16 : 22;
  // a model's path may be longer than its numbers
  const cell = Math.max(narrow, ...methods.map((method) => method.length + 2));
  const head = methods.map((method) => method.padStart(cell)).join("");
  return [
    `${"".padEnd(wide)}   q${head}`,
    ...rows.map(({ name, quantizer, scores }) => {
      const plain = Math.max(scores["bicubic"]!.psnr, scores["lanczos"]!.psnr);
      const cells = methods.map((method) => {
        const { psnr: decibels, ssim: similarity, vmaf } = scores[method]!;
        const perceived = vmaf === undefined ? "" : ` ${vmaf.toFixed(1)}`;
        return `${decibels.toFixed(2)} ${similarity.toFixed(4)}${perceived}`.padStart(cell);
      });
      const gains = methods
        .filter((method) => method !== "bicubic" && method !== "lanczos")
        .map((method) => (scores[method]!.psnr - plain).toFixed(2))
        .map((gain) => `  ${gain.startsWith("-") ? "" : "+"}${gain} dB`);
      return `${name.padEnd(wide)}${String(quantizer).padStart(4)}${cells.join("")}${gains.join("")}`;
    }),
  ];
}
