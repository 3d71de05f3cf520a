/** What a comparison is asked for, and what it found: plain data, which crosses to the engine's process. */

import type { Damage, Rect, Size } from "@tatami/core";

/** What is compared, and how. */
export interface CompareOptions {
  /** Paths or addresses of the two videos or pictures. */
  readonly a: string;
  readonly b: string;
  /** What both should look like. @defaultValue none: B is compared with A */
  readonly reference?: string;
  /** Every how many pairs of frames are compared; flicker and VMAF see all of them. */
  readonly every: number;
  /** Path of the LPIPS network; left out, LPIPS is not measured. */
  readonly lpips?: string;
  /** A program with libvmaf, and a folder that its log may lie in. @defaultValue VMAF is not measured */
  readonly vmaf?: { readonly ffmpeg: string; readonly folder: string };
  readonly toSdr: boolean;
}

/** One of the videos. */
export type VideoName = "a" | "b" | "reference";

/** One video's share of a comparison. */
export interface ComparedVideo {
  readonly name: VideoName;
  readonly file: string;
  /** Frames read. */
  readonly frames: number;
  /** Frames that have no partner in every other video, and the times of the first of them in seconds. */
  readonly unpaired: { readonly frames: number; readonly first: readonly number[] };
  readonly damaged: readonly Damage[];
}

/** What is measured of one frame against another. */
export type Metric = "psnr" | "ssim" | "lpips" | "vmaf";

/** The scores of one video against another, one for each time of {@link Comparison.times}. */
export interface ScoredVideo {
  readonly name: VideoName;
  readonly against: VideoName;
  /** `NaN` where a frame was not scored; PSNR is infinite where both are the same. */
  readonly scores: Readonly<Partial<Record<Metric, readonly number[]>>>;
}

/** How much each video trembles in one stretch of time. */
export interface FlickerWindow {
  /** Seconds. */
  readonly start: number;
  readonly end: number;
  /** Part of the picture that stands still, 0..1. */
  readonly stillShare: number;
  /** Mean variance over time where it stands still, in levels squared; absent where nothing does. */
  readonly variances: Readonly<Partial<Record<VideoName, number>>>;
}

/** The place of a frame that differs most, out of every video. */
export interface WorstPlace {
  /** Whose frame it is. */
  readonly name: VideoName;
  /** Seconds. */
  readonly time: number;
  readonly psnr: number;
  /** In pixels. */
  readonly place: Rect;
  /** WebP files of the same place, lossless. */
  readonly pictures: readonly { readonly name: VideoName; readonly file: Uint8Array }[];
}

/** All of it. */
export interface Comparison {
  readonly size: Size;
  readonly videos: readonly ComparedVideo[];
  /** Pairs of frames found; `times` are those that were compared, in seconds. */
  readonly pairs: number;
  readonly times: readonly number[];
  readonly scored: readonly ScoredVideo[];
  readonly flicker: readonly FlickerWindow[];
  readonly worst: readonly WorstPlace[];
}
