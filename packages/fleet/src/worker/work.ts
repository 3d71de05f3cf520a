/** A worker: takes files and segments from a fleet's queues for as long as it lives. */

import { availableParallelism } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import { checkInteger, checkKnownOptions, checkNumber, throwIfAborted } from "@tatami/core";
import type { Job } from "bullmq";
import { WaitingError, Worker } from "bullmq";
import type { Redis } from "ioredis";
import { createEngineProcess } from "../engine/engine-process.ts";
import type { WorkEngine } from "../engine/engine.ts";
import { fromReason } from "../failure.ts";
import { openQueues, resolveFleet } from "../fleet.ts";
import type { FleetOptions } from "../fleet.ts";
import { filesQueue, segmentsQueue } from "../job-data.ts";
import type { FileData, FileResult, SegmentData, SegmentResult } from "../job-data.ts";
import { connectRedis, redisFailed } from "../redis/connect.ts";
import { runFile } from "./run-file.ts";
import { runSegment } from "./run-segment.ts";
import { createStopWatch, HandBack } from "./stop-watch.ts";
import type { WorkEvent, WorkWorld } from "./world.ts";

/** Options of {@link work}. */
export interface WorkOptions extends FleetOptions {
  /** Segments at a time, each in a process of its own. @defaultValue 1 */
  readonly concurrency?: number;
  /** Threads of the CPU engine in each. @defaultValue the machine's over `concurrency`, up to 8 */
  readonly threads?: number;
  /**
   * Seconds after which a worker that no longer says that it lives is taken for dead, and others take over what it was at.
   * @defaultValue 30
   */
  readonly lockSeconds?: number;
  /** Stops work: what is begun goes back to the queue at once. */
  readonly signal?: AbortSignal;
  /** Told what happens; nothing secret is in it. */
  readonly onEvent?: (event: WorkEvent) => void;
}

/** Milliseconds that a worker has to hand back what it is at, when it is stopped. */
const patience = 10_000;

/** A worker at work. Disposing of it stops it, and hands back what it is at. */
export interface FleetWorker extends AsyncDisposable {
  /** Resolves when it has stopped. */
  readonly stopped: Promise<void>;
}

/**
 * Works for a fleet until it is stopped. It needs nothing but the address of Redis and the folder that all share.
 *
 * @throws TatamiError `connection-lost` where Redis is not there or refuses the password; `invalid-option`.
 */
export function work(options: WorkOptions = {}): Promise<FleetWorker> {
  const {
    concurrency = 1,
    threads = Math.min(8, Math.max(1, Math.floor(availableParallelism() / concurrency))),
  } = options;
  return startWorker(options, () => createEngineProcess({ threads }));
}

