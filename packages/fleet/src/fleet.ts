/** A fleet as its users see it: files in, their state out. */

import { basename, resolve } from "node:path";
import { checkKnownOptions, TatamiError } from "@tatami/core";
import { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { fileId, filesQueue, isModelFile, newRun, segmentsQueue, stoppedKey, toShared } from "./job-data.ts";
import type { FileData, FileJob, FileResult, Queues, SegmentData, SegmentResult } from "./job-data.ts";
import { checkPair, placeOf } from "./check-pair.ts";
import type { FilePair, IfThere } from "./check-pair.ts";
import { resolveSubmit, toQueue } from "./options.ts";
import type { SubmitOptions } from "./options.ts";
import { connectRedis, isRedisError, parseRedis, redisFailed, usualRedis } from "./redis/connect.ts";
import { stopFile } from "./stop-file.ts";
import { findFile, listDead, readStatus } from "./status.ts";
import type { DeadFile, FileStatus, FleetStatus, StatusOptions } from "./status.ts";

/** Where a fleet is. */
export interface FleetOptions {
  /**
   * `redis://[user][:password]@host[:port][/database]`, `rediss://` over TLS. @defaultValue "redis://127.0.0.1:6379"
   */
  readonly redis?: string;
  /** What all keys in Redis begin with, so that several fleets share one. @defaultValue "tatami" */
  readonly fleet?: string;
  /**
   * The folder that all machines share, as it lies on this one: paths are kept relative to it, and nothing outside is read
   * or written. @defaultValue "/": the same paths everywhere
   */
  readonly root?: string;
}

/** A file that was taken on. */
export interface Submitted extends FilePair {
  readonly id: string;
}

/** A connection to a fleet. Dispose of it; what was submitted goes on. */
export interface Fleet extends AsyncDisposable {
  /**
   * Takes files on: all but those whose results are there and are to be left, or on an error none. What is there of an earlier job of the same output that failed is gone on with.
   *
   * @throws TatamiError `input-not-found`; `invalid-option`; `output-failed` where the output is there and is not to be
   * replaced, or is being written by an earlier job.
   */
  submit(files: readonly FilePair[], options?: SubmitOptions & IfThere): Promise<readonly Submitted[]>;
  /** How far files have come. */
  status(options?: StatusOptions): Promise<FleetStatus>;
  /** How far the file has come whose result goes to `output`; nothing where there is no job of it, or no longer. */
  find(output: string): Promise<FileStatus | undefined>;
  /** Files that failed for good, the latest first, and why. */
  dead(): Promise<readonly DeadFile[]>;
  /**
   * Stops a file's job: what is at work on it is aborted within some seconds, and its parts are removed by a worker.
   *
   * @returns whether there was something to stop.
   * @throws TatamiError `invalid-option` for an id that there is not.
   */
  cancel(id: string): Promise<boolean>;
}

/** Fleet options with their defaults. @throws TatamiError `invalid-option` */
export function resolveFleet({
  redis = usualRedis,
  fleet = "tatami",
  root = "/",
}: FleetOptions): Required<FleetOptions> & {
  readonly name: string;
} {
  return { redis, fleet, root: resolve(root), name: parseRedis(redis).name };
}

/** Opens the queues on a connection. Disposing of them leaves the connection. */
export function openQueues(redis: Redis, fleet: string): Queues & AsyncDisposable {
  const options = { connection: redis, prefix: fleet };
  const files = new Queue<FileData, FileResult>(filesQueue, options);
  const segments = new Queue<SegmentData, SegmentResult>(segmentsQueue, options);
  for (const queue of [files, segments]) queue.on("error", () => {});
  return {
    files,
    segments,
    redis,
    stopped: stoppedKey(fleet),
    async [Symbol.asyncDispose]() {
      await Promise.all([files.close(), segments.close()]);
    },
  };
}

/**
 * Connects to a fleet.
 *
 * @throws TatamiError `connection-lost` where Redis is not there or refuses the password; `invalid-option`.
 */
export async function connectFleet(options: FleetOptions = {}): Promise<Fleet> {
  checkKnownOptions("options", options, ["redis", "fleet", "root"]);
  const { redis: address, fleet, root, name } = resolveFleet(options);
  const redis = await connectRedis(address, "some");
  const queues = openQueues(redis, fleet);
  const asked = <T>(answer: Promise<T>): Promise<T> =>
    answer.catch((error: unknown) => {
      throw isRedisError(error) ? redisFailed(error, name) : error;
    });
  return {
    submit: (files, more = {}) => asked(submit(queues, root, files, more)),
    status: (more = {}) => asked(readStatus(queues, more)),
    find: async (output) => asked(findFile(queues, fileId(toShared(root, await placeOf(output))))),
    dead: () => asked(listDead(queues)),
    cancel: (id) => asked(stopFile(queues, id)),
    async [Symbol.asyncDispose]() {
      await queues[Symbol.asyncDispose]();
      redis.disconnect();
    },
  };
}

async function submit(
  { files, redis, stopped }: Queues,
  root: string,
  asPaths: readonly FilePair[],
  { overwrite = false, skipExisting = false, ...options }: SubmitOptions & IfThere,
): Promise<readonly Submitted[]> {
  const { job: asked, priority, attempts, backOff } = resolveSubmit(options);
  const { model, second } = asked;
  const job = {
    ...asked,
    ...(model !== undefined && { model: sharedModel(root, model) }),
    ...(second !== undefined && { second: sharedModel(root, second) }),
  };
  const checked = await Promise.all(
    asPaths.map((pair) => checkPair(root, pair, { overwrite, skipExisting })),
  );
  const made = checked.filter((pair) => pair !== undefined);
  const pairs = asPaths.filter((_, index) => checked[index]);
  const ids = made.map(({ output }) => fileId(output));
  const twice = ids.findIndex((id, index) => ids.indexOf(id) !== index);
  if (twice >= 0) {
    throw new TatamiError({
      code: "invalid-option",
      message: `${pairs[twice]!.output} is the output of two files.`,
      fix: "Give each its own.",
    });
  }
  const earlier = await Promise.all(ids.map((id) => files.getJob(id)));
  for (const [index, old] of earlier.entries()) {
    if (old && !(await isOver(old))) throw atWork(old, pairs[index]!);
  }
  for (const [index, old] of earlier.entries()) {
    // segments that are still being left are locked
    await old?.remove().catch((error: unknown) => {
      throw isRedisError(error) ? error : beingLeft(pairs[index]!);
    });
  }
  if (ids.length > 0) await redis.srem(stopped, ...ids);
  await files.addBulk(
    made.map((pair, index) => ({
      name: basename(pair.input),
      data: { ...pair, options: job, run: newRun(), step: "begin", round: 0 },
      opts: {
        jobId: ids[index]!,
        priority: toQueue(priority),
        attempts,
        backoff: { type: "exponential", delay: backOff * 1000 },
        removeOnComplete: { age: 7 * 86_400, count: 10_000 },
      },
    })),
  );
  return pairs.map((pair, index) => ({ ...pair, id: ids[index]! }));
}

/** Names of models, with files among them as of the root. */
function sharedModel(root: string, model: string): string {
  const names = model.split(",").map((name) => name.trim());
  return names.map((name) => (isModelFile(name) ? toShared(root, name) : name)).join(",");
}

async function isOver(job: FileJob): Promise<boolean> {
  return /^(completed|failed|unknown)$/.test(await job.getState());
}

function atWork(old: FileJob, { output }: FilePair): TatamiError<"output-failed"> {
  return new TatamiError({
    code: "output-failed",
    message: `${output} is what an earlier job writes that is not over (${old.id}).`,
    fix: `Wait for it, or end it with tatami fleet cancel ${old.id}.`,
  });
}

function beingLeft({ output }: FilePair): TatamiError<"output-failed"> {
  return new TatamiError({
    code: "output-failed",
    message: `${output} is what a job wrote that has failed, and that workers are just leaving.`,
    fix: "Submit it again in some seconds.",
  });
}
