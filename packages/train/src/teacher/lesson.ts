/** What the threads that make a taught data set share, and the part each of them does. */

import type { Dataset } from "../data/dataset.ts";
import { lowUnit } from "../data/dataset.ts";
import { roundLuma } from "../data/luma.ts";
import type { SharedBuffer } from "../data/shared-buffer.ts";
import { enlargeTurned } from "./enlarge-turned.ts";
import type { Teacher } from "./teacher.ts";
import { openTeacher } from "./teacher.ts";

/** Can be posted to a worker. */
export interface Lesson {
  readonly teacher: Teacher;
  /** Turns of each picture that it looks at. */
  readonly turns: number;
  /** Its high-resolution luma is written, each picture's in its own place. */
  readonly taught: Dataset;
  /** Numbers of the pictures to be done. */
  readonly pictures: readonly number[];
  /** One word: the next of these that no thread has taken; {@link stopped} or more when no more are to be. */
  readonly next: SharedBuffer;
}

const stopped = 2 ** 30;

/** Has all threads end after the turn that they are at: those of a native runtime cannot be ended in the midst of it. */
export function stopLesson({ next }: Lesson): void {
  Atomics.store(new Int32Array(next), 0, stopped);
}

class Stopped extends Error {}

/**
 * One thread's share: takes pictures until none is left.
 *
 * The teacher looks at a picture in several of its turns: its pupils then learn more than it knows.
 */
export async function giveLesson(lesson: Lesson, onPicture: (picture: number) => void): Promise<void> {
  const { teacher, turns, taught, pictures, next } = lesson;
  const opened = await openTeacher(teacher);
  const counter = new Int32Array(next);
  const enlarge = enlargeTurned((low) => {
    if (Atomics.load(counter, 0) >= stopped) throw new Stopped();
    return opened.enlarge(low);
  }, turns);
  const samples = new Uint16Array(taught.low);
  const truth = new Uint8Array(taught.high);
  try {
    for (;;) {
      const picture = pictures[Atomics.add(counter, 0, 1)];
      if (picture === undefined) return;
      const { width, height, low, high } = taught.entries[picture]!;
      const data = Float32Array.from(samples.subarray(low, low + width * height), (value) => value / lowUnit);
      truth.set(roundLuma(await enlarge({ width, height, data })).data, high);
      onPicture(picture);
    }
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  } finally {
    await opened.release();
  }
}
