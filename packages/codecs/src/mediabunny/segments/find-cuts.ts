/** Where a video can be cut so that each stretch is decoded by itself, as it would be within the whole. */

import type { Segment } from "@tatami/core";
import { throwIfAborted } from "@tatami/core";
import { EncodedPacketSink } from "mediabunny";
import type { resolveRead } from "../../driver/resolve-read.ts";
import type { OpenedMedia } from "../input/opened-media.ts";

/**
 * Reads what all packets say of themselves, decodes none, and cuts at key frames: at those that everything which comes before
 * them in the file is shown before. One stretch where the clock jumps: it could not be found again from there.
 *
 * @param shortest seconds that a segment lasts at least; the last may be shorter
 */
export async function cutAtKeyFrames(
  { clock, video }: OpenedMedia,
  range: ReturnType<typeof resolveRead>,
  shortest: number,
): Promise<readonly Segment[]> {
  const cuts: number[] = [];
  let last = Number.isFinite(range.start) ? Math.max(0, range.start) : 0;
  let latest = -Infinity;
  const packets = new EncodedPacketSink(video.track).packets(undefined, undefined, { metadataOnly: true });
  if (!(await clock.rising()))
    for await (const { timestamp, type } of packets) {
      throwIfAborted(range.signal);
      const seconds = clock.fromContainer(timestamp);
      if (
        type === "key" &&
        seconds > latest &&
        seconds > last &&
        seconds >= last + shortest &&
        seconds < range.end
      ) {
        cuts.push(seconds);
        last = seconds;
      }
      latest = Math.max(latest, seconds);
    }
  const first = Number.isFinite(range.start) ? range.start : undefined;
  const beyond = Number.isFinite(range.end) ? range.end : undefined;
  return [first, ...cuts].map((start, index) => {
    const end = cuts[index] ?? beyond;
    return { index, ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) };
  });
}
