/** Runs a file's job, step by step: it is cut, waits for its segments, is joined, and its parts are removed. */

import { setTimeout as wait } from "node:timers/promises";
import { TatamiError } from "@tatami/core";
import { WaitingChildrenError } from "bullmq";
import { fromReason, isFinal, toFailure, toThrow } from "../failure.ts";
import { segmentId } from "../job-data.ts";
import type { BegunFile, FileData, FileJob, FileResult } from "../job-data.ts";
import { joinPriority } from "../options.ts";
import { removeWaiting } from "../stop-file.ts";
import { toTask } from "./run-segment.ts";
import { FileStopped, HandBack } from "./stop-watch.ts";
import type { WorkWorld } from "./world.ts";

/** Rounds in which parts that went missing are made again. */
const mostRounds = 4;
/** Jobs that are handed to Redis at once. */
const batch = 500;
/** Milliseconds between looks for room. */
const fullWait = 1000;

/**
 * Does what is next, as far as it goes. Each step may be done twice by workers that were lost in between: whatever is
 * written has its name in one step, and jobs are known by their ids.
 *
 * @throws WaitingChildrenError while segments are at work, which is how BullMQ is told.
 */
export async function runFile(world: WorkWorld, job: FileJob, token: string): Promise<FileResult> {
  const { watch } = world;
  const id = job.id!;
  try {
    if (await watch.isStopped(id)) return await cancel(world, job);
    return await watch.during(id, async (signal) => {
      await throwWhereSegmentFailed(world, job);
      if (job.data.step === "begin" && job.data.round === 0) await waitForRoom(world, job, signal);
      while (job.data.step !== "tidy") {
        if (job.data.step === "begin") await begin(world, job, signal);
        if (await job.moveToWaitingChildren(token)) throw new WaitingChildrenError();
        if (await watch.isStopped(id)) throw new FileStopped();
        await join(world, job, signal);
      }
      await world.engine((engine) => engine.tidy(toTask(world.root, job.data), { signal }));
      await forgetSegments(world, job);
      const { frames, size } = job.data.written!;
      world.tell({ kind: "done", file: id, frames });
      return { frames, size };
    });
  } catch (error) {
    if (error instanceof FileStopped) return await cancel(world, job);
    if (error instanceof WaitingChildrenError || error instanceof HandBack) throw error;
    // the segment was tried as often as it may be
    if (error instanceof SegmentFailed) throw toThrow(error.failure, { isLast: true });
    throw toThrow(toFailure(error));
  }
}

/**
 * A file is cut when those before it are nearly done: a segment that waits costs Redis a kilobyte and a half, and a file
 * that is not cut as much.
 *
 * @throws HandBack after a while without room, so that files that are to be joined come first.
 */
async function waitForRoom(
  { queues: { redis, segments }, mostWaiting }: WorkWorld,
  job: FileJob,
  signal: AbortSignal,
): Promise<void> {
  // BullMQ's order: a priority in the upper half of a score, when it came in the lower; only who comes first counts
  const before = ((job.opts.priority ?? 0) + 1) * 2 ** 32;
  const isFull = async (): Promise<boolean> =>
    (await redis.zcount(segments.toKey("prioritized"), 0, before)) >= mostWaiting;
  if (!(await isFull())) return;
  await wait(fullWait, undefined, { signal }).catch(() => undefined);
  signal.throwIfAborted();
  if (await isFull()) throw new HandBack("Too many segments wait.");
}

/** Cuts the file, and gives its segments to the queue. */
async function begin(world: WorkWorld, job: FileJob, signal: AbortSignal): Promise<void> {
  const { queues, root, tell, engine } = world;
  const found = await engine((each) => each.begin(toTask(root, job.data), { signal }));
  const begun: BegunFile = { ...found, at: job.data.begun?.at ?? Date.now() };
  // before segments are there to ask for it, and so that whoever cancels knows which there are
  await job.updateData({ ...job.data, begun });
  const { priority, attempts, backoff } = job.opts;
  const parent = { id: job.id!, queue: job.queueQualifiedName };
  for (let at = 0; at < begun.pending.length; at += batch) {
    await queues.segments.addBulk(
      begun.pending.slice(at, at + batch).map((index) => ({
        name: `${job.name} ${index}`,
        data: { index },
        opts: {
          jobId: segmentId(job.id!, job.data, index),
          parent,
          ...(priority !== undefined && { priority }),
          ...(attempts !== undefined && { attempts }),
          ...(backoff !== undefined && { backoff }),
          // what came of it is kept with the file
          removeOnComplete: true,
          removeOnFail: { age: 7 * 86_400 },
          continueParentOnFailure: true,
        },
      })),
    );
  }
  await job.updateData({ ...job.data, step: "join" });
  // what is to be joined goes before what is to be cut
  await job.changePriority({ priority: joinPriority });
  tell({ kind: "cut", file: job.id!, segments: begun.segments });
}

/** Joins the parts, or goes back to the beginning for those that are missing. */
async function join({ root, engine }: WorkWorld, job: FileJob, signal: AbortSignal): Promise<void> {
  const joined = await engine((each) => each.join(toTask(root, job.data), { signal }));
  if ("frames" in joined) {
    await job.updateData({ ...job.data, step: "tidy", written: joined });
    return;
  }
  const round = job.data.round + 1;
  if (round >= mostRounds) throw partsLost(joined.missing, job.data);
  await job.updateData({ ...job.data, step: "begin", round });
}

/** A file that is done costs Redis no more for having been long. */
async function forgetSegments({ queues: { files, redis } }: WorkWorld, job: FileJob): Promise<void> {
  await redis.del(`${files.toKey(job.id!)}:processed`);
  const { begun } = job.data;
  if (begun) await job.updateData({ ...job.data, begun: { ...begun, pending: [] } });
}

/** A segment that failed for good is its file's end; the other segments are not waited for. */
async function throwWhereSegmentFailed(world: WorkWorld, job: FileJob): Promise<void> {
  const reasons = Object.values(await job.getIgnoredChildrenFailures());
  if (reasons.length === 0) return;
  const { queues } = world;
  await queues.redis.sadd(queues.stopped, job.id!);
  await removeWaiting(queues, job);
  const failures = reasons.map((reason) => fromReason(reason));
  throw new SegmentFailed(failures.find(isFinal) ?? failures[0]!);
}

/** Carries a segment's failure to its file. */
class SegmentFailed extends Error {
  readonly failure: ReturnType<typeof fromReason>;
  constructor(failure: ReturnType<typeof fromReason>) {
    super(failure.message);
    this.failure = failure;
  }
}

/** Leaves nothing of a file that is no longer wanted. */
async function cancel({ queues, root, tell, engine }: WorkWorld, job: FileJob): Promise<FileResult> {
  await removeWaiting(queues, job);
  await engine((each) => each.tidy(toTask(root, job.data), { signal: new AbortController().signal }));
  // all its segments have ended, or there would be no coming here
  await queues.redis.srem(queues.stopped, job.id!);
  tell({ kind: "cancelled", file: job.id! });
  return { frames: 0, size: 0, isCancelled: true };
}

function partsLost(missing: readonly number[], { output }: FileData): TatamiError<"output-failed"> {
  return new TatamiError({
    code: "output-failed",
    message: `Parts of ${output} are missing or damaged however often they are made (${missing.length} of them).`,
    fix: "Look whether all machines see the same folder, and whether its disk is sound; then submit the file again.",
  });
}
