/** Jobs that can be gone on with: what is asked of the library, and what people are told. */

import { relative } from "node:path";
import type { Progress, ResumeOptions, SegmentsProgress } from "@tatami/upscale";
import { frameProgress } from "../display/progress-line.ts";
import type { ProgressLine } from "../display/progress-line.ts";
import type { Shell } from "../shell.ts";
import type { UpscaleFlags } from "../upscale-flags.ts";

/** Whether a job is kept in segments: `--keep` says so too. */
function isResumable({ resume, keep }: UpscaleFlags): boolean {
  return resume || keep;
}

/**
 * The option, for flags that ask for it; flags by which the engine is made are part of what its segments depend on. The
 * engine keeps segments whatever ends it, since it cannot tell Ctrl-C from the end of a command that was killed:
 * {@link tidyUp} removes them after Ctrl-C.
 */
export function resumeOptions(flags: UpscaleFlags): { readonly resume?: ResumeOptions } {
  if (!isResumable(flags)) return {};
  const { backend, patch, batch, reuse, integers, fps, "debug-view": view } = flags;
  const key = JSON.stringify({ backend, patch, batch, reuse, integers, fps, view });
  return { resume: { keepOnAbort: true, key } };
}

/** What was found of an earlier run, before work begins. */
export function describeStart(segments: SegmentsProgress, cwd: string): string {
  const { total, kept, keptFrames, spoilt, differs } = segments;
  const folder = nameOf(segments, cwd);
  const damaged = spoilt > 0 ? `; ${countOf(spoilt)} damaged and made again` : "";
  if (kept > 0)
    return `goes on: ${kept} of ${total} segments (${keptFrames} frames) are there in ${folder}${damaged}`;
  const why = differs ? `begins anew, since the earlier run differed in ${differs.join(" and ")}; ` : "";
  return `${why}${total} segments, kept in ${folder} as they are finished${damaged}`;
}

/** What is there after a job that did not come to its end; nothing where no segment is. */
export function describeKept(segments: SegmentsProgress | undefined, cwd: string): string | undefined {
  if (!segments || segments.done === 0) return undefined;
  const { done, total } = segments;
  return `${done} of ${total} segments are kept in ${nameOf(segments, cwd)}; the same command goes on with them.`;
}

/** Frames, and which segment is at work. */
export function jobProgress(progress: Progress): ProgressLine {
  const line = frameProgress(progress);
  const { segments } = progress;
  if (!segments) return line;
  const at = Math.min(segments.done + 1, segments.total);
  return { ...line, line: `${line.line}  segment ${at}/${segments.total}` };
}

/** Removes what was kept of a job that was interrupted, unless it is to be kept then, too. */
export async function tidyUp(
  output: string,
  { resume, keep }: UpscaleFlags,
  { signal }: Shell,
): Promise<void> {
  if (!resume || keep || !signal.aborted) return;
  const { removeSegments } = await import("@tatami/codecs/node");
  await removeSegments(output);
}

function countOf(parts: number): string {
  return parts === 1 ? "1 was" : `${parts} were`;
}

function nameOf({ folder }: SegmentsProgress, cwd: string): string {
  const name = relative(cwd, folder);
  return name.startsWith("..") ? folder : name;
}
