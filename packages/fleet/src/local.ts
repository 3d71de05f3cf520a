/** The same segments without Redis: a file by several processes of one machine. */

import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { checkInteger, TatamiError, throwIfAborted, withoutUndefined } from "@tatami/core";
import type { FilePair } from "./check-pair.ts";
import { createEngineProcess } from "./engine/engine-process.ts";
import type { WorkEngine } from "./engine/engine.ts";
import type { FileTask } from "./engine/open-job.ts";
import { isModelFile, toShared } from "./job-data.ts";
import { resolveSubmit } from "./options.ts";
import type { JobOptions } from "./options.ts";
import { isS3 } from "./s3/client.ts";

export { checkPair } from "./check-pair.ts";
export type { IfThere } from "./check-pair.ts";
export { isS3 } from "./s3/client.ts";
export { readObject } from "./s3/source.ts";

/** How far a file has come. */
export interface LocalProgress {
  readonly segments: { readonly total: number; readonly done: number };
  readonly framesDone: number;
  /** Absent when the container does not say. */
  readonly framesTotal?: number;
  /** Frames a second since the file was cut. */
  readonly framesPerSecond: number;
  /** Seconds to go; absent when not known. */
  readonly secondsLeft?: number;
}

/** Options of {@link upscaleInProcesses}. */
export interface LocalOptions extends JobOptions {
  /** @defaultValue half of the machine's threads, at least 2 */
  readonly processes?: number;
  /** Threads of the CPU engine in each. @defaultValue the machine's over `processes`, up to 8 */
  readonly threads?: number;
  readonly signal?: AbortSignal;
  /** Whether an abort keeps finished parts too, as errors do. @defaultValue false: an abort leaves nothing */
  readonly keepOnAbort?: boolean;
  /** Told as segments come on, at most some ten times a second each. */
  readonly onProgress?: (progress: LocalProgress) => void;
}

/** How often a segment is given to another process when the one that had it is lost. */
const tries = 3;

/**
 * Upscales a file segment by segment in several processes of this machine, joins the parts, and carries sound and tags
 * over: what a fleet does, without Redis. On an error finished parts stay in `OUTPUT.tatami`, and the same call goes on
 * with them; an abort leaves nothing, unless `keepOnAbort` says otherwise.
 *
 * @throws TatamiError as `upscale()`; `worker-lost` where processes end however often they are started; `signal.reason`.
 */
export async function upscaleInProcesses(
  { input, output }: FilePair,
  options: LocalOptions = {},
): Promise<{ readonly frames: number; readonly size: number }> {
  const {
    processes = Math.max(2, availableParallelism() >> 1),
    threads,
    signal,
    keepOnAbort = false,
    onProgress,
    ...job
  } = options;
  checkInteger("options.processes", processes, 1, 256);
  const shared = Math.min(8, Math.max(1, Math.floor(availableParallelism() / processes)));
  const machine = { threads: checkInteger("options.threads", threads ?? shared, 1, 64) };
  return runLocally(
    taskOf(input, output, job),
    Array.from({ length: processes }, () => createEngineProcess(machine)),
    { signal: signal ?? new AbortController().signal, keepOnAbort, onProgress },
  );
}

/** What {@link runLocally} is told beside the task. */
interface LocalCall {
  readonly signal: AbortSignal;
  readonly keepOnAbort?: boolean;
  readonly onProgress?: LocalOptions["onProgress"];
}

/** {@link upscaleInProcesses} on any engines, which are disposed of. */
export async function runLocally(
  task: FileTask,
  engines: readonly WorkEngine[],
  { signal, keepOnAbort = false, onProgress }: LocalCall,
): Promise<{ readonly frames: number; readonly size: number }> {
  const [first] = engines;
  try {
    throwIfAborted(signal);
    const { look, ...begun } = await first!.begin(task, { signal });
    const known = { ...task, look, isAlone: true };
    const counter = createCounter(begun, onProgress);
    const stop = new AbortController();
    const either = AbortSignal.any([signal, stop.signal]);
    const left = [...begun.pending];
    const run = async (engine: WorkEngine): Promise<void> => {
      for (let index = left.shift(); index !== undefined; index = left.shift())
        await upscaleSegment(engine, known, index, either, counter);
    };
    const runs = engines.map((engine) =>
      run(engine).catch((error: unknown) => {
        // the others stop, too
        stop.abort(error);
        throw error;
      }),
    );
    const ended = await Promise.allSettled(runs);
    throwIfAborted(signal);
    if (ended.some(({ status }) => status === "rejected")) throw stop.signal.reason;
    const joined = await first!.join(known, { signal });
    if ("missing" in joined) throw vanished(task.output, joined.missing);
    await first!.tidy(known, { signal });
    return joined;
  } catch (error) {
    if (signal.aborted && !keepOnAbort) await first?.tidy(task, { signal: new AbortController().signal });
    throw error;
  } finally {
    await Promise.all(engines.map((engine) => engine[Symbol.asyncDispose]()));
  }
}

async function upscaleSegment(
  engine: WorkEngine,
  task: FileTask,
  index: number,
  signal: AbortSignal,
  counter: Counter,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      const onFrames = (frames: number): void => counter.frames(index, frames);
      const { frames } = await engine.segment(task, index, { signal, onFrames });
      counter.done(index, frames);
      return;
    } catch (error) {
      if (attempt >= tries || !TatamiError.is(error, "worker-lost")) throw error;
    }
  }
}

/** Adds up what segments tell. */
interface Counter {
  frames(index: number, frames: number): void;
  done(index: number, frames: number): void;
}

function createCounter(
  begun: {
    readonly segments: number;
    readonly pending: readonly number[];
    readonly keptFrames: number;
    readonly framesTotal: number | null;
  },
  onProgress: LocalOptions["onProgress"],
): Counter {
  const start = performance.now();
  const made = new Map<number, number>();
  let done = begun.segments - begun.pending.length;
  const tell = (): void => {
    const fresh = [...made.values()].reduce((sum, frames) => sum + frames, 0);
    const framesDone = begun.keptFrames + fresh;
    const framesPerSecond = fresh / Math.max(1e-3, (performance.now() - start) / 1000);
    const total = begun.framesTotal;
    onProgress?.({
      segments: { total: begun.segments, done },
      framesDone,
      framesPerSecond,
      ...(total !== null && { framesTotal: total }),
      ...(total !== null && fresh > 0 && { secondsLeft: Math.max(0, total - framesDone) / framesPerSecond }),
    });
  };
  tell();
  return {
    frames(index, frames) {
      made.set(index, frames);
      tell();
    },
    done(index, frames) {
      made.set(index, frames);
      done++;
      tell();
    },
  };
}

function taskOf(input: string, output: string, options: JobOptions): FileTask {
  const { job } = resolveSubmit(options);
  const shared = (names: string | undefined): string | undefined =>
    names
      ?.split(",")
      .map((name) => name.trim())
      .map((name) => (isModelFile(name) ? toShared("/", name) : name))
      .join(",");
  const own = withoutUndefined({ model: shared(job.model), second: shared(job.second) });
  return {
    input: isS3(input) ? input : resolve(input),
    output: isS3(output) ? output : resolve(output),
    root: resolve("/"),
    options: { ...job, ...own },
  };
}

function vanished(output: string, missing: readonly number[]): TatamiError<"output-failed"> {
  return new TatamiError({
    code: "output-failed",
    message: `Parts of ${output} were removed while they were made, or are damaged (${missing.length} of them).`,
    fix: "Leave the folder beside the output alone until it is done, then run it again: it goes on with the rest.",
  });
}
