/** The folder in which the parts of an output are kept. */

import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Segment } from "@tatami/core";
import { openVideoEncoder } from "../output/video/encode-video.ts";
import { besideOutput, realOutput } from "../output/file/output-lock.ts";
import { checkPart } from "./part-file.ts";
import type { PartSummary } from "./part-file.ts";
import { headerOf } from "./write-segment.ts";
import type { SegmentSetup } from "./write-segment.ts";

/** The folder in which an output's parts are kept. */
export async function segmentsFolder(output: string): Promise<string> {
  return besideOutput(await realOutput(output), ".tatami");
}

/** Whether a part is kept there. */
export async function hasParts(folder: string): Promise<boolean> {
  return (await readdir(folder).catch(() => [])).some((name) => /\.(?:part|moved)$/.test(name));
}

/** Removes files of ours whose names end so, but the lock; somebody else's are not touched. */
export async function removeOwn(folder: string, end: string): Promise<void> {
  const own =
    /^(?:(?:\d+\.(?:part|moved)|manifest\.json)(?:(?:\.[0-9a-f]{8})?\.unfinished)?|joined-[0-9a-f]{8}\.\w+(?:\.[0-9a-f]{8}\.partial|\.lock)?)$/;
  for (const name of await readdir(folder))
    if (own.test(name) && name.endsWith(end)) await rm(join(folder, name), { force: true });
}

const ending = ".part";

/** Where a segment's part lies. */
export function partPath(folder: string, { index }: Segment): string {
  return join(folder, `${String(index).padStart(5, "0")}${ending}`);
}

/** The parts of these segments that can be joined with what is encoded now; others are removed. */
export async function checkParts(
  folder: string,
  segments: readonly Segment[],
  { plan: { media, video }, color }: SegmentSetup,
): Promise<{ readonly kept: Map<number, PartSummary>; readonly spoilt: number }> {
  const kept = new Map<number, PartSummary>();
  const present = new Set(await readdir(folder));
  const left = segments.filter((segment) => present.has(partPath("", segment)));
  if (left.length === 0) return { kept, spoilt: 0 };
  using encoder = await openVideoEncoder(media.nodeAv, { ...video, color, isRepeatable: true });
  const header = headerOf(media.nodeAv, encoder);
  for (const segment of left) {
    const path = partPath(folder, segment);
    const summary = await checkPart(path);
    if (summary?.header === header) kept.set(segment.index, summary);
    else await rm(path, { force: true });
  }
  return { kept, spoilt: left.length - kept.size };
}
