/**
 * Learning from a larger network: its enlargements take the place of the pictures, which hold more than any network
 * can know (distillation on outputs; Hinton, Vinyals and Dean, 2015, arXiv 1503.02531).
 */

import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { TatamiError, throwIfAborted } from "@tatami/core";
import { builtFile } from "../run/built-file.ts";
import type { Dataset, DatasetEntry } from "../data/dataset.ts";
import { createSharedBuffer } from "../data/shared-buffer.ts";
import { turnCount } from "../feed/turn.ts";
import { randomPlane } from "../report/model-enlarge.ts";
import type { Lesson } from "./lesson.ts";
import { stopLesson } from "./lesson.ts";
import { openLessonLog } from "./lesson-log.ts";
import type { Teacher } from "./teacher.ts";
import { checkTeacher, openTeacher } from "./teacher.ts";

/** What a lesson will take. */
export interface LessonPlan {
  /** Enlargements to be made, each in so many turns. */
  readonly pictures: number;
  readonly turns: number;
  /** Those that an earlier run had made. */
  readonly kept: number;
  /** What runs the teacher. */
  readonly runtime: string;
  readonly threads: number;
  /** As measured on a small picture just now. */
  readonly seconds: number;
}

/** How a data set is taught. */
export interface TeachOptions {
  /** @defaultValue 1 */
  readonly threads?: number;
  /** Turns of each picture that the teacher looks at, 1 to 8. @defaultValue 8 */
  readonly turns?: number;
  /** Where what is done is kept until all is, by whom and of what. @defaultValue nowhere: an interruption loses it */
  readonly log?: { readonly path: string; readonly key: string };
  /** Told before the first picture what it will take. */
  readonly onPlan?: (plan: LessonPlan) => void;
  /** Told how many pictures of how many are ready. */
  readonly onPicture?: (ready: number, count: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * The same low-resolution pictures, with what the teacher makes of each, rounded to 8 bits, for truth. The same for any
 * number of threads, none of which is this one, and after any interruption.
 *
 * @throws TatamiError `invalid-option` when the teacher is of another scale, `worker-lost`, `output-failed`.
 */
export async function teachDataset(
  dataset: Omit<Dataset, "high">,
  teacher: Teacher,
  options: TeachOptions = {},
): Promise<Dataset> {
  const { threads = 1, turns = turnCount, log: place, onPlan, onPicture, signal } = options;
  const { scale, low } = dataset;
  checkTeacher(teacher, scale);
  throwIfAborted(signal);
  const taught: Dataset = { scale, low, ...layOutLesson(dataset) };
  const { entries } = taught;
  const sizeOf = (at: number): number | undefined => entries[at] && samplesOf(entries[at], scale);
  const high = new Uint8Array(taught.high);
  await using log =
    place &&
    (await openLessonLog(place.path, place.key, sizeOf, (at, samples) =>
      high.set(samples, entries[at]!.high),
    ));
  const pictures = [...entries.keys()].filter((at) => log?.kept.has(at) !== true);
  const count = entries.length;
  let ready = count - pictures.length;
  const used = Math.min(threads, pictures.length);
  if (onPlan && used > 0) {
    const pixels = pictures.reduce((sum, at) => sum + sizeOf(at)! / scale ** 2, 0);
    const seconds = ((await secondsAPixel(teacher)) * pixels * turns) / used;
    onPlan({
      pictures: pictures.length,
      turns,
      kept: ready,
      runtime: teacher.runtime,
      threads: used,
      seconds,
    });
  }
  const lesson: Lesson = { teacher, turns, taught, pictures, next: createSharedBuffer(4) };
  await runThreads(lesson, used, signal, (at) => {
    const start = entries[at]!.high;
    void log?.append(at, high.subarray(start, start + sizeOf(at)!));
    onPicture?.(++ready, count);
  });
  return taught;
}

/** Versions of one picture share its truth, but not what a teacher makes of them. */
function layOutLesson({ entries, scale }: Omit<Dataset, "high">): Pick<Dataset, "entries" | "high"> {
  let samples = 0;
  const places = entries.map((entry) => {
    const high = samples;
    samples += samplesOf(entry, scale);
    return { ...entry, high };
  });
  return { entries: places, high: createSharedBuffer(samples) };
}

function samplesOf({ width, height }: DatasetEntry, scale: number): number {
  return width * height * scale * scale;
}

/** Of one thread, once its runtime is warm. */
async function secondsAPixel(teacher: Teacher): Promise<number> {
  const opened = await openTeacher(teacher);
  try {
    const picture = randomPlane(96, 96);
    await opened.enlarge(picture);
    const start = performance.now();
    await opened.enlarge(picture);
    return (performance.now() - start) / 1000 / 96 ** 2;
  } finally {
    await opened.release();
  }
}

async function runThreads(
  lesson: Lesson,
  threads: number,
  signal: AbortSignal | undefined,
  onPicture: (picture: number) => void,
): Promise<void> {
  const workers = Array.from(
    { length: threads },
    // the program's own flags (loaders, conditions) are not for a built file
    () => new Worker(builtFile("teacher/lesson-worker.js"), { workerData: lesson, execArgv: [] }),
  );
  const stop = (): void => stopLesson(lesson);
  signal?.addEventListener("abort", stop, { once: true });
  if (signal?.aborted) stop();
  const ended = await Promise.allSettled(
    workers.map(async (worker) => {
      worker.on("message", onPicture);
      try {
        const [code] = (await once(worker, "exit")) as [number];
        // its picture is not there, and would be kept so
        if (code !== 0) throw new Error(`exit code ${code}`);
      } catch (error) {
        stop();
        throw error;
      }
    }),
  );
  signal?.removeEventListener("abort", stop);
  throwIfAborted(signal);
  for (const each of ended) if (each.status === "rejected") throw lostWorker(each.reason);
}

function lostWorker(cause: unknown): TatamiError<"worker-lost"> {
  return new TatamiError({
    code: "worker-lost",
    message: `A thread stopped before its teacher was done: ${String(cause)}`,
    fix: "Try again, with fewer threads if memory was short.",
    cause,
  });
}
