/** A worker with FFmpeg's core in it, which runs one command at a time on one input. */

import { planWorkerLifetime, TatamiError } from "@tatami/core";
import { program } from "../../generated/core-program.ts";
import type { CoreCommand, CoreMessage, CoreRequest } from "./core-messages.ts";
import { stateWords } from "./core-messages.ts";
import type { LoadedCore } from "./load-core.ts";
import { missingCore } from "./load-core.ts";
import { sharesMemory } from "./options.ts";

/** Told of what a command says and writes, in its order. */
export interface CoreListener {
  /** A line of text: of the log, or of a program's answer. */
  line?(text: string, isLog: boolean): void;
  /** Where memory is shared, the command waits after a few of these until {@link CoreThread.giveCredit}. */
  data?(bytes: Uint8Array<ArrayBuffer>): void;
}

/** The worker. Dispose of it: a command that runs is broken off, and nothing of the worker is left. */
export interface CoreThread extends AsyncDisposable {
  /** Whether a command waits for its reader; else it posts all it writes as fast as it can. */
  readonly waits: boolean;
  /** Runs one command; resolves to its exit status. @throws TatamiError `worker-lost`, `out-of-memory`. */
  run(command: CoreCommand, listener: CoreListener): Promise<number>;
  /** Lets the command write one piece more. */
  giveCredit(): void;
}

/** Pieces a command may have written before they are taken. */
const credits = 4;

interface Waiting {
  readonly listener: CoreListener;
  readonly resolve: (status: number) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Starts a worker with the core in it.
 *
 * @param file the input, read in place and never copied; none for commands that read nothing but their own files.
 * @throws TatamiError `missing-package` when the core is not where it was said to be, `unsupported-environment`.
 */
export async function startCoreThread(core: LoadedCore, file: Blob | undefined): Promise<CoreThread> {
  if (typeof Worker === "undefined") throw noWorkers();
  const lifetime = planWorkerLifetime("core");
  const url = URL.createObjectURL(new Blob([program], { type: "text/javascript" }));
  const worker = new Worker(url, { name: lifetime.name, type: "module" });
  const shared = sharesMemory() ? new SharedArrayBuffer(8) : undefined;
  const state = shared && new Int32Array(shared);
  let waiting: Waiting | undefined;
  let ended: Promise<void> | undefined;

  const settle = (): Waiting | undefined => {
    const settled = waiting;
    waiting = undefined;
    return settled;
  };
  const ask = (message: CoreRequest, listener: CoreListener): Promise<number> =>
    new Promise((resolve, reject) => {
      if (ended) return reject(workerLost("it was ended"));
      waiting = { listener, resolve, reject };
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
      worker.postMessage(message);
    });
  const end = async (): Promise<void> => {
    settle()?.reject(workerLost("it was ended"));
    if (core.files.workerURL !== undefined && state) await endWithThreads(worker, state, lifetime.name);
    worker.terminate();
    URL.revokeObjectURL(url);
    await lifetime.ended();
  };
  const dispose = (): Promise<void> => (ended ??= end());

  worker.addEventListener("message", ({ data }: MessageEvent<CoreMessage>) => {
    if (data.kind === "lines") for (const line of data.lines) waiting?.listener.line?.(...line);
    else if (data.kind === "data") waiting?.listener.data?.(data.data);
    else if (data.kind === "failed") settle()?.reject(explainFailure(data.message));
    else settle()?.resolve(data.kind === "ended" ? data.status : 0);
  });
  worker.addEventListener("error", ({ message }) => {
    settle()?.reject(workerLost(message ?? "a worker could not be started"));
  });
  try {
    const { coreURL, workerURL } = core.files;
    const threads = workerURL === undefined ? {} : { workerURL };
    await ask({ kind: "start", coreURL, ...threads, wasmModule: core.wasmModule, file, shared }, {});
  } catch (error) {
    await dispose();
    throw TatamiError.is(error, "out-of-memory") ? error : missingCore(core.files.coreURL, error);
  }
  return {
    waits: state !== undefined,
    run: (command, listener) => {
      if (state) Atomics.store(state, stateWords.credit, credits);
      return ask({ kind: "run", ...command }, listener);
    },
    giveCredit: () => {
      if (!state) return;
      Atomics.add(state, stateWords.credit, 1);
      Atomics.notify(state, stateWords.credit);
    },
    [Symbol.asyncDispose]: dispose,
  };
}

/** Milliseconds in which a command with threads has to notice that it is to end, which it does at every picture, and end them. */
const patience = 20_000;

/**
 * Breaks off the command, so that the worker can end its own workers before itself: Chromium never ends one that is
 * taken down before those are.
 */
async function endWithThreads(worker: Worker, state: Int32Array, lock: string): Promise<void> {
  Atomics.store(state, stateWords.end, 1);
  Atomics.add(state, stateWords.credit, 1);
  Atomics.notify(state, stateWords.credit);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
  worker.postMessage({ kind: "end" } satisfies CoreRequest);
  const signal = AbortSignal.timeout(patience);
  await navigator.locks.request(lock, { signal }, () => {}).catch(() => undefined);
}

function explainFailure(message: string): TatamiError {
  if (/out of memory|cannot enlarge memory|could not allocate|memory access out of bounds/i.test(message)) {
    return new TatamiError({
      code: "out-of-memory",
      message: `FFmpeg's core ran out of memory (${message}).`,
      fix: "Take a file of a smaller picture, close other tabs, or run Tatami in Node (the tatami command).",
    });
  }
  return workerLost(message);
}

function noWorkers(): TatamiError<"unsupported-environment"> {
  return new TatamiError({
    code: "unsupported-environment",
    message: "FFmpeg's core runs in a browser's worker, and there are none here.",
    fix: "In Node, use nodeDriver() from @tatami/codecs/node.",
  });
}

function workerLost(why: string): TatamiError<"worker-lost"> {
  return new TatamiError({
    code: "worker-lost",
    message: `The worker that runs FFmpeg's core is gone: ${why}.`,
    fix: "Open the input again; if it ends in the same place every time, the file brings FFmpeg down.",
  });
}
