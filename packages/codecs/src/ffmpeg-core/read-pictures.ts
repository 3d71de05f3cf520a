/** All pictures from a place on: in one run where the core waits for its reader, else in bounded ones that join. */

import type { CoreThread } from "./core-thread.ts";
import type { CoreThreads } from "./thread-pool.ts";
import type { PictureRun, RunPicture } from "./run-pictures.ts";
import { runPictures } from "./run-pictures.ts";

/** Where a run begins. */
type Where = Pick<PictureRun, "seek" | "from">;

/** What is read. */
export interface PictureSource extends Omit<PictureRun, "limit" | "seek" | "from"> {
  readonly threads: CoreThreads;
  /** Seconds of the file's first timestamp: FFmpeg seeks from there. */
  readonly fileStart: number;
}

/** Bytes of pictures that may be held where the core cannot wait for its reader. */
const heldBytes = 64 * 2 ** 20;

/** Seconds before a picture that are sought, one after the other, until that picture comes out as it was. */
const margins = [0, 2, 10, Infinity] as const;

/** A place to go on from. */
interface Place {
  readonly picture: RunPicture;
  /** Pictures before this one since reading began. */
  readonly before: number;
}

/**
 * Reads on from `start` seconds, or from the very beginning, in a worker that it gives back or disposes of. Ends with
 * what was said after the last picture.
 *
 * A run that ended at its limit is followed by one that begins with the very picture it ended with: if the two are
 * not alike, byte for byte, the decoder has begun in the wrong place, and another is sought before it.
 */
export async function* readPictures(
  thread: CoreThread,
  source: PictureSource,
  start: number | undefined,
): AsyncGenerator<RunPicture, readonly string[], undefined> {
  let complete = false;
  try {
    const limit = thread.waits ? Infinity : Math.max(2, Math.floor(heldBytes / source.pictureBytes));
    let place: Place | undefined;
    let margin = 0;
    for (;;) {
      const where: Where = place
        ? continuing(place, margins[margin] ?? Infinity, start, source.fileStart)
        : beginning(start, source.fileStart);
      const run = runPictures(thread, { ...source, ...where, limit });
      let next = await run.next();
      if (place) {
        const joins = next.done !== true && isSame(next.value, place.picture);
        if (!joins && margin + 1 < margins.length) {
          // to its end, for the worker is at work until then
          while (next.done !== true) next = await run.next();
          margin += 1;
          continue;
        }
        if (next.done !== true && next.value.pts === place.picture.pts) next = await run.next();
      } else if (next.done !== true && where.seek !== undefined) {
        // decoders complain of the pictures before, which were not asked for
        next.value = { ...next.value, complaints: [] };
      }
      while (next.done !== true) {
        const picture = next.value;
        place = { picture, before: place ? place.before + 1 : 0 };
        yield picture;
        next = await run.next();
      }
      if (next.value.pictures < limit) {
        complete = true;
        return next.value.complaints;
      }
    }
  } finally {
    if (complete) await source.threads.giveBack(thread);
    else await thread[Symbol.asyncDispose]();
  }
}

function beginning(start: number | undefined, fileStart: number): Where {
  if (start === undefined) return {};
  // the picture at `start` itself may be a rounding error before it
  return { from: `trim=start=${Math.max(0, start - 0.001).toFixed(6)}`, ...seekTo(start, fileStart) };
}

function continuing(place: Place, margin: number, start: number | undefined, fileStart: number): Where {
  const { pts, seconds } = place.picture;
  if (pts !== null && seconds !== null)
    return { from: `trim=start_pts=${pts}`, ...seekTo(seconds - margin, fileStart) };
  // without a time, pictures can only be counted
  const counted = `select=gte(n\\,${place.before})`;
  const begun = beginning(start, fileStart);
  return { ...begun, from: begun.from === undefined ? counted : `${begun.from},${counted}` };
}

function seekTo(seconds: number, fileStart: number): Pick<Where, "seek"> {
  const seek = seconds - fileStart;
  return seek > 0 && Number.isFinite(seek) ? { seek } : {};
}

function isSame(a: RunPicture, b: RunPicture): boolean {
  if (a.pts !== b.pts || a.data.length !== b.data.length) return false;
  for (let i = 0; i < a.data.length; i += 1) if (a.data[i] !== b.data[i]) return false;
  return true;
}
