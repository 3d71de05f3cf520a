/** How far a fleet has come, read from its queues. */

import type { Job, JobType } from "bullmq";
import { fromReason } from "./failure.ts";
import type { Failure } from "./failure.ts";
import { joinPriority } from "./options.ts";
import { segmentId } from "./job-data.ts";
import type { FileJob, Queues, SegmentData, SegmentResult } from "./job-data.ts";

/** What is wanted to be known. */
export interface StatusOptions {
  /** Files of a state at most, the first in turn or the latest. @defaultValue 100 */
  readonly limit?: number;
}

/** Where a file stands. */
export type FileState = "waiting" | "cutting" | "working" | "joining" | "done" | "failed" | "cancelled";

/** A file's job. Times are milliseconds since 1970. */
export interface FileStatus {
  readonly id: string;
  readonly input: string;
  readonly output: string;
  readonly state: FileState;
  readonly priority: number;
  /** Absent until the file is cut. */
  readonly segments?: { readonly total: number; readonly done: number; readonly active: number };
  readonly framesDone: number;
  /** Absent when the container does not say, or the file is not cut. */
  readonly framesTotal?: number;
  /** Of all workers on this file, since it was cut. */
  readonly framesPerSecond?: number;
  /** Seconds to go at that rate. */
  readonly secondsLeft?: number;
  readonly submitted: number;
  readonly finished?: number;
  /** Why it failed, or why it is tried again. */
  readonly failure?: Failure;
}

/** A fleet at a moment. */
export interface FleetStatus {
  readonly files: readonly FileStatus[];
  /** All files, those beyond the limit too. */
  readonly counts: {
    readonly waiting: number;
    readonly working: number;
    readonly done: number;
    readonly failed: number;
  };
  readonly segments: { readonly waiting: number; readonly active: number; readonly delayed: number };
  /** Connections of workers. */
  readonly workers: number;
}

/** A file that failed for good. */
export interface DeadFile extends Failure {
  readonly id: string;
  readonly input: string;
  readonly output: string;
  readonly at: number;
}

const states: readonly (readonly [JobType, FileState])[] = [
  ["active", "cutting"],
  ["waiting-children", "working"],
  ["prioritized", "waiting"],
  ["wait", "waiting"],
  ["delayed", "waiting"],
  ["failed", "failed"],
  ["completed", "done"],
];

/** Reads all. */
export async function readStatus(queues: Queues, { limit = 100 }: StatusOptions): Promise<FleetStatus> {
  const { files, segments } = queues;
  const [counts, queued, workers, active] = await Promise.all([
    files.getJobCounts(),
    segments.getJobCounts("wait", "prioritized", "active", "delayed"),
    // not every Redis lets its clients be listed
    segments.getWorkersCount().catch(() => 0),
    segments.getActive(0, 1000) as Promise<Job<SegmentData, SegmentResult>[]>,
  ]);
  const listed = await Promise.all(
    states.map(async ([type, state]) => {
      const isOver = type === "failed" || type === "completed";
      const jobs = (await files.getJobs([type], 0, limit - 1, !isOver)) as FileJob[];
      return Promise.all(jobs.filter(Boolean).map((job) => describe(job, state, active)));
    }),
  );
  const count = (...types: string[]): number => types.reduce((sum, type) => sum + (counts[type] ?? 0), 0);
  return {
    files: listed.flat(),
    counts: {
      waiting: count("wait", "waiting", "prioritized", "delayed"),
      working: count("active", "waiting-children"),
      done: count("completed"),
      failed: count("failed"),
    },
    segments: {
      waiting: (queued["wait"] ?? 0) + (queued["waiting"] ?? 0) + (queued["prioritized"] ?? 0),
      active: queued["active"] ?? 0,
      delayed: queued["delayed"] ?? 0,
    },
    workers,
  };
}

/** One file's job; nothing where it is not in the queue. */
export async function findFile({ files, segments }: Queues, id: string): Promise<FileStatus | undefined> {
  const job = (await files.getJob(id)) as FileJob | undefined;
  if (!job) return undefined;
  const [type, active] = await Promise.all([
    job.getState(),
    segments.getActive(0, 1000) as Promise<Job<SegmentData, SegmentResult>[]>,
  ]);
  return describe(job, states.find(([name]) => name === type)?.[1] ?? "waiting", active);
}

/** The dead-letter list. */
export async function listDead({ files }: Queues): Promise<readonly DeadFile[]> {
  const failed = (await files.getJobs(["failed"], 0, -1, false)) as FileJob[];
  return failed.map((job) => {
    const { input, output } = job.data;
    const at = job.finishedOn ?? job.timestamp;
    return { id: job.id!, input, output, at, ...fromReason(job.failedReason) };
  });
}

async function describe(
  job: FileJob,
  listed: FileState,
  active: readonly Job<SegmentData, SegmentResult>[],
): Promise<FileStatus> {
  const { data, returnvalue, failedReason } = job;
  const { begun } = data;
  const common = {
    id: job.id!,
    input: data.input,
    output: data.output,
    state: stateOf(job, listed),
    priority: (job.opts.priority ?? 0) - joinPriority,
    submitted: job.timestamp,
    ...(job.finishedOn !== undefined && { finished: job.finishedOn }),
    ...(failedReason && listed !== "done" && { failure: fromReason(failedReason) }),
  };
  if (!begun) return { ...common, framesDone: 0 };
  const mine = active.filter(({ parent }) => parent?.id === job.id);
  const counted =
    listed === "done"
      ? { framesDone: returnvalue?.frames ?? 0, done: begun.segments }
      : await countDone(job, mine);
  const { framesDone, done } = counted;
  return {
    ...common,
    segments: { total: begun.segments, done, active: mine.length },
    framesDone,
    ...(begun.framesTotal !== null && { framesTotal: begun.framesTotal }),
    ...(listed === "working" &&
      paceOf(begun.at, framesDone - begun.keptFrames, begun.framesTotal, framesDone)),
  };
}

function stateOf({ data, returnvalue }: FileJob, listed: FileState): FileState {
  if (listed === "done") return returnvalue?.isCancelled ? "cancelled" : "done";
  return listed === "cutting" && data.step !== "begin" ? "joining" : listed;
}

async function countDone(
  job: FileJob,
  active: readonly Job<SegmentData, SegmentResult>[],
): Promise<{ readonly framesDone: number; readonly done: number }> {
  const { segments, pending, keptFrames } = job.data.begun!;
  // what an earlier round made is among what this one found
  const round = segmentId(job.id!, job.data, "");
  const all = Object.entries(await job.getChildrenValues<SegmentResult>());
  const values = all.filter(([key]) => key.includes(round)).map(([, value]) => value);
  const finished = values.reduce((sum, { frames }) => sum + frames, 0);
  const under = active.reduce((sum, { progress }) => sum + (typeof progress === "number" ? progress : 0), 0);
  return {
    framesDone: keptFrames + finished + under,
    done: segments - pending.length + values.length,
  };
}

function paceOf(
  since: number,
  made: number,
  total: number | null,
  done: number,
): Pick<FileStatus, "framesPerSecond" | "secondsLeft"> {
  const seconds = (Date.now() - since) / 1000;
  if (made <= 0 || seconds <= 0) return {};
  const framesPerSecond = made / seconds;
  return {
    framesPerSecond,
    ...(total !== null && { secondsLeft: Math.max(0, total - done) / framesPerSecond }),
  };
}
