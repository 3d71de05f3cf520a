/** Upscales recordings, several at once if asked, and notes what becomes of each. */

import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { Worker } from "node:worker_threads";
import { outputFailed, TatamiError } from "@tatami/core";
import type { Model } from "@tatami/graph";
import { upscale } from "@tatami/upscale";
import type { Progress, Upscaler } from "@tatami/upscale";
import { connectUpscaler } from "@tatami/worker";
import type { BatchState, Entry } from "./batch-state.ts";
import type { BatchOptions } from "./options.ts";
import type { Recording } from "./recordings.ts";

/** What a batch tells of its recordings. */
export interface BatchListener {
  onBegin(recording: Recording): void;
  onProgress(recording: Recording, progress: Progress): void;
  /** `skipped` where its result was there already. */
  onEnd(recording: Recording, entry: Entry, skipped: boolean): void;
}

export interface BatchInit extends Pick<BatchOptions, "quality" | "jobs" | "threads"> {
  readonly recordings: readonly Recording[];
  readonly state: BatchState;
  readonly model: Model;
  /** Ends the batch; recordings under way leave nothing behind. */
  readonly signal: AbortSignal;
  readonly listener: BatchListener;
}

/** Runs the batch to its end. A recording that fails does not stop the others. @throws `signal.reason` */
export const runBatch = async (init: BatchInit): Promise<void> => {
  const { recordings, jobs } = init;
  const waiting = recordings[Symbol.iterator]();
  // as many lanes as jobs: each takes the next recording when it has done one
  const lanes = Array.from({ length: Math.min(jobs, recordings.length) }, () => runLane(init, waiting));
  const ended = await Promise.allSettled(lanes);
  init.signal.throwIfAborted();
  for (const lane of ended) if (lane.status === "rejected") throw lane.reason;
};

const runLane = async (init: BatchInit, waiting: Iterator<Recording>): Promise<void> => {
  const { state, model, quality, listener, signal } = init;
  const settings = { model: model.name, quality };
  // opened for the first recording that is not done, and anew after its worker is lost
  let upscaler: Upscaler | undefined;
  try {
    for (let next = waiting.next(); !next.done; next = waiting.next()) {
      const recording = next.value;
      signal.throwIfAborted();
      if (await state.isDone(recording, settings)) {
        listener.onEnd(recording, state.entries.get(recording.name)!, true);
        continue;
      }
      upscaler ??= await openUpscaler(init);
      listener.onBegin(recording);
      const { size, changed } = recording;
      const source = { size, changed };
      const outcome = await upscaleOne(recording, upscaler, init);
      const entry: Entry = { source, settings, ...outcome };
      await state.note(recording.name, entry);
      listener.onEnd(recording, entry, false);
      if (entry.outcome === "failed" && entry.error.code === "worker-lost") {
        await upscaler[Symbol.asyncDispose]();
        upscaler = undefined;
      }
    }
  } finally {
    await upscaler?.[Symbol.asyncDispose]();
  }
};

const openUpscaler = ({ model, threads, signal }: BatchInit): Promise<Upscaler> =>
  connectUpscaler({
    worker: () => new Worker(new URL("./upscaler.worker.mjs", import.meta.url), { execArgv: [] }),
    model,
    threads,
    // what stays the same in front of a camera is not computed again
    reuse: "bounded",
    signal,
  });

type Outcome =
  | Pick<Extract<Entry, { outcome: "done" }>, "outcome" | "frames" | "size" | "seconds">
  | Pick<Extract<Entry, { outcome: "failed" }>, "outcome" | "error">;

// The result has its name only once it is whole, whatever ends this.
const upscaleOne = async (
  recording: Recording,
  upscaler: Upscaler,
  { quality, signal, listener }: BatchInit,
): Promise<Outcome> => {
  const started = performance.now();
  try {
    await mkdir(dirname(recording.output), { recursive: true }).catch((cause: unknown) => {
      throw outputFailed(recording.output, cause);
    });
    const { frames, size } = await upscale(recording.path, {
      model: upscaler,
      output: recording.output,
      quality,
      toSdr: true,
      signal,
      onProgress: (progress) => listener.onProgress(recording, progress),
    });
    const seconds = Math.round((performance.now() - started) / 100) / 10;
    return { outcome: "done", frames, size, seconds };
  } catch (error) {
    signal.throwIfAborted();
    if (!TatamiError.is(error)) throw error;
    const { code, message, fix } = error;
    return { outcome: "failed", error: { code, message, fix } };
  }
};
