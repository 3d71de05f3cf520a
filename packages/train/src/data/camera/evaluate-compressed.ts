/** Scoring enlargement of what viewers really have: small videos, seen through a lens, noisy, compressed. */

import { createRandom, psnr, ssim, throwIfAborted } from "@tatami/core";
import { resizeLuma } from "../bicubic.ts";
import type { Score } from "../../report/evaluate.ts";
import type { LumaPlane, Picture } from "../luma.ts";
import { roundLevels, roundLuma } from "../luma.ts";
import type { FloatPicture } from "./blur.ts";
import { blurPicture } from "./blur.ts";
import type { CameraCodec, Compress, CompressiblePicture } from "./compress.ts";
import type { FrameSequence } from "./frame-sequence.ts";
import { cropFrame, packPlanes, planeOf, reduceFrame } from "./frame-sequence.ts";
import type { MeasureVmaf } from "./measure-vmaf.ts";
import { enlargeLanczos } from "./reduce.ts";
import { addSensorNoise } from "./sensor-noise.ts";
import { lumaOfPlanes } from "./to-i420.ts";

/** Enlarges the luma, 0..255, of a decoded picture, which is there whole for what works on colours. */
export type EnlargeDecoded = (low: LumaPlane, decoded: CompressiblePicture) => LumaPlane;

/** What becomes of a video before it is enlarged. */
export interface CompressedCase {
  /** @defaultValue "avc" */
  readonly codec?: CameraCodec;
  /** See `Compression`. */
  readonly quantizer: number;
  /** A soft lens: blur of what the camera sees, the truth stays sharp; a Gaussian's σ in small pixels. @defaultValue 0 */
  readonly lens?: number;
  /** Soft footage: blur of the truth itself; a Gaussian's σ in large pixels. @defaultValue 0 */
  readonly soft?: number;
  /** Sensor noise in the small luma before it is compressed: σ at middle grey, in levels. @defaultValue 0 */
  readonly noise?: number;
}

