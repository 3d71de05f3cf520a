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

/** A range, and what is known of its end. */
interface Reach extends PictureRange {
  /** Whether there is a picture beyond the end. */
  isPast: boolean;
}

/** Seconds before `start` from which reading is tried where its own key frame is not found, or is not enough. */
const farther = 10;

/** The pictures shown from `start` up to `end`. */
export async function* readPictures(
  media: Media,
  range: PictureRange,
): AsyncGenerator<ShownPicture, void, undefined> {
  const { start } = range;
  // a place that is no key frame's, or whose key frame's neighbours are needed, is reached from further back
  for (const runUp of [0, farther])
    if (Number.isFinite(start) && start > runUp && (yield* readFromSeek(media, range, runUp))) return;
  await using reading = await media.access.read([media.video], range.signal);
  const reach = { ...range, isPast: false };
  for await (const picture of withDurations(decode(media, reading, reach), media, reading.demuxer, reach)) {
    if (picture.timestamp < start) picture.frame.free();
    else yield picture;
  }
}

/**
 * Reads from the key frame before `start`, or `runUp` seconds before it.
 *
 * @returns whether that could be done. Where the first picture found is later than `start`, an earlier one may have
 * been missed (no index, or a key frame that is none); where it is an interlaced one, whole pictures are made of it and
 * the one before. Then nothing was given, and another beginning is to be tried.
 */
async function* readFromSeek(
  media: Media,
  range: PictureRange,
  runUp: number,
): AsyncGenerator<ShownPicture, boolean, undefined> {
  await using reading = await media.access.read([media.video], range.signal, range.atKeyFrame);
  if (!reading.own || !(await reading.demuxer.seek(media.video, range.start - runUp))) return false;
  let [reached, isBare] = [false, false];
  const onFirst = (isInterlaced: boolean, seconds: number): void =>
    void (isBare = isInterlaced && seconds >= range.start && !range.atKeyFrame);
  // another attempt would tell it again
  const held: Damage[] = [];
  const tell = (damage: Damage): void => (reached ? range.tell(damage) : void held.push(damage));
  const reach = { ...range, tell, isPast: false };
  const pictures = decode(media, reading, reach, onFirst);
  for await (const picture of withDurations(pictures, media, reading.demuxer, reach)) {
    reached ||= picture.timestamp <= range.start && !isBare;
    const isEarly = picture.timestamp < range.start && !range.atKeyFrame;
    if (isEarly || !reached) picture.frame.free();
    if (!reached) return false;
    for (const damage of held.splice(0)) range.tell(damage);
    if (!isEarly) yield picture;
  }
  return reached;
}

/**
 * Gives pictures the time up to the next, and the last one that up to its track's end, or the cut's: packets last as
 * long as their decoding times say, which is another order. What is live is not kept waiting for its next picture.
 */
async function* withDurations(
  pictures: AsyncGenerator<ShownPicture, void, undefined>,
  media: Media,
  demuxer: Demuxer,
  range: Reach,
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
    if (range.isPast) return yield { ...last, duration: range.end - last.timestamp };
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
  reach: Reach,
  onFirst?: (isInterlaced: boolean, seconds: number) => void,
): AsyncGenerator<ShownPicture, void, undefined> {
  const { nodeAv, description } = media;
  const { end, start, tell, onBreak, onChanged, signal } = reach;
  const stream = demuxer.streams[media.video];
  if (!stream) return;
  demuxer.onLeap = (leap) => onChanged?.(describeLeap(leap));
  const deinterlace = (media.options.deinterlace ?? "auto") === "auto";
  const isInterlaced = (frame: Frame): boolean =>
    deinterlace && frame.hasFlags(nodeAv.AV_FRAME_FLAG_INTERLACED);
  using filter = createPictureFilter(nodeAv, deinterlace);
  const times: Shown[] = [];
  const clock = createPictureClock(nodeAv, stream, raisedOnce(onChanged));
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
    // whoever takes the key frame wants a few pictures: of several threads each would want a packet before the first comes
    threads: reach.atKeyFrame ? 1 : 0,
    tell: (damage) => {
      if (damage.seconds >= start && damage.seconds < end) tell(damage);
    },
  });
  for await (const frame of decoded) {
    const shown = clock(frame);
    if (description.container === "HLS") tellGap(before, shown, tell);
    if (!before) onFirst?.(isInterlaced(frame), shown.timestamp);
    before = shown;
    times.push(shown);
    reach.isPast ||= shown.timestamp >= end;
    yield* give(await filter.push(frame));
    if (reach.isPast) break;
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
