/** What the threads that make a taught data set share, and the part each of them does. */

import { readOnnx } from "@tatami/graph";
import type { Dataset } from "../data/dataset.ts";
import { LOW_UNIT } from "../data/dataset.ts";
import { roundLuma } from "../data/luma.ts";
import { createModelEnlarge } from "../report/model-enlarge.ts";
import type { SharedBuffer } from "../data/shared-buffer.ts";
import { enlargeTurned } from "./enlarge-turned.ts";
import type { Teacher } from "./teacher.ts";

/** Can be posted to a worker. */
export interface Lesson {
  readonly teacher: Teacher;
  /** Its high-resolution luma is written, each picture's in its own place. */
  readonly taught: Dataset;
  /** One word: the next picture that no thread has taken. */
  readonly next: SharedBuffer;
}

/**
 * One thread's share: takes pictures until none is left.
 *
 * The teacher looks at every picture in all its turns: its pupils then learn more than it knows.
 */
export function giveLesson({ teacher, taught, next }: Lesson, onPicture: () => void): void {
  const enlarge = enlargeTurned(createModelEnlarge(teacher.compiled, readOnnx(teacher.file).model));
  const counter = new Int32Array(next);
  const samples = new Uint16Array(taught.low);
  const truth = new Uint8Array(taught.high);
  for (;;) {
    const entry = taught.entries[Atomics.add(counter, 0, 1)];
    if (!entry) return;
    const { width, height } = entry;
    const part = samples.subarray(entry.low, entry.low + width * height);
    const data = Float32Array.from(part, (value) => value / LOW_UNIT);
    truth.set(roundLuma(enlarge({ width, height, data })).data, entry.high);
    onPicture();
  }
}