/** What is compared. */
export interface CompressedOptions {
  readonly scale: number;
  /** Ways of enlarging, by name, beside bicubic and Lanczos. */
  readonly enlargers: Readonly<Record<string, EnlargeDecoded>>;
  readonly compress: Compress;
  /** @defaultValue H.264 at constant rate factors 23, 28 and 33 */
  readonly cases?: readonly CompressedCase[];
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

/** One video in one case: means over its scored frames. */
export interface CompressedRow {
  readonly name: string;
  /** The case in words: see {@link nameCase}. */
  readonly case: string;
  /** How many frames were scored. */
  readonly frames: number;
  /** By way of enlarging: "bicubic", "lanczos", and the names given. */
  readonly scores: Readonly<Record<string, CompressedScore>>;
}

/** Scores of all, and what could not be scored. */
export interface CompressedResult {
  /** Video by video, each in all cases. */
  readonly rows: readonly CompressedRow[];
  /** Over all videos, named "mean": a row a case. */
  readonly means: readonly CompressedRow[];
  /** What was not measured, and why, in plain words. */
  readonly notMeasured: readonly string[];
}

const filters = ["bicubic", "lanczos"];

/** A case in words: "avc 23, lens 0.8". */
function nameCase({ codec = "avc", quantizer, lens = 0, soft = 0, noise = 0 }: CompressedCase): string {
  const named = Object.entries({ lens, soft, noise }).filter(([, value]) => value !== 0);
  return [`${codec} ${quantizer}`, ...named.map(([name, value]) => `${name} ${value}`)].join(", ");
}

/**
 * Blurs each sequence where the case says so, reduces it by MATLAB's bicubic filter, adds noise, compresses it, enlarges
 * what a decoder gives, and compares its luma with the original's: PSNR and SSIM, rounded to 8 bits, a border of
 * `scale` pixels shaved.
 */
export async function evaluateCompressed(
  sequences: readonly FrameSequence[],
  options: CompressedOptions,
): Promise<CompressedResult> {
  const { scale, cases = [23, 28, 33].map((quantizer) => ({ quantizer })) } = options;
  const enlargers: Readonly<Record<string, EnlargeDecoded>> = {
    bicubic: (low) => resizeLuma(low, low.width * scale, low.height * scale),
    lanczos: (low) => enlargeLanczos({ ...low, channels: 1 }, scale),
    ...options.enlargers,
  };
  const rows: CompressedRow[] = [];
  // all cases of one video, then the next: networks are laid out for its size once
  for (const sequence of sequences) {
    for (const each of cases) {
      const row = await scoreSequence(sequence, each, enlargers, options);
      rows.push(row);
      options.onRow?.(row);
    }
  }
  return {
    rows,
    means: cases.map(nameCase).map((name) =>
      meanRow(
        rows.filter((row) => row.case === name),
        name,
      ),
    ),
    notMeasured: options.vmaf
      ? []
      : ["VMAF: it takes an FFmpeg with libvmaf, which node-av's does not have."],
  };
}

async function scoreSequence(
  { name, frames }: FrameSequence,
  each: CompressedCase,
  enlargers: Readonly<Record<string, EnlargeDecoded>>,
  { scale, compress, every = 3, vmaf: measureVmaf, signal }: CompressedOptions,
): Promise<CompressedRow> {
  throwIfAborted(signal);
  const { codec = "avc", quantizer, lens = 0, soft = 0, noise = 0 } = each;
  const high = frames.map((frame) => blurFrame(cropFrame(frame, 2 * scale), soft));
  const random = createRandom(1);
  const low = high.map((frame) => {
    const reduced = reduceFrame(blurFrame(frame, lens * scale), scale);
    if (noise === 0) return reduced;
    const plane = planeOf(reduced, 0);
    const luma = { ...plane, data: Float32Array.from(plane.data) };
    addSensorNoise(luma, { level: noise, shot: 0.6, grey: 1 }, random);
    return packPlanes(toBytes(luma), planeOf(reduced, 1), planeOf(reduced, 2));
  });
  const decoded = await compress(low, { codec, quantizer, ...(signal ? { signal } : {}) });
  const isScored = (index: number): boolean => index % every === every - 1 || decoded.length < every;
  const pairs = decoded
    .map((picture, index) => ({
      decoded: picture,
      truth: lumaOfPlanes(high[index]!),
      scored: isScored(index),
    }))
    .filter(({ scored }) => measureVmaf !== undefined || scored);
  const scores: Record<string, CompressedScore> = {};
  for (const [method, enlarge] of Object.entries(enlargers)) {
    const pictures = pairs.map((pair) => roundLuma(enlarge(lumaOfPlanes(pair.decoded), pair.decoded)));
    const vmaf = await measureVmaf?.(
      pictures,
      pairs.map(({ truth }) => truth),
      signal,
    );
    const ofFrames = pairs.flatMap(({ truth, scored }, index): CompressedScore[] => {
      if (!scored) return [];
      const picture = pictures[index]!;
      const close = { psnr: psnr(picture, truth, scale), ssim: ssim(picture, truth, scale) };
      return [{ ...close, ...(vmaf !== undefined && { vmaf }) }];
    });
    scores[method] = meanScore(ofFrames);
  }
  return { name, case: nameCase(each), frames: pairs.filter(({ scored }) => scored).length, scores };
}

/** A frame blurred, its chroma as far as its luma, each plane rounded. @param deviation in luma's pixels */
function blurFrame(frame: CompressiblePicture, deviation: number): CompressiblePicture {
  if (deviation === 0) return frame;
  const [luma, blue, red] = ([0, 1, 2] as const).map((index) => {
    const variance = (index === 0 ? deviation : deviation / 2) ** 2;
    const blur = { across: variance, down: variance, diagonal: 0, slope: 1 } as const;
    return toBytes(blurPicture(planeOf(frame, index), blur));
  });
  return packPlanes(luma!, blue!, red!);
}

function toBytes(picture: FloatPicture): Picture {
  return { ...picture, data: roundLevels(picture.data, new Uint8Array(picture.data.length)) };
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

function meanRow(rows: readonly CompressedRow[], name: string): CompressedRow {
  const methods = Object.keys(rows[0]?.scores ?? {});
  return {
    name: "mean",
    case: name,
    frames: rows.reduce((sum, row) => sum + row.frames, 0),
    scores: Object.fromEntries(
      methods.map((method) => [method, meanScore(rows.map((row) => row.scores[method]!))]),
    ),
  };
}

/** How far one way of enlarging is above others, in dB of PSNR. */
export interface Gain {
  /** Over all rows. */
  readonly mean: number;
  readonly least: number;
  /** The row of the least. */
  readonly leastAt: CompressedRow;
}

/** A way's gain over the best of others in each row. */
export function gainOver(rows: readonly CompressedRow[], method: string, others: readonly string[]): Gain {
  const gains = rows.map((row) => gainIn(row, method, others));
  const least = Math.min(...gains);
  return {
    mean: gains.reduce((sum, gain) => sum + gain, 0) / gains.length,
    least,
    leastAt: rows[gains.indexOf(least)]!,
  };
}

function gainIn({ scores }: CompressedRow, method: string, others: readonly string[]): number {
  return scores[method]!.psnr - Math.max(...others.map((other) => scores[other]!.psnr));
}

/**
 * The result as lines of text, case by case and over all: PSNR, SSIM and VMAF, where measured, of each way, and its gain
 * over the better of bicubic and Lanczos, of each video and on the mean; below, the least gain and whose it is.
 */
export function compressedTable({ rows, means }: CompressedResult): readonly string[] {
  const [first] = rows;
  if (!first) return [];
  const methods = Object.keys(first.scores);
  const wide = Math.max(...[...rows, ...means].map((row) => Math.max(row.name.length, row.case.length)));
  const cell =
    2 +
    Math.max(
      first.scores["bicubic"]?.vmaf === undefined ? 20 : 25,
      ...methods.map((method) => method.length),
    );
  const line = (name: string, textOf: (method: string) => string): string =>
    name.padEnd(wide) + methods.map((method) => textOf(method).padStart(cell)).join("");
  const block = (name: string, of: readonly CompressedRow[]): readonly string[] => [
    line(name, (method) => method),
    ...of.map((row) => line(row.name, (method) => scoreText(row, method, gainIn(row, method, filters)))),
  ];
  const summary = (of: readonly CompressedRow[]): readonly string[] => {
    const mean = meanRow(of, "");
    return [
      line("mean", (method) => scoreText(mean, method, gainOver(of, method, filters).mean)),
      line("least", (method) => {
        const { least, leastAt } = gainOver(of, method, filters);
        return filters.includes(method) ? "" : `${leastAt.name.slice(0, cell - 9)} ${signed(least)}`;
      }),
      "",
    ];
  };
  const each = means.flatMap((mean) => {
    const of = rows.filter((row) => row.case === mean.case);
    return [...block(mean.case, of), ...summary(of)];
  });
  return means.length === 1 ? each : [...each, ...block(`all ${means.length} cases`, []), ...summary(rows)];
}

function scoreText({ scores }: CompressedRow, method: string, gain: number): string {
  const { psnr: decibels, ssim: similarity, vmaf } = scores[method]!;
  const perceived = vmaf === undefined ? "" : ` ${vmaf.toFixed(1)}`;
  const gained = filters.includes(method) ? "" : ` ${signed(gain)}`;
  return `${decibels.toFixed(2)} ${similarity.toFixed(4)}${perceived}${gained}`;
}

function signed(decibels: number): string {
  return `${decibels < 0 ? "" : "+"}${decibels.toFixed(2)}`;
}
