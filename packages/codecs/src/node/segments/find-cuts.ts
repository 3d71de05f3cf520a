/** Where a video can be cut so that each stretch is decoded by itself, as it would be within the whole. */

import { videoStream } from "../input/media.ts";
import type { Media } from "../input/media.ts";
import { secondsOf } from "../node-av.ts";

/** Which cuts are wanted. */
export interface CutOptions {
  /** Seconds of the output's first and last frame: nothing is cut outside. */
  readonly start: number;
  readonly end: number;
  /** Seconds between cuts at least. */
  readonly shortest: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Reads all packets, decodes none, and gives the times of key frames in order: those that everything which comes
 * before them in the file is shown before. What follows them and is shown before (open groups of pictures) belongs to
 * the stretch before, which is read on for that long. None where times are not stated or leap: they could not be found
 * again from there.
 */
export async function findCuts(media: Media, options: CutOptions): Promise<readonly number[]> {
  const { nodeAv } = media;
  const { timeBase } = videoStream(media);
  await using reading = await media.access.read([media.video], options.signal);
  const { demuxer } = reading;
  if (!reading.own) return [];
  const cuts: number[] = [];
  let last = Number.isFinite(options.start) ? Math.max(0, options.start) : 0;
  let latest = -Infinity;
  for (;;) {
    using packet = await demuxer.next(media.video, options.signal);
    if (!packet) return demuxer.hasLeapt || demuxer.error !== undefined ? [] : cuts;
    if (packet.pts === nodeAv.AV_NOPTS_VALUE) return [];
    const seconds = secondsOf(packet.pts, timeBase);
    if (
      packet.isKeyframe &&
      seconds > latest &&
      seconds > last &&
      seconds >= last + options.shortest &&
      seconds < options.end
    ) {
      cuts.push(seconds);
      last = seconds;
    }
    latest = Math.max(latest, seconds);
  }
}
