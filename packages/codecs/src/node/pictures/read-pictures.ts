/** Pictures of a cut, each with its time: sought, decoded, filtered. */

import type { Changed, Damage } from "@tatami/core";
import { formatSeconds } from "../../driver/explain-error.ts";
import type { Frame } from "node-av";
import { decodePictures } from "./decode-pictures.ts";
import type { Leap } from "../input/packets/packet-times.ts";
import type { Demuxer } from "../input/packets/demuxer.ts";
import type { Media, Reading } from "../input/media.ts";
import type { Shown } from "./picture-clock.ts";
import { createPictureClock } from "./picture-clock.ts";
import { createPictureFilter } from "./picture-filter.ts";

/** How far a reader has come. */
export interface Progress {
  frames: number;
  /** Seconds: the last frame's time. */
  seconds: number;
}

/** A picture, the taker's to free, and its time. */
export interface ShownPicture extends Shown {
  readonly frame: Frame;
}

/** What is read. */
export interface PictureRange {
  /** Seconds; -Infinity for the first picture, whenever it is. */
  readonly start: number;
  /** Seconds. */
  readonly end: number;
  /** Whether the key frame before `start` may be the first. */
  readonly atKeyFrame: boolean;
  readonly signal: AbortSignal | undefined;
  readonly progress: Progress;
  readonly tell: (damage: Damage) => void;
  /** Told of every break of a live input. */
  readonly onBreak: ((damage: Damage) => void) | undefined;
  readonly onChanged: ((changed: Changed) => void) | undefined;
}

/** The pictures shown from `start` up to `end`. */
export async function* readPictures(
  media: Media,
  range: PictureRange,
): AsyncGenerator<ShownPicture, void, undefined> {
  const { start } = range;
  if (Number.isFinite(start) && start > 0 && (yield* readFromSeek(media, range))) return;
  await using reading = await media.access.read([media.video], range.signal);
  for await (const picture of withDurations(decode(media, reading, range), media, reading.demuxer)) {
    if (picture.timestamp < start) picture.frame.free();
    else yield picture;
  }
}

/**
 * Reads from the key frame before `start`.
 *
 * @returns whether that could be done. Where the first picture found is later than `start`, an earlier one may have
 * been missed (no index, or a key frame that is none): then nothing was given, and all is read from the beginning.
 */
async function* readFromSeek(
  media: Media,
  range: PictureRange,
): AsyncGenerator<ShownPicture, boolean, undefined> {
  await using reading = await media.access.read([media.video], range.signal);
  if (!reading.own || !(await reading.demuxer.seek(media.video, range.start))) return false;
  let reached = false;
  for await (const picture of withDurations(decode(media, reading, range), media, reading.demuxer)) {
    reached ||= picture.timestamp <= range.start;
    const isEarly = picture.timestamp < range.start && !range.atKeyFrame;
    if (isEarly || !reached) picture.frame.free();
    else yield picture;
    if (!reached) return false;
  }
  return reached;
}

/**
 * Gives pictures the time up to the next, and the last one that up to its track's end: packets last as long as their
 * decoding times say, which is another order. What is live is not kept waiting for its next picture.
 */
async function* withDurations(
  pictures: AsyncGenerator<ShownPicture, void, undefined>,
  media: Media,
  demuxer: Demuxer,
): AsyncGenerator<ShownPicture, void, undefined> {
  const stream = demuxer.streams[media.video];
  if (!stream || media.description.duration === Infinity) return yield* pictures;
  const end = stream.duration === null ? 0 : (stream.start ?? 0) + stream.duration;
  let held: ShownPicture | undefined;
  try {
    for await (const picture of pictures) {
      const before = held;
      held = picture;
      if (before) yield { ...before, duration: picture.timestamp - before.timestamp };
    }
    const last = held;
    held = undefined;
    if (!last) return;
    // where it breaks off nobody knows how long the last picture was to stay
    const isWhole = demuxer.failure === undefined && !demuxer.leaps && !media.cut && end > last.timestamp;
    yield isWhole ? { ...last, duration: end - last.timestamp } : last;
  } catch (error) {
    const last = held;
    held = undefined;
    if (last) yield last;
    throw error;
  } finally {
    held?.frame.free();
  }
}

async function* decode(
  media: Media,
  { demuxer }: Reading,
  { end, start, tell, onBreak, onChanged, signal }: PictureRange,
): AsyncGenerator<ShownPicture, void, undefined> {
  const { nodeAv, description } = media;
  const stream = demuxer.streams[media.video];
  if (!stream) return;
  demuxer.onLeap = (leap) => onChanged?.(describeLeap(leap));
  using filter = createPictureFilter(nodeAv, (media.options.deinterlace ?? "auto") === "auto");
  const times: Shown[] = [];
  const clock = createPictureClock(nodeAv, stream, raisedOnce(onChanged));
  let over = false;
  let before: Shown | undefined;
  const give = function* (frames: readonly Frame[]): Generator<ShownPicture, void, undefined> {
    const left = [...frames];
    try {
      for (let frame = left.shift(); frame; frame = left.shift()) {
        const shown = times.shift();
        if (!shown || shown.timestamp >= end) frame.free();
        else yield { frame, ...shown };
      }
    } finally {
      for (const frame of left) frame.free();
    }
  };
  const decoded = decodePictures(nodeAv, demuxer, stream, {
    signal,
    onBreak,
    ...(media.cut ? { cut: media.cut } : {}),
    endsAt: description.container === "HLS" ? description.duration : null,
    tell: (damage) => {
      if (damage.seconds >= start && damage.seconds < end) tell(damage);
    },
  });
  for await (const frame of decoded) {
    const shown = clock(frame);
    if (description.container === "HLS") tellGap(before, shown, tell);
    before = shown;
    times.push(shown);
    over ||= shown.timestamp >= end;
    yield* give(await filter.push(frame));
    if (over) break;
  }
  yield* give(await filter.flush());
}

/** A playlist's lost segments leave nothing behind but a hole in time. */
function tellGap(last: Shown | undefined, next: Shown, tell: (damage: Damage) => void): void {
  if (!last || last.duration <= 0) return;
  const end = last.timestamp + last.duration;
  const missing = Math.round((next.timestamp - end) / last.duration);
  if (missing < 2) return;
  const message = `Between ${formatSeconds(end)} and ${formatSeconds(next.timestamp)} the playlist gave no pictures.`;
  tell({ seconds: end, frames: missing, message });
}

/** Tells where pictures' own times first fail to rise, as where decoding times were taken for them. */
function raisedOnce(onChanged: PictureRange["onChanged"]): (seconds: number) => void {
  let isTold = false;
  return (seconds) => {
    if (isTold) return;
    isTold = true;
    const message = `From ${formatSeconds(seconds)} on times of pictures do not rise in the order shown; they were made to.`;
    onChanged?.({ kind: "times", message });
  };
}

function describeLeap({ seconds, by }: Leap): Changed {
  const how = by < 0 ? `is set back by ${formatSeconds(-by)}` : `jumps ahead by ${formatSeconds(by)}`;
  const message = `At ${formatSeconds(seconds)} the recording's clock ${how}; times go on there as if it had not.`;
  return { kind: "times", message };
}
