/** A comparison's figures: of each score the mean, the worst, and what most frames reach. */

import type { Comparison, Metric, ScoredVideo, VideoName } from "./options.ts";

/** One measure of one video. */
export interface MetricSummary {
  readonly name: VideoName;
  readonly against: VideoName;
  readonly metric: Metric;
  /** Over frames that were scored; those of PSNR that are the same as the other's are not among them. */
  readonly mean: number;
  readonly worst: number;
  /** Seconds. */
  readonly worstAt: number;
  /** One frame in twenty is worse than this. */
  readonly percentile5: number;
  readonly median: number;
}

/** How much one video trembles. */
export interface FlickerSummary {
  readonly name: VideoName;
  /** Levels squared, weighed by what stands still. */
  readonly mean: number;
  readonly worst: number;
  /** Seconds: where the worst stretch begins. */
  readonly worstAt: number;
}

/** In what order measures are told, and how. */
export const metrics: readonly MetricInfo[] = [
  {
    metric: "psnr",
    title: "PSNR",
    unit: " dB",
    digits: 2,
    higherIsBetter: true,
    named: "Y-PSNR, dB",
    explained: "Y-PSNR, dB",
  },
  {
    metric: "ssim",
    title: "SSIM",
    unit: "",
    digits: 4,
    higherIsBetter: true,
    named: "SSIM",
    explained: "SSIM of luma",
  },
  {
    metric: "lpips",
    title: "LPIPS",
    unit: "",
    digits: 4,
    higherIsBetter: false,
    named: "LPIPS (squeeze v0.1)",
    explained: "LPIPS (squeeze v0.1), lower is closer",
  },
  {
    metric: "vmaf",
    title: "VMAF",
    unit: "",
    digits: 1,
    higherIsBetter: true,
    named: "VMAF",
    explained: "VMAF",
  },
];

/** How a measure is told. */
export interface MetricInfo {
  readonly metric: Metric;
  readonly title: string;
  readonly unit: string;
  readonly digits: number;
  readonly higherIsBetter: boolean;
  readonly named: string;
  readonly explained: string;
}

/** Of every measure that was made, those of one measure beside one another. */
export function summarizeScores({ times, scored }: Comparison): readonly MetricSummary[] {
  return metrics.flatMap((info) => scored.flatMap((video) => summarizeMetric(info, video, times)));
}

function summarizeMetric(
  { metric, higherIsBetter }: MetricInfo,
  { name, against, scores }: ScoredVideo,
  times: readonly number[],
): readonly MetricSummary[] {
  const scoresOf = scores[metric];
  if (!scoresOf) return [];
  const known = scoresOf
    .map((value, at) => ({ value, time: times[at]! }))
    .filter(({ value }) => Number.isFinite(value))
    .toSorted((a, b) => (higherIsBetter ? a.value - b.value : b.value - a.value));
  const at = (share: number): number => known[Math.floor(share * (known.length - 1))]?.value ?? NaN;
  const same = scoresOf.some((value) => value === Infinity) ? Infinity : NaN;
  return [
    {
      name,
      against,
      metric,
      mean: known.length > 0 ? known.reduce((sum, { value }) => sum + value, 0) / known.length : same,
      worst: known.length > 0 ? at(0) : same,
      worstAt: known[0]?.time ?? NaN,
      percentile5: known.length > 0 ? at(0.05) : same,
      median: known.length > 0 ? at(0.5) : same,
    },
  ];
}

/** Frames of a video that are, in luma, the same as the other's. */
function countSame({ scores }: ScoredVideo): number {
  return (scores.psnr ?? []).filter((value) => value === Infinity).length;
}

/** Of every video, where anything stood still at all. */
export function summarizeFlicker({ flicker, videos }: Comparison): readonly FlickerSummary[] {
  return videos.flatMap(({ name }) => {
    const known = flicker.filter(({ variances }) => variances[name] !== undefined);
    if (known.length === 0) return [];
    const weight = known.reduce((sum, { stillShare }) => sum + stillShare, 0);
    const total = known.reduce((sum, { variances, stillShare }) => sum + variances[name]! * stillShare, 0);
    const worst = known.reduce((a, b) => (b.variances[name]! > a.variances[name]! ? b : a));
    return [{ name, mean: total / weight, worst: worst.variances[name]!, worstAt: worst.start }];
  });
}

/** What has to be known beside the figures, in sentences. */
export function notesOf(comparison: Comparison): readonly string[] {
  const { videos, pairs, times, scored } = comparison;
  const notes: string[] = [];
  for (const { name, file, unpaired, damaged } of videos) {
    if (unpaired.frames > 0) {
      const first = unpaired.first.map((time) => time.toFixed(3)).join(", ");
      const more = unpaired.frames > unpaired.first.length ? " …" : "";
      const count = unpaired.frames === 1 ? "1 frame has" : `${unpaired.frames} frames have`;
      notes.push(`${label(name)} (${file}): ${count} no partner and no score, at ${first}${more} s.`);
    }
    for (const { seconds, message } of damaged)
      notes.push(`${label(name)} (${file}) is damaged at ${seconds.toFixed(3)} s: ${message}`);
  }
  for (const video of scored) {
    const same = countSame(video);
    if (same > 0 && same < times.length)
      notes.push(
        `${same} of ${times.length} frames of ${label(video.name)} are the same as ${label(video.against)}'s; PSNR is of the others.`,
      );
    if (same > 0 && same === times.length)
      notes.push(`Every frame of ${label(video.name)} has the same luma as ${label(video.against)}'s.`);
  }
  if (times.length < pairs)
    notes.push(`${times.length} of ${pairs} pairs of frames were scored; flicker and VMAF saw all of them.`);
  return notes;
}

/** What a video is called. */
export function label(name: VideoName): string {
  return name === "reference" ? "the reference" : name.toUpperCase();
}

/** A score in its digits; a dash where there is none. */
export function formatScore({ digits }: MetricInfo, value: number): string {
  return value === Infinity ? "same" : Number.isNaN(value) ? "–" : value.toFixed(digits);
}