/** {@link work} with any engines: at most one for each segment at a time, and one for files. */
export async function startWorker(
  options: WorkOptions,
  makeEngine: () => WorkEngine,
  mostWaiting = 5000,
): Promise<FleetWorker> {
  checkKnownOptions("options", options, [
    "redis",
    "fleet",
    "root",
    "concurrency",
    "threads",
    "lockSeconds",
    "signal",
    "onEvent",
  ]);
  const { redis: address, fleet, root, name } = resolveFleet(options);
  const { signal, onEvent = () => {} } = options;
  const concurrency = checkInteger("options.concurrency", options.concurrency ?? 1, 1, 1024);
  if (options.threads !== undefined) checkInteger("options.threads", options.threads, 1, 64);
  const lock = checkNumber("options.lockSeconds", options.lockSeconds ?? 30, 1) * 1000;
  throwIfAborted(signal);
  const redis = await connectRedis(address, "endless");
  const queues = openQueues(redis, fleet);
  const engines = createEnginePool(makeEngine);
  const watch = createStopWatch(queues);
  const world: WorkWorld = { queues, root, watch, tell: onEvent, mostWaiting, engine: engines.borrow };
  const options_ = {
    connection: redis,
    prefix: fleet,
    lockDuration: lock,
    stalledInterval: Math.max(1000, lock / 2),
    // workers may be killed as often as they like; what kills its worker each time must end, though
    maxStalledCount: 20,
  };
  const atWork = new Set<string>();
  const workers: readonly Worker[] = [
    new Worker<FileData, FileResult>(
      filesQueue,
      (job, token) => handed(atWork, job, token, () => runFile(world, job, token!)),
      options_,
    ),
    new Worker<SegmentData, SegmentResult>(
      segmentsQueue,
      (job, token) => handed(atWork, job, token, () => runSegment(world, job)),
      { ...options_, concurrency },
    ),
  ];
  const trouble = createTrouble(redis, name, onEvent);
  for (const worker of workers) {
    worker.on("error", trouble);
    worker.on("lockRenewalFailed", (ids) =>
      tellLate(
        onEvent,
        ids.filter((id) => atWork.has(id)),
      ),
    );
    worker.on("failed", (job, error) => tellFailed(onEvent, job, error));
  }
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= stopAll());
  const stopAll = async (): Promise<void> => {
    signal?.removeEventListener("abort", stop);
    watch.stopAll();
    // where Redis is away nothing can be handed back: others take it over
    const isAway = redis.status !== "ready";
    const closed = Promise.all(workers.map((worker) => worker.close(isAway)));
    await Promise.race([closed, wait(patience, undefined, { ref: false })]);
    await engines[Symbol.asyncDispose]();
    watch[Symbol.dispose]();
    redis.disconnect();
    ended();
  };
  let ended = (): void => {};
  const stopped = new Promise<void>((resolve) => (ended = resolve));
  signal?.addEventListener("abort", stop, { once: true });
  return { stopped, [Symbol.asyncDispose]: stop };
}

/** Runs a job; one whose worker is stopped, or for which there is no room, goes back to the queue. */
async function handed<T>(
  atWork: Set<string>,
  job: Job,
  token: string | undefined,
  run: () => Promise<T>,
): Promise<T> {
  atWork.add(job.id!);
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof HandBack)) throw error;
    await job.moveToWait(token);
    throw new WaitingError();
  } finally {
    atWork.delete(job.id!);
  }
}

/** Tells of jobs that others may take over, since it was said too late that they are being worked at. */
function tellLate(tell: WorkWorld["tell"], ids: readonly string[]): void {
  for (const id of ids) {
    const message = `This worker was held up for longer than lockSeconds: another may take over what it is at (${id}).`;
    tell({ kind: "trouble", message });
  }
}

function tellFailed(tell: WorkWorld["tell"], job: Job | undefined, error: Error): void {
  if (!job) return;
  const failure = fromReason(error.message);
  const file = job.parent?.id ?? job.id!;
  tell({ kind: "failed", file, failure, isLast: job.finishedOn !== undefined });
}

/** Tells once that Redis is away, and again when it went away after having been back. */
function createTrouble(redis: Redis, name: string, tell: WorkWorld["tell"]): (error: Error) => void {
  let isTold = false;
  redis.on("ready", () => (isTold = false));
  return (error) => {
    // a job that ended while it was to be renewed is no trouble; one that did not is told of by itself
    if (isTold || /^(could not renew|Missing) lock|^Lock mismatch/.test(error.message)) return;
    isTold = true;
    tell({ kind: "trouble", message: redisFailed(error, name).message });
  };
}

/** Engines that are idle are given out first; there are as many as were ever at work at once. */
function createEnginePool(
  make: () => WorkEngine,
): AsyncDisposable & { readonly borrow: WorkWorld["engine"] } {
  const all: WorkEngine[] = [];
  const idle: WorkEngine[] = [];
  const borrow: WorkWorld["engine"] = async (use) => {
    let engine = idle.pop();
    if (!engine) all.push((engine = make()));
    try {
      return await use(engine);
    } finally {
      idle.push(engine);
    }
  };
  return {
    borrow,
    async [Symbol.asyncDispose]() {
      await Promise.all(all.map((engine) => engine[Symbol.asyncDispose]()));
    },
  };
}
