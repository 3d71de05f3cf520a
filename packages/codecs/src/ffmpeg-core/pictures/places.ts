/** Where FFmpeg is told to begin so that the first picture wanted comes out whole. */

import type { CoreThread } from "../core/core-thread.ts";
import type { PictureRun, RunPicture } from "./run-pictures.ts";
import { runPictures } from "./run-pictures.ts";

/** Where a run begins. */
export type Where = Pick<PictureRun, "seek" | "from">;

/** What is run. */
export interface RunSource extends Omit<PictureRun, "limit" | "seek" | "from"> {
  /** Seconds of the file's first timestamp: FFmpeg seeks from there. */
  readonly fileStart: number;
  /** Whether its clock jumps, so that a time is no place. */
  readonly jumps: boolean;
  /** Seconds between pictures, as a rule. */
  readonly usual: number;
}

/**
 * Seconds before a picture that are sought, one after the other, until that picture comes out as it should: not every
 * container knows where its key frames are.
 */
export const margins: readonly number[] = [0, 2, 10, 60, Infinity];

/**
 * Where to begin for pictures from `start` seconds on. A place is taken when the first picture is the same, byte for
 * byte, as from the place before it, and is where it should be; in the end it is the file's start.
 */
export async function findStart(thread: CoreThread, source: RunSource, start: number): Promise<Where> {
  let before: RunPicture | undefined;
  for (const margin of margins) {
    const where = startingAt(start, margin, source);
    if (where.seek === undefined) return where;
    const first = await firstPicture(thread, source, where);
    if (first && before && isSame(first, before) && (first.seconds ?? Infinity) < start + 1.5 * source.usual)
      return where;
    before = first;
  }
  return startingAt(start, Infinity, source);
}

/** The place of a picture that was had before, sought `margin` seconds before it. */
export function placeOf({ pts, seconds }: RunPicture, margin: number, source: RunSource): Where | undefined {
  if (pts === null || seconds === null || source.jumps) return undefined;
  return { from: `trim=start_pts=${pts}`, ...seekTo(seconds - margin, source) };
}

/** Whether two pictures are the same, byte for byte. */
export function isSame(a: RunPicture, b: RunPicture): boolean {
  if (a.pts !== b.pts || a.data.length !== b.data.length) return false;
  for (let i = 0; i < a.data.length; i++) if (a.data[i] !== b.data[i]) return false;
  return true;
}

function startingAt(start: number, margin: number, source: RunSource): Where {
  // the picture at `start` itself may be a rounding error before it
  return { from: `trim=start=${(start - 0.001).toFixed(6)}`, ...seekTo(start - margin, source) };
}

async function firstPicture(
  thread: CoreThread,
  source: RunSource,
  where: Where,
): Promise<RunPicture | undefined> {
  let first: RunPicture | undefined;
  for await (const picture of runPictures(thread, { ...source, ...where, limit: 1 })) first ??= picture;
  return first;
}

function seekTo(seconds: number, { fileStart }: RunSource): Pick<Where, "seek"> {
  const seek = seconds - fileStart;
  return seek > 0 && Number.isFinite(seek) ? { seek } : {};
}
