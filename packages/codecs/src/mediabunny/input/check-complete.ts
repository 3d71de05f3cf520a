/** Compares the frames that came out with the packets that went in: a video must never end silently early. */

import { EncodedPacketSink } from "mediabunny";
import { brokenOff, damagedInput } from "../../driver/explain-error.ts";
import { findCut } from "../../driver/find-cut.ts";
import { isHiddenPacket } from "../pictures/hidden-packet.ts";
import type { OpenedMedia } from "./opened-media.ts";

/**
 * @param shown timestamps of the frames that were decoded, in seconds, ascending.
 * @throws TatamiError `damaged-input` when a packet of the range gave no frame and should have.
 *
 * Two kinds of packet rightly give none: those shown before the first key frame (they refer to pictures
 * that are not in the file, as after a cut in an open group of pictures), and those that only serve as
 * references (alternate reference frames).
 */
export async function checkNothingMissing(
  media: OpenedMedia,
  shown: readonly number[],
  start: number,
  end: number,
): Promise<void> {
  const { track } = media.video;
  const { clock } = media;
  const listed = await clock.listed();
  if (listed) return checkListed(listed.times.map(clock.fromContainer), shown, start, end);
  const sink = new EncodedPacketSink(track);
  const codec = await track.getCodec();
  const frames = new Set(shown);
  let firstKey: number | undefined;
  for await (const packet of sink.packets(undefined, undefined, { metadataOnly: true })) {
    const timestamp = clock.fromContainer(packet.timestamp);
    if (firstKey === undefined && packet.type === "key") firstKey = timestamp;
    if (frames.has(timestamp) || timestamp < start || timestamp >= end) continue;
    if (firstKey === undefined || timestamp < firstKey) continue;
    const whole = await sink.getPacket(packet.timestamp);
    if (whole && isHiddenPacket(whole, codec)) continue;
    throw damagedInput(`the picture at ${timestamp} s cannot be decoded`, timestamp, shown.length);
  }
  // A file without an index of its packets does not list what was cut off; its outermost sizes tell.
  const cut = end === Infinity && media.bytes ? await findCut(media.bytes) : undefined;
  if (cut) throw brokenOff(cut, shown.at(-1) ?? 0, shown.length);
}

/** Compares with times that are known already. */
function checkListed(listed: readonly number[], shown: readonly number[], start: number, end: number): void {
  const frames = new Set(shown);
  for (const time of listed) {
    if (frames.has(time) || time < start || time >= end) continue;
    throw damagedInput(`the picture at ${time} s cannot be decoded`, time, shown.length);
  }
}
