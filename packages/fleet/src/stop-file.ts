/** Ends a file's job from outside: a mark that whoever works on it sees, and segments that nobody has begun go. */

import { invalidOption } from "@tatami/core";
import { segmentId } from "./job-data.ts";
import type { FileJob, Queues } from "./job-data.ts";

/** Segments that Redis is asked to remove at once. */
const batch = 200;

/**
 * Marks a file, and takes its waiting segments out of the queue; with the last one gone or ended, the file's own job comes
 * to its turn and tidies up.
 *
 * @returns whether there was something to stop.
 * @throws TatamiError `invalid-option` for an id that there is not.
 */
export async function stopFile(queues: Queues, id: string): Promise<boolean> {
  const job = (await queues.files.getJob(id)) as FileJob | undefined;
  if (!job) {
    throw invalidOption("id", "that of a file's job", id, "Look it up with tatami fleet status.");
  }
  if (/^(completed|failed)$/.test(await job.getState())) return false;
  await queues.redis.sadd(queues.stopped, id);
  await removeWaiting(queues, job);
  return true;
}

/** Removes a file's segments that nobody is at work on. Those at work see the mark. */
export async function removeWaiting({ segments }: Queues, { id, data }: FileJob): Promise<void> {
  const ids = (data.begun?.pending ?? []).map((index) => segmentId(id!, data, index));
  for (let at = 0; at < ids.length; at += batch) {
    // one that is locked is at work: it stays
    await Promise.all(ids.slice(at, at + batch).map((each) => segments.remove(each).catch(() => 0)));
  }
}
