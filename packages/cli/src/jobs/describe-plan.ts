/** A plan and a report, in lines for people. */

import { formatSize } from "@tatami/core";
import type { Damage, TrackDescription } from "@tatami/core";
import type { PaceSummary, UpscalePlan, UpscaleReport } from "@tatami/upscale";
import { formatBitrate, formatBytes, formatDuration, formatRate } from "../display/format.ts";

/** What would be done. */
export function describePlan(plan: UpscalePlan, isVerbose: boolean): readonly string[] {
  const { media } = plan;
  const frames = media.video.frameCount === null ? "" : `, ${media.video.frameCount} frames`;
  return [
    `${formatSize(plan.input)} → ${formatSize(plan.output)}${frames}, ${formatDuration(media.duration)}`,
    ...describeChoices(plan, plan.encoding, isVerbose),
  ];
}

/** What was done. */
export function describeReport(
  report: UpscaleReport,
  seconds: number,
  isVerbose: boolean,
): readonly string[] {
  const { frames, size, progress, damaged } = report;
  const lines = [
    `${formatSize(report.input)} → ${formatSize(report.output)}, ${frames} frames in ${formatDuration(seconds)} ` +
      `(${formatRate(progress.framesPerSecond)} fps), ${formatBytes(size)}`,
    ...describeChoices(report, report, isVerbose),
    ...damaged.map(describeDamage),
  ];
  const { cellsByNetwork, segments } = progress;
  if (segments && segments.kept > 0)
    lines.push(
      `${segments.keptFrames} frames, ${segments.kept} of ${segments.total} segments, were there from before`,
    );
  if (cellsByNetwork) lines.push(describeShares(report.model, cellsByNetwork));
  if (report.pace) lines.push(describePace(report.pace));
  if (isVerbose) {
    const stages = Object.entries(progress.stageMs).map(([stage, ms]) => `${stage} ${formatRate(ms)}`);
    lines.push(`ms a frame: ${stages.join(", ")}`);
  }
  return lines;
}

/** `computed by m5-x2 71 %, xl-x2 29 %`: by the pixels that each network made. */
function describeShares(models: string, cells: readonly number[]): string {
  const total = cells.reduce((sum, count) => sum + count, 0);
  const share = (count: number): string => (total === 0 ? "0" : ((100 * count) / total).toFixed(0));
  const names = models.split(",");
  return `computed by ${cells.map((count, index) => `${names[index] ?? "?"} ${share(count)} %`).join(", ")}`;
}

/** `kept 30 fps: 80 % of frames as good as can be, 20 % by less (6 changes)`. */
function describePace({ wanted, frames, changes }: PaceSummary): string {
  const total = frames.reduce((sum, count) => sum + count, 0);
  const best = total === 0 ? 0 : Math.round((100 * frames[0]!) / total);
  const goal = wanted === "max" ? "as quick as can be" : `aimed at ${wanted} fps`;
  return `${goal}: ${best} % of the frames as good as can be, ${100 - best} % by less (${changes} changes)`;
}

function describeChoices(
  plan: UpscalePlan,
  { leftOut, changed }: Pick<UpscaleReport, "leftOut" | "changed">,
  isVerbose: boolean,
): readonly string[] {
  const { encoding, media } = plan;
  const lines = [
    ...(plan.choice ? [`seen: ${plan.choice.sentence}`] : []),
    `model ${plan.model}${plan.strength === 1 ? "" : ` at strength ${plan.strength}`} on ${plan.backend} (${plan.backendDescription})`,
    `${encoding.container}, ${encoding.codec} at ${formatBitrate(encoding.bitrate)}`,
  ];
  for (const { track, codec } of encoding.transcoded ?? [])
    lines.push(`encoded anew: ${describeTrack(track)} as ${codec}`);
  if (encoding.copied.length > 0) lines.push(`copied: ${encoding.copied.map(describeTrack).join(", ")}`);
  for (const { track, message } of leftOut) lines.push(`left out: ${describeTrack(track)}: ${message}`);
  for (const { message } of changed) lines.push(`changed: ${message}`);
  for (const blindSpot of media.blindSpots) lines.push(`note: ${blindSpot}`);
  if (!isVerbose) return lines;
  for (const { codec, reason } of encoding.rejected) lines.push(`set aside: ${codec}: ${reason}`);
  for (const { candidate, error } of plan.rejected) lines.push(`set aside: ${candidate}: ${error.message}`);
  return lines;
}

function describeDamage({ seconds, frames, message }: Damage): string {
  const count = frames === null ? "" : `, ${frames} frames`;
  return `damaged: at ${seconds.toFixed(3)} s${count}: ${message}`;
}

/** `audio aac (eng)`. */
export function describeTrack(track: TrackDescription): string {
  const codec = track.codec === null ? "" : ` ${track.codec}`;
  return `${track.kind}${codec}${track.language === null || track.language === "und" ? "" : ` (${track.language})`}`;
}
