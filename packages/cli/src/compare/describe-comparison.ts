/** A comparison for people at a terminal, and for programs. */

import { formatSize } from "@tatami/core";
import { formatClock } from "../display/format.ts";
import { textTable } from "../display/text-table.ts";
import type { Comparison, Metric, VideoName } from "./options.ts";
import { formatScore, label, metrics, notesOf, summarizeFlicker, summarizeScores } from "./summarize.ts";

/** A table of figures, and what has to be known beside them. */
export function describeComparison(comparison: Comparison): string {
  const { videos, size } = comparison;
  const names = videos.map(({ name, file }) => `${name === "reference" ? "reference" : label(name)} ${file}`);
  const scores = summarizeScores(comparison).map((row): readonly string[] => {
    const info = metrics.find(({ metric }) => metric === row.metric)!;
    const text = (value: number): string => formatScore(info, value);
    const who = row.against === "reference" ? label(row.name) : `${label(row.name)} to ${label(row.against)}`;
    return [
      `${info.title}${info.unit}`.replace(" dB", ", dB"),
      who,
      text(row.mean),
      text(row.median),
      text(row.percentile5),
      text(row.worst),
      timeText(row.worstAt),
    ];
  });
  const flicker = summarizeFlicker(comparison).map((row): readonly string[] => [
    "flicker",
    row.name === "reference" ? "reference" : label(row.name),
    row.mean.toFixed(2),
    "",
    "",
    row.worst.toFixed(2),
    timeText(row.worstAt),
  ]);
  const header = ["", "", "mean", "median", "5 %", "worst", "at"];
  const notes = notesOf(comparison).map((note) => `note: ${note}\n`);
  return (
    `${names.join("\n")}\n${formatSize(size)}, ${frameCount(comparison)}\n\n` +
    `${textTable(header, [...scores, ...flicker])}\n` +
    `${explain(comparison)}${notes.join("")}`
  );
}

/** What the words of the table mean, those of them that stand in it. */
function explain({ scored, flicker, times }: Comparison): string {
  const hasLpips = scored.some(({ scores }) => scores.lpips !== undefined);
  const sentences = [
    times.length > 1 && "5 %: one frame in twenty is worse.",
    hasLpips && "LPIPS is squeeze v0.1: lower is closer.",
    flicker.length > 0 && "Flicker is variance over time where nothing moves: lower is steadier.",
  ];
  return sentences.flatMap((sentence) => (sentence ? [`${sentence}\n`] : [])).join("");
}

/** `50 frames`, or how many of how many. */
export function frameCount({ times, pairs }: Comparison): string {
  if (times.length < pairs) return `${times.length} of ${pairs} frames`;
  return pairs === 1 ? "1 frame" : `${pairs} frames`;
}

/** Everything, by frame: what `--json` prints. Scores that no number says are strings: `"same"`; missing ones null. */
export function comparisonToJson(comparison: Comparison): object {
  const { size, videos, pairs, times, scored, flicker } = comparison;
  const summary = summarizeScores(comparison).map(({ metric, ...row }) => ({
    metric: metric === "lpips" ? "LPIPS (squeeze v0.1)" : metric,
    ...row,
    mean: plain(row.mean),
    worst: plain(row.worst),
    median: plain(row.median),
    percentile5: plain(row.percentile5),
  }));
  const frames = times.map((time, at) => {
    const each = scored.map(({ name, scores }): [VideoName, object] => {
      const known = Object.entries(scores) as [Metric, readonly number[]][];
      return [name, Object.fromEntries(known.map(([metric, values]) => [metric, plain(values[at] ?? NaN)]))];
    });
    return { time, scores: Object.fromEntries(each) };
  });
  return {
    size,
    videos,
    pairs,
    summary,
    flickerSummary: summarizeFlicker(comparison),
    notes: notesOf(comparison),
    frames,
    flicker,
  };
}

function plain(value: number): number | string | null {
  return value === Infinity ? "same" : Number.isNaN(value) ? null : value;
}

/** `1.200 s`, and from a minute on `2:05.4`. */
export function timeText(seconds: number): string {
  if (Number.isNaN(seconds)) return "";
  if (seconds < 60) return `${seconds.toFixed(2)} s`;
  return `${formatClock(Math.floor(seconds))}.${Math.floor((seconds % 1) * 10)}`;
}
