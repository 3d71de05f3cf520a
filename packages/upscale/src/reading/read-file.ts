/** A look into a file: a few of its frames, seconds apart, measured. */

import type { FileReading, Frame, MediaReader, Plane, ReadOptions } from "@tatami/core";
import { TatamiError, throwIfAborted } from "@tatami/core";
import type { PictureSums } from "@tatami/patches";
import { describePictures, measurePicture, noiseOf, stillShareOf } from "@tatami/patches";

/** Where frames are looked at, as parts of what is read. */
const places = [0.1, 0.5, 0.9];
/** Frames at each place: the key frame, of which one is decoded at once, and what is predicted from it. */
const framesEach = 3;

/** A look, and the frames that were taken for it from an input that can be read but once. Dispose of it. */
export interface Look extends AsyncDisposable {
  readonly reading: FileReading;
  /** All frames, those that were looked at first; absent where they can be read again. */
  readonly frames?: () => AsyncGenerator<Frame, void, undefined>;
}

/**
 * Looks at a file's frames. Of an input that can be read but once they are the first ones, and are given on.
 *
 * @param frames all frames of the cut, for inputs that can be read but once
 * @throws TatamiError `damaged-input` when no frame can be decoded
 */
export async function lookInto(
  reader: MediaReader,
  read: ReadOptions,
  frames: () => AsyncGenerator<Frame, void, undefined>,
): Promise<Look> {
  const notes = createNotes();
  if (reader.readOnce === true || reader.description.duration === Infinity) {
    return lookAhead(reader, notes, frames());
  }
  await lookAtPlaces(reader, read, notes);
  return { reading: notes.reading(reader), [Symbol.asyncDispose]: async () => {} };
}

/**
 * Decodes at all places at once and measures then: measuring meanwhile, on the thread that hands packets and frames on,
 * keeps decoders waiting (a fifth more on two cores).
 */
async function lookAtPlaces(reader: MediaReader, read: ReadOptions, notes: Notes): Promise<void> {
  throwIfAborted(read.signal);
  const found = await Promise.allSettled(placesOf(reader, read).map((start) => takeAt(reader, start, read)));
  const taken = found.map((each) => (each.status === "fulfilled" ? each.value : []));
  try {
    for (const each of found) if (each.status === "rejected") throw each.reason;
    for (const frames of taken) await notes.add(frames);
  } finally {
    for (const frame of taken.flat()) frame.close();
  }
}

/** Frames at one place, which stay open; none where it is damaged: that is told when it is read. */
async function takeAt(reader: MediaReader, start: number, { signal }: ReadOptions): Promise<Frame[]> {
  const source = reader.frames({ start, atKeyFrame: true, ...(signal && { signal }) });
  try {
    return await take(source, framesEach);
  } catch (error) {
    throwIfAborted(signal);
    if (!TatamiError.is(error, "damaged-input")) throw error;
    return [];
  } finally {
    await source.return();
  }
}

async function lookAhead(
  reader: MediaReader,
  notes: Notes,
  source: AsyncGenerator<Frame, void, undefined>,
): Promise<Look> {
  const left = await take(source, framesEach);
  const close = async (): Promise<void> => {
    for (const frame of left.splice(0)) frame.close();
    await source.return();
  };
  try {
    await notes.add(left);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    reading: notes.reading(reader),
    async *frames() {
      try {
        for (let frame = left.shift(); frame; frame = left.shift()) yield frame;
        yield* source;
      } finally {
        await close();
      }
    },
    [Symbol.asyncDispose]: close,
  };
}

function placesOf({ description }: MediaReader, { start = 0, end }: ReadOptions): readonly number[] {
  const last = Math.min(end ?? description.duration, description.duration);
  const seconds = Math.max(0, last - start);
  // a short file has but one place
  if (seconds < 2) return [start];
  return places.map((part) => start + part * seconds);
}

/** Takes so many frames, which stay open. */
async function take(source: AsyncGenerator<Frame, void, undefined>, count: number): Promise<Frame[]> {
  const taken: Frame[] = [];
  try {
    while (taken.length < count) {
      const { value, done } = await source.next();
      if (done === true || !value) break;
      taken.push(value);
    }
    return taken;
  } catch (error) {
    for (const frame of taken) frame.close();
    throw error;
  }
}

interface Notes {
  /** Measures frames that follow one another, and leaves them open. */
  add(frames: readonly Frame[]): Promise<void>;
  reading(reader: MediaReader): FileReading;
}

function createNotes(): Notes {
  const sums: PictureSums[] = [];
  const stills: number[] = [];
  return {
    async add(frames) {
      let before: Plane | undefined;
      // the key frame, and the last of those that are predicted from it
      for (const frame of frames.filter((_, index) => index === 0 || index === frames.length - 1)) {
        const { luma } = await frame.planes();
        const seen = measurePicture(luma, frame.color.fullRange === true);
        sums.push(seen);
        if (before?.width === luma.width && before.height === luma.height)
          stills.push(stillShareOf(before, luma, noiseOf(seen)));
        before = luma;
      }
    },
    reading({ description: { video } }) {
      const pixels = video.width * video.height * (video.frameRate ?? NaN);
      const bits = (video.bitrate ?? NaN) / pixels;
      return {
        codec: video.codec,
        bitsPerPixel: Number.isFinite(bits) ? bits : null,
        frames: sums.length,
        stillShare:
          stills.length === 0 ? null : stills.reduce((sum, share) => sum + share, 0) / stills.length,
        measures: describePictures(sums),
      };
    },
  };
}
