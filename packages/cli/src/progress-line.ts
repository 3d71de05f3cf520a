/** How far a job has come, in one line. */

import type { Progress } from "@tatami/upscale";
import { formatClock, formatRate } from "./format.ts";

/** `54/120 frames  3.5 fps  ETA 0:19`; without what is not known. */
export function progressLine(progress: Progress): string {
  const { framesDone, framesTotal, framesPerSecond, secondsLeft } = progress;
  const parts = [framesTotal === undefined ? `${framesDone} frames` : `${framesDone}/${framesTotal} frames`];
  if (framesPerSecond > 0) parts.push(`${formatRate(framesPerSecond)} fps`);
  if (secondsLeft !== undefined && framesDone > 0) parts.push(`ETA ${formatClock(secondsLeft)}`);
  return parts.join("  ");
}

/** A bar, a percentage and the line, cut to the width; no bar where the end is not known. */
export function progressBarLine(label: string, progress: Progress, width: number): string {
  const line = progressLine(progress);
  const total = progress.framesTotal;
  if (total === undefined || total === 0) return `${label}  ${line}`.slice(0, width);
  const done = Math.min(1, progress.framesDone / total);
  const percentage = `${String(Math.floor(done * 100)).padStart(3)}%`;
  const room = Math.min(30, width - label.length - line.length - percentage.length - 5);
  if (room < 5) return `${label} ${percentage}  ${line}`.slice(0, width);
  const full = Math.round(done * room);
  return `${label} ${"█".repeat(full)}${"░".repeat(room - full)} ${percentage}  ${line}`;
}
