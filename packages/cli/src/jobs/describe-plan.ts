/** A plan and a report, in lines for people. */

import { formatSize } from "@tatami/core";
import type { Damage, Encoding, TrackDescription } from "@tatami/core";
import type { PaceSummary, Progress } from "@tatami/upscale";
import type { JobPlan, JobReport } from "../shell.ts";
import { formatBitrate, formatBytes, formatDuration, formatRate } from "../display/format.ts";

/** What would be done. */
export function describePlan(plan: JobPlan, isVerbose: boolean): readonly string[] {
  const { media } = plan;
  const count = media?.video.frameCount ?? null;
  const frames = count === null ? "" : `, ${count} frames`;
  const length = media ? `, ${formatDuration(media.duration)}` : "";
  return [
    `${formatSize(plan.input)} → ${formatSize(plan.output)}${frames}${length}`,
    ...describeChoices(plan, "encoding" in plan ? plan.encoding : plan, isVerbose),
  ];
}

/** What was done. */
export function describeReport(report: JobReport, seconds: number, isVerbose: boolean): readonly string[] {
  const { frames, size, progress, damaged, pace, fusion, model } = report;
  const work = progress
    ? `${frames} frames in ${formatDuration(seconds)} (${formatRate(progress.framesPerSecond)} fps)`
    : `in ${formatDuration(seconds)}`;
  return [
    `${formatSize(report.input)} → ${formatSize(report.output)}, ${work}, ${formatBytes(size)}`,
    ...describeChoices(report, report, isVerbose),
    ...damaged.map(describeDamage),
    ...(fusion ? [fusion.sentence] : []),
    ...(progress ? describeWork(progress, model, pace, isVerbose) : []),
  ];
}

function describeWork(
  { cellsByNetwork, segments, stageMs }: Progress,
  model: string,
  pace: PaceSummary | undefined,
  isVerbose: boolean,
): readonly string[] {
  const lines: string[] = [];
  if (segments && segments.kept > 0)
    lines.push(
      `${segments.keptFrames} frames, ${segments.kept} of ${segments.total} segments, were there from before`,
    );
  if (cellsByNetwork) lines.push(describeShares(model, cellsByNetwork));
  if (pace) lines.push(describePace(pace));
  if (isVerbose) {
    const stages = Object.entries(stageMs).map(([stage, ms]) => `${stage} ${formatRate(ms)}`);
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
  plan: JobPlan,
  { leftOut, changed }: Pick<JobReport, "leftOut" | "changed">,
  isVerbose: boolean,
): readonly string[] {
  const { media, strength, backend, backendDescription: on } = plan;
  const encoding = "encoding" in plan ? plan.encoding : undefined;
  const lines = [
    ...(plan.choice ? [`seen: ${plan.choice.sentence}`] : []),
    `model ${plan.model}${strength === 1 ? "" : ` at strength ${strength}`} on ${backend}${on ? ` (${on})` : ""}`,
    "written" in plan ? plan.written : describeEncoding(plan.encoding),
  ];
  if (encoding?.rejectedEncoders && encoding.encoder?.startsWith("lib"))
    lines.push(
      `note: none of ${encoding.rejectedEncoders.length} hardware encoders works here, so ${encoding.encoder} encodes; --verbose says why`,
    );
  for (const { track, codec } of encoding?.transcoded ?? [])
    lines.push(`encoded anew: ${describeTrack(track)} as ${codec}`);
  if (encoding && encoding.copied.length > 0)
    lines.push(`copied: ${encoding.copied.map(describeTrack).join(", ")}`);
  for (const { track, message } of leftOut) lines.push(`left out: ${describeTrack(track)}: ${message}`);
  for (const { message } of changed) lines.push(`changed: ${message}`);
  for (const blindSpot of media?.blindSpots ?? []) lines.push(`note: ${blindSpot}`);
  if (!isVerbose) return lines;
  for (const { codec, reason } of encoding?.rejected ?? []) lines.push(`set aside: ${codec}: ${reason}`);
  for (const { encoder, reason } of encoding?.rejectedEncoders ?? [])
    lines.push(`set aside: ${encoder}: ${reason}`);
  for (const { candidate, error } of plan.rejected) lines.push(`set aside: ${candidate}: ${error.message}`);
  return lines;
}

/** `mp4, hevc (libx265, slow) of 10 bits at CRF 20`. */
function describeEncoding({ container, codec, bitrate, ...more }: Encoding): string {
  const { encoder, preset, crf, pixelFormat, rejectedEncoders } = more;
  const isOdd = preset !== undefined || rejectedEncoders !== undefined || !/^lib|^$/.test(encoder ?? "");
  const by = isOdd ? ` (${[encoder, preset].filter((each) => each !== undefined).join(", ")})` : "";
  const depth = pixelFormat === "yuv420p10le" ? " of 10 bits" : "";
  return `${container}, ${codec}${by}${depth} at ${crf === undefined ? formatBitrate(bitrate) : `CRF ${crf}`}`;
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
