/** A few frames here and there of a file. */

import type { Frame, MediaDescription } from "@tatami/core";
import { createFrame, throwIfAborted } from "@tatami/core";
import { usage } from "../parsing/parse-flags.ts";
import { formatDuration } from "../display/format.ts";
import type { OpenedVideo } from "../pictures/open-video.ts";

/** Frames that follow one another. Dispose of it. */
export interface ReadMoment extends Disposable {
  /** In order; the last one is the one shown. Each call gives frames of its own, which are the caller's to close. */
  frames(): Promise<readonly Frame[]>;
  /** Milliseconds a frame took to read, without the first one, whose way there was long; none of a single one. */
  readonly milliseconds: readonly number[];
}

/** Frames a moment: enough for patches to be reused, and for times to be measured. */
const framesEach = 3;
/** Moments where none are named. */
const usual = 3;

/** Where to look: what was asked for, else places spread over the file. @throws TatamiError `invalid-option`. */
export function momentTimes(at: readonly number[] | undefined, media: MediaDescription): readonly number[] {
  const { duration } = media;
  const late = at?.find((time) => time >= duration);
  if (late !== undefined) {
    throw usage(
      `--at ${late} is behind the end: the file lasts ${formatDuration(duration)}.`,
      "Name times, in seconds or h:mm:ss, that lie within it.",
    );
  }
  if (at) return at;
  // one picture is one moment
  const frame = 1 / (media.video.frameRate ?? 25);
  if (duration < 2 * usual * frame) return [0];
  return Array.from({ length: usual }, (_, index) => ((index + 0.5) * duration) / usual);
}

/** Reads one moment. The decoder begins where it must, so its pictures are those of the whole file. */
export async function readMoment(video: OpenedVideo, time: number, signal: AbortSignal): Promise<ReadMoment> {
  const held: Frame[] = [];
  const milliseconds: number[] = [];
  const { frameRate } = video.description.video;
  // so that the last one is the one that is shown then
  const start = Math.max(0, time - (framesEach - 0.5) / (frameRate ?? 25));
  const close = (): void => held.forEach((frame) => frame.close());
  try {
    let before = performance.now();
    for await (const frame of video.frames({ start, onDamaged: () => {} })) {
      held.push(frame);
      const now = performance.now();
      if (held.length > 1) milliseconds.push(now - before);
      before = now;
      throwIfAborted(signal);
      if (held.length === framesEach) break;
    }
    if (held.length === 0)
      throw usage(`There is no frame from ${time.toFixed(2)} s on.`, "Name earlier times with --at.");
  } catch (error) {
    close();
    throw error;
  }
  return {
    milliseconds,
    frames: () =>
      Promise.all(held.map(async (frame) => createFrame(await frame.planes(), frame, "tatami try"))),
    [Symbol.dispose]: close,
  };
}
