/**
 * Learning from a larger network: its enlargements take the place of the pictures, which hold more than any network
 * can know (distillation on outputs; Hinton, Vinyals and Dean, 2015, arXiv 1503.02531).
 */

import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { TatamiError, throwIfAborted } from "@tatami/core";
import { builtFile } from "../run/built-file.ts";
import type { Dataset } from "../data/dataset.ts";
import { createSharedBuffer } from "../data/shared-buffer.ts";
import type { Lesson } from "./lesson.ts";
import type { Teacher } from "./teacher.ts";
import { checkTeacher } from "./teacher.ts";

/** How a data set is taught. */
export interface TeachOptions {
  /** @defaultValue 1 */
  readonly threads?: number;
  /** Told how many pictures of how many are ready. */
  readonly onPicture?: (ready: number, count: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * The same low-resolution pictures, with what the teacher makes of each, rounded to 8 bits, for truth. The same for any
 * number of threads, none of which is this one.
 *
 * @throws TatamiError `invalid-option` when the teacher is of another scale, `worker-lost`.
 */
export async function teachDataset(
  dataset: Omit<Dataset, "high">,
  teacher: Teacher,
  { threads = 1, onPicture, signal }: TeachOptions = {},
): Promise<Dataset> {
  const { scale, low } = dataset;
  checkTeacher(teacher, scale);
  throwIfAborted(signal);
  // versions of one picture share its truth, but not what a teacher makes of them
  let samples = 0;
  const entries = dataset.entries.map((entry) => {
    const high = samples;
    samples += entry.width * entry.height * scale * scale;
    return { ...entry, high };
  });
  const taught = { scale, entries, low, high: createSharedBuffer(samples) };
  const lesson: Lesson = { teacher, taught, next: createSharedBuffer(4) };
  const count = entries.length;
  let ready = 0;
  const workers = Array.from(
    { length: Math.min(threads, count) },
    // the program's own flags (loaders, conditions) are not for a built file
    () => new Worker(builtFile("teacher/lesson-worker.js"), { workerData: lesson, execArgv: [] }),
  );
  try {
    await Promise.all(
      workers.map(async (worker) => {
        worker.on("message", () => onPicture?.(++ready, count));
        const [code] = (await once(worker, "exit", signal && { signal })) as [number];
        // its picture is not there, and would be kept so
        if (code !== 0) throw new Error(`exit code ${code}`);
      }),
    );
  } catch (cause) {
    throwIfAborted(signal);
    throw lostWorker(cause);
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return taught;
}

function lostWorker(cause: unknown): TatamiError<"worker-lost"> {
  return new TatamiError({
    code: "worker-lost",
    message: `A thread stopped before its teacher was done: ${String(cause)}`,
    fix: "Try again, with fewer threads if memory was short.",
    cause,
  });
}
