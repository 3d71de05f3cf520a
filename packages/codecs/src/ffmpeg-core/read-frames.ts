/** Every frame of an input, in the order shown; places that cannot be decoded are told, or end it. */

import type { Damage, Frame, MediaDescription, ReadOptions } from "@tatami/core";
import { formatSize, TatamiError, throwIfAborted } from "@tatami/core";
import { damagedInput, formatSeconds } from "../mediabunny/explain-error.ts";
import { resolveRead } from "../mediabunny/read-frames.ts";
import { makeFrame } from "./make-frame.ts";
import type { PictureLayout } from "./pixel-format.ts";
import type { PictureSource } from "./read-pictures.ts";
import { readPictures } from "./read-pictures.ts";
import type { RunPicture } from "./run-pictures.ts";

/** What frames are read from. */
export interface FrameSource extends PictureSource {
  readonly description: MediaDescription;
  readonly layout: PictureLayout;
}

/** A picture whose place in time is settled. */
interface Timed {
  readonly picture: RunPicture;
  readonly timestamp: number;
}

/** See {@link MediaReader.frames}. A frame is handed out once the next is there, which tells how long it is shown. */
export async function* readFrames(
  source: FrameSource,
  options: ReadOptions,
): AsyncGenerator<Frame, void, undefined> {
  const { start, end, signal } = resolveRead(options);
  throwIfAborted(signal);
  const { description, layout } = source;
  const { frameRate, color } = description.video;
  const usual = 1 / (frameRate ?? 25);
  const pictures = abortableRead(source, Number.isFinite(start) ? start : undefined, signal);
  let last: Timed | undefined;
  let framesRead = 0;
  const tell = (what: string, frames: number | null): void => {
    const seconds = last ? last.timestamp + usual : Math.max(0, start);
    const message = `The video cannot be decoded at ${formatSeconds(seconds)}: ${what}.`;
    if (!options.onDamaged) throw damagedInput(`${what} at ${formatSeconds(seconds)}`, seconds, framesRead);
    options.onDamaged({ seconds, frames, message } satisfies Damage);
  };
  const frameOf = ({ picture, timestamp }: Timed, duration: number): Frame => {
    framesRead += 1;
    return makeFrame(picture.data, layout, color, { timestamp, duration });
  };
  try {
    for (;;) {
      const next = await pictures.next();
      throwIfAborted(signal);
      if (next.done === true) {
        const [complaint] = next.value;
        if (complaint !== undefined) tell(complaint, null);
        break;
      }
      const picture = next.value;
      const timestamp = picture.seconds ?? (last ? last.timestamp + usual : 0);
      const [complaint] = picture.complaints;
      if (complaint !== undefined) tell(complaint, missingBetween(last?.timestamp, timestamp, usual));
      if (timestamp < start) continue;
      if (timestamp >= end) break;
      if (last && timestamp <= last.timestamp) {
        tell(`two pictures claim the time ${last.timestamp} s`, 0);
        continue;
      }
      checkSize(picture, timestamp, layout);
      const shown = last;
      last = { picture, timestamp };
      if (shown) yield frameOf(shown, timestamp - shown.timestamp);
      throwIfAborted(signal);
    }
    if (last) yield frameOf(last, usual);
    else if (options.start === undefined && options.end === undefined)
      throw damagedInput("no picture in it can be decoded", 0, 0);
  } finally {
    await pictures.return([]);
  }
}

/** Reads the pictures; an abort takes the worker down, which wakes whatever waits for it. */
async function* abortableRead(
  source: FrameSource,
  start: number | undefined,
  signal: AbortSignal | undefined,
): ReturnType<typeof readPictures> {
  const { threads } = source;
  const taken = await threads.take();
  const stop = (): void => void taken[Symbol.asyncDispose]();
  signal?.addEventListener("abort", stop, { once: true });
  try {
    throwIfAborted(signal);
    return yield* readPictures(taken, source, start);
  } catch (error) {
    throw signal?.aborted ? signal.reason : error;
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

/** Pictures that were to come between two times, as far as the usual distance tells. */
function missingBetween(before: number | undefined, after: number, usual: number): number | null {
  return before === undefined ? null : Math.max(0, Math.round((after - before) / usual) - 1);
}

function checkSize({ width, height }: RunPicture, seconds: number, size: PictureLayout): void {
  if (width === size.width && height === size.height) return;
  throw new TatamiError({
    code: "unsupported-feature",
    message: `The picture changes its size from ${formatSize(size)} to ${formatSize({ width, height })} at ${seconds} s.`,
    fix: "Cut the file where the size changes, and upscale the parts one by one.",
    detail: { seconds, width, height },
  });
}
