/** How far a job has come, in one line. */

import type { Progress } from "@tatami/upscale";
import { formatClock, formatRate } from "./format.ts";

/** How far any job has come, and how that is said. */
export interface ProgressLine {
  readonly done: number;
  /** Not known for every file. */
  readonly total?: number | undefined;
  readonly line: string;
}

/** `54/120 frames  3.5 fps  ETA 0:19`; without what is not known. */
export function frameProgress(
  progress: Pick<Progress, "framesDone" | "framesTotal" | "framesPerSecond" | "secondsLeft">,
): ProgressLine {
  const { framesDone, framesTotal, framesPerSecond, secondsLeft } = progress;
  const parts = [framesTotal === undefined ? `${framesDone} frames` : `${framesDone}/${framesTotal} frames`];
  if (framesPerSecond > 0) parts.push(`${formatRate(framesPerSecond)} fps`);
  if (secondsLeft !== undefined && framesDone > 0) parts.push(`ETA ${formatClock(secondsLeft)}`);
  return { done: framesDone, total: framesTotal, line: parts.join("  ") };
}

/** A bar, a percentage and the line, cut to the width; no bar where the end is not known. */
export function progressBarLine(label: string, { done, total, line }: ProgressLine, width: number): string {
  if (total === undefined || total === 0) return `${label}  ${line}`.slice(0, width);
  const part = Math.min(1, done / total);
  const percentage = `${String(Math.floor(part * 100)).padStart(3)}%`;
  const room = Math.min(30, width - label.length - line.length - percentage.length - 5);
  if (room < 5) return `${label} ${percentage}  ${line}`.slice(0, width);
  const full = Math.round(part * room);
  return `${label} ${"█".repeat(full)}${"░".repeat(room - full)} ${percentage}  ${line}`;
}
