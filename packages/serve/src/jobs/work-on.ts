/** One job's work: its file fetched where it was named by a URL, upscaled, and what is no longer needed removed. */

import { rename, rm, stat } from "node:fs/promises";
import { throwIfAborted } from "@tatami/core";
import { toFault } from "../fault.ts";
import type { FaultBody } from "../fault.ts";
import type { ResolvedServe } from "../options.ts";
import { checkHead } from "../source/check-head.ts";
import { fetchSource } from "../source/fetch-source.ts";
import type { Network } from "../source/fetch-source.ts";
import { viewOf } from "./job.ts";
import type { JobProgress, JobRecord } from "./job.ts";
import type { Journal } from "./journal.ts";
import type { Runner, RunTask } from "./runner.ts";
import type { Store } from "./store.ts";

/** What jobs are done with. */
export interface JobsInit {
  readonly store: Store;
  readonly runner: Runner;
  readonly network: Network;
  readonly options: ResolvedServe;
}

/** A job among all. */
export interface Entry {
  record: JobRecord;
  progress?: JobProgress;
  readonly journal: Journal;
  readonly abort: AbortController;
  running?: Promise<void>;
}

/** Milliseconds between what is told of progress. */
const interval = 200;

/**
 * Does the job, and writes down what becomes of it. After an abort it is left as it is.
 *
 * @param change writes down what is new of the job
 */
export async function workOn(
  entry: Entry,
  init: JobsInit,
  change: (more: Partial<JobRecord>) => Promise<void>,
): Promise<void> {
  const { signal } = entry.abort;
  const { store, runner } = init;
  try {
    await fetchOnce(entry, init, change);
    await change({ state: "working", started: entry.record.started ?? Date.now() });
    throwIfAborted(signal);
    const onProgress = throttled((progress) => {
      entry.progress = progress;
      entry.journal.add("progress", viewOf(entry.record, progress));
    });
    const result = await runner.run(taskOf(entry.record, init), { signal, onProgress });
    await change({ state: "done", finished: Date.now(), result });
  } catch (error) {
    if (signal.aborted) return;
    const known = withoutPaths(toFault(error), entry.record, init);
    await change({ state: "failed", finished: Date.now(), error: known });
  }
  await store.tidy(entry.record);
}

/** Fetches a file that was named by a URL, unless an earlier service did. */
async function fetchOnce(
  { record, abort: { signal } }: Entry,
  { store, network, options }: JobsInit,
  change: (more: Partial<JobRecord>) => Promise<void>,
): Promise<void> {
  const { url } = record;
  const path = store.sourceOf(record);
  if (url === undefined || (await isThere(path))) return;
  await change({ state: "fetching" });
  const part = `${path}.part`;
  await rm(part, { force: true });
  const { allowedHosts: hosts, maxUpload: maxBytes } = options;
  await fetchSource({ url, path: part, hosts, maxBytes, network, signal });
  await checkHead(part);
  await rename(part, path);
}

function taskOf(record: JobRecord, { store, options: { maxPixels, maxSeconds } }: JobsInit): RunTask {
  const limits = { maxPixels, ...(maxSeconds !== undefined && { maxSeconds }) };
  return {
    input: store.sourceOf(record),
    output: store.resultOf(record),
    options: {
      ...(record.options as RunTask["options"]),
      ...(record.network !== undefined && { model: store.networkOf(record) }),
      ...limits,
    },
  };
}

/** Where things lie on this machine is nobody else's business. */
function withoutPaths({ code, message, fix }: FaultBody, record: JobRecord, { store }: JobsInit): FaultBody {
  const hide = (text: string): string =>
    text
      .replaceAll(store.sourceOf(record), record.name)
      .replaceAll(store.resultOf(record), "the result")
      .replaceAll(store.networkOf(record), record.network ?? "")
      .replaceAll(store.folder, "");
  return { code, message: hide(message), fix: hide(fix) };
}

function throttled(tell: (progress: JobProgress) => void): (progress: JobProgress) => void {
  let last = -Infinity;
  let done = -1;
  return (progress) => {
    const now = performance.now();
    // the end of a segment is always told
    if (now - last < interval && progress.segments.done === done) return;
    last = now;
    done = progress.segments.done;
    tell(progress);
  };
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
