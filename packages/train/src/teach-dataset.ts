/**
 * Learning from a larger network: its enlargements take the place of the pictures, which hold more than any network
 * can know (distillation on outputs; Hinton, Vinyals and Dean, 2015, arXiv 1503.02531).
 */

import { invalidOption, throwIfAborted } from "@tatami/core";
import type { Model } from "@tatami/graph";
import { writeOnnx } from "@tatami/graph";
import { sha256Of } from "./card.ts";
import type { Dataset } from "./dataset.ts";
import { LOW_UNIT } from "./dataset.ts";
import { enlargeTurned } from "./enlarge-turned.ts";
import type { Enlarge } from "./evaluate.ts";
import type { CompiledKernels } from "./kernels.ts";
import { roundLuma } from "./luma.ts";
import { createModelEnlarge } from "./model-enlarge.ts";
import { createSharedBuffer } from "./shared-buffer.ts";

/** A network that another learns from. */
export interface Teacher {
  readonly name: string;
  readonly scale: number;
  /** The hash of its file: another teacher makes another data set. */
  readonly identity: string;
  readonly enlarge: Enlarge;
}

/**
 * A model as a teacher, which looks at every picture in all its turns: its pupils then learn more than it knows.
 *
 * @throws TatamiError `wrong-answer` when the kernels and the reference differ about it.
 */
export async function createTeacher(compiled: CompiledKernels, model: Model): Promise<Teacher> {
  const identity = await sha256Of(writeOnnx(model));
  return {
    name: model.name,
    scale: model.scale,
    identity,
    enlarge: enlargeTurned(createModelEnlarge(compiled, model)),
  };
}

/** @throws TatamiError `invalid-option` when the teacher is of another scale. */
export function checkTeacher({ name, scale }: Teacher, wanted: number): void {
  if (scale === wanted) return;
  throw invalidOption("teacher", `a network of scale ${wanted}`, `${name}, of scale ${scale}`);
}

/**
 * The same low-resolution pictures, with what the teacher makes of each, rounded to 8 bits, for truth.
 *
 * @param onPicture told how many of how many are ready
 * @throws TatamiError `invalid-option` when the teacher is of another scale.
 */
export async function teachDataset(
  dataset: Dataset,
  teacher: Teacher,
  onPicture?: (ready: number, count: number) => void,
  signal?: AbortSignal,
): Promise<Dataset> {
  const { scale, low } = dataset;
  checkTeacher(teacher, scale);
  const samples = new Uint16Array(low);
  // versions of one picture share its truth, but not what a teacher makes of them
  let count = 0;
  const entries = dataset.entries.map((entry) => {
    const high = count;
    count += entry.width * entry.height * scale * scale;
    return { ...entry, high };
  });
  const high = createSharedBuffer(count);
  const truth = new Uint8Array(high);
  for (const [index, entry] of entries.entries()) {
    // an enlargement takes a while: whoever aborts must be heard between two
    await new Promise((resolve) => setImmediate(resolve));
    throwIfAborted(signal);
    const { width, height } = entry;
    const part = samples.subarray(entry.low, entry.low + width * height);
    const data = Float32Array.from(part, (value) => value / LOW_UNIT);
    truth.set(roundLuma(teacher.enlarge({ width, height, data })).data, entry.high);
    onPicture?.(index + 1, entries.length);
  }
  return { scale, entries, low, high };
}
