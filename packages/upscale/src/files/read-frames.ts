/** Every frame that some driver can decode: where the first one breaks off, the next reads on. */

import type {
  CodecDriver,
  Damage,
  Frame,
  MediaInput,
  MediaReader,
  OpenOptions,
  ReadOptions,
} from "@tatami/core";
import { restateFrame, TatamiError, throwIfAborted } from "@tatami/core";
import type { OpenedMedia } from "./open-media.ts";

/** What is read, and how much of it may be missing. */
export interface ReadingInit {
  readonly input: MediaInput;
  readonly media: OpenedMedia;
  readonly open: OpenOptions;
  /** With `onDamaged` reading goes on after what cannot be decoded; without, that is an error. */
  readonly read: ReadOptions;
}

/** Seconds by which two drivers may differ over one timestamp: they count a container's ticks in different ways. */
const sameTime = 0.0005;

/** The frames of an opened input, in order. Each is the caller's to close. @throws TatamiError `damaged-input` */
export async function* readFrames(init: ReadingInit): AsyncGenerator<Frame, void, undefined> {
  const { media, read } = init;
  let last: Shown | undefined;
  try {
    for await (const frame of media.reader.frames(read)) {
      last = { timestamp: frame.timestamp, duration: frame.duration };
      yield frame;
    }
  } catch (error) {
    if (!read.onDamaged || !TatamiError.is(error) || error.code !== "damaged-input") throw error;
    throwIfAborted(read.signal);
    yield* readOn(init, media.others, last, error);
  }
}

interface Shown {
  readonly timestamp: number;
  readonly duration: number;
}

async function* readOn(
  init: ReadingInit,
  drivers: readonly CodecDriver[],
  last: Shown | undefined,
  error: TatamiError,
): AsyncGenerator<Frame, void, undefined> {
  const { media, read } = init;
  const breaksOff = error.detail["breaksOff"] === true;
  const reader = await openSame(init, drivers);
  if (!reader) {
    // there is nothing behind the end that another driver could read
    if (!last || !breaksOff) throw error;
    return tellEnd(last, error, read.onDamaged);
  }
  await using _ = reader;
  // drivers that do not see the same tracks may differ over where the file begins
  const offset = reader.description.startTime - media.reader.description.startTime;
  let shown = last;
  let toldUntil = -Infinity;
  const onDamaged = (damage: Damage): void => {
    toldUntil = Math.max(toldUntil, damage.seconds + offset);
    read.onDamaged?.({ ...damage, seconds: damage.seconds + offset });
  };
  const cut = {
    ...(last ? { start: Math.max(0, last.timestamp - offset) } : {}),
    ...(read.end === undefined ? {} : { end: read.end - offset }),
  };
  for await (const given of reader.frames({ ...read, ...cut, onDamaged })) {
    const frame = retimed(given, offset);
    if (shown && frame.timestamp <= shown.timestamp + sameTime) {
      frame.close();
      continue;
    }
    if (shown === last)
      tellGap(shown, frame, media.reader.description.video.frameRate, error, read.onDamaged);
    shown = { timestamp: frame.timestamp, duration: frame.duration };
    yield frame;
  }
  if (shown === undefined) throw error;
  const isTold = toldUntil >= shown.timestamp - sameTime;
  if (shown === last || (breaksOff && !isTold)) tellEnd(shown, error, read.onDamaged);
}

/** A frame shown `offset` seconds later. */
function retimed(frame: Frame, offset: number): Frame {
  return Math.abs(offset) < sameTime ? frame : restateFrame(frame, { timestamp: frame.timestamp + offset });
}

/** The same input, opened by the first driver that sees the same picture in it. */
async function openSame(
  init: ReadingInit,
  drivers: readonly CodecDriver[],
): Promise<MediaReader | undefined> {
  const { width, height } = init.media.reader.description.video;
  for (const driver of drivers) {
    try {
      const reader = await driver.open(init.input, init.open);
      const { video } = reader.description;
      if (video.width === width && video.height === height) return reader;
      await reader[Symbol.asyncDispose]();
    } catch (error) {
      throwIfAborted(init.open.signal);
      if (!TatamiError.is(error)) throw error;
    }
  }
  return undefined;
}

/** Frames that neither driver gave, if the next one comes later than it should. */
function tellGap(
  last: Shown | undefined,
  next: Frame,
  frameRate: number | null,
  error: TatamiError,
  tell: ((damage: Damage) => void) | undefined,
): void {
  const duration = frameRate === null ? (last?.duration ?? 0) : 1 / frameRate;
  if (!last || duration <= 0) return;
  const frames = Math.round((next.timestamp - last.timestamp) / duration) - 1;
  if (frames > 0) tell?.({ seconds: last.timestamp + duration, frames, message: error.message });
}

function tellEnd(last: Shown, error: TatamiError, tell: ((damage: Damage) => void) | undefined): void {
  tell?.({ seconds: last.timestamp + last.duration, frames: null, message: error.message });
}
