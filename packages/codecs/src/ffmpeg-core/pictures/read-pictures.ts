/** All pictures from a place on: in one run where the core waits for its reader, else in bounded ones that join. */

import type { CoreThread } from "../core/core-thread.ts";
import type { RunSource, Where } from "./places.ts";
import { findStart, isSame, margins, placeOf } from "./places.ts";
import type { RunPicture } from "./run-pictures.ts";
import { runPictures } from "./run-pictures.ts";
import type { CoreThreads } from "../core/thread-pool.ts";

/** What is read. */
export interface PictureSource extends RunSource {
  readonly threads: CoreThreads;
}

/** Bytes of pictures that may be held where the core cannot wait for its reader. */
const heldBytes = 64 * 2 ** 20;

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
    const begun: Where = start === undefined ? {} : await findStart(thread, source, start);
    let place: Place | undefined;
    let margin = 0;
    for (;;) {
      const where: Where = place ? continuing(place, margins[margin] ?? Infinity, begun, source) : begun;
      const run = runPictures(thread, { ...source, ...where, limit });
      let next = await run.next();
      if (place) {
        const joins = next.done !== true && isSame(next.value, place.picture);
        if (!joins && margin + 1 < margins.length) {
          // to its end, for the worker is at work until then
          while (next.done !== true) next = await run.next();
          margin++;
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

function continuing(place: Place, margin: number, begun: Where, source: RunSource): Where {
  // without a time, pictures can only be counted
  const counted = `select=gte(n\\,${place.before})`;
  const from = begun.from === undefined ? counted : `${begun.from},${counted}`;
  return placeOf(place.picture, margin, source) ?? { ...begun, from };
}
