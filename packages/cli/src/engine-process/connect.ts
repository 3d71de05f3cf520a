/** The command's side of the line: the library, done in another thread, so that this one always answers Ctrl-C. */

import { rm } from "node:fs/promises";
import { TatamiError } from "@tatami/core";
import type { SerializedTatamiError } from "@tatami/core";
import type { Progress, UpscalePlan } from "@tatami/upscale";
import type { LocalLibrary } from "../local-library.ts";
import type { CallName, Calls, Line, Reply, Request, WireError } from "./protocol.ts";

/** What the engine's thread is to this one. */
export interface EngineThread extends Line<Request, Reply> {
  /** Told when the thread has died, for whatever reason. */
  onDeath(listener: (error: Error) => void): void;
  terminate(): Promise<unknown>;
}

/** How a thread is used. */
export interface ConnectOptions {
  /** Makes the thread; called when it is first needed. */
  readonly start: () => EngineThread;
  readonly signal: AbortSignal;
  /** Milliseconds the thread has to tidy up after an abort before it is ended. @defaultValue 400 */
  readonly grace?: number;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly onProgress: ((progress: Progress) => void) | undefined;
  /** The file it is writing. */
  readonly output: string | undefined;
}

/**
 * The library over a thread. When `signal` aborts the thread is asked to stop; one that is too busy to
 * hear (a large model computes for seconds at a stretch) is ended, and its unfinished file removed.
 */
export function connectLibrary({ start, signal, grace = 400 }: ConnectOptions): LocalLibrary {
  const pending = new Map<number, Pending>();
  let thread: EngineThread | undefined;
  let calls = 0;

  const end = async (error: unknown): Promise<void> => {
    const left = [...pending.values()];
    pending.clear();
    const ended = thread;
    thread = undefined;
    await ended?.terminate();
    for (const { output } of left) if (output !== undefined) await rm(partialName(output), { force: true });
    for (const { reject } of left) reject(error);
  };
  const stop = (): void => {
    thread?.send({ kind: "abort" });
    setTimeout(() => void (pending.size > 0 && end(signal.reason)), grace).unref();
  };
  signal.addEventListener("abort", stop, { once: true });

  const receive = (reply: Reply): void => {
    const call = pending.get(reply.id);
    if (reply.kind === "progress") call?.onProgress?.(reply.progress);
    else pending.delete(reply.id);
    if (reply.kind === "result") call?.resolve(reply.value);
    if (reply.kind === "error") call?.reject(signal.aborted ? signal.reason : fromWire(reply.error));
  };
  const open = (): EngineThread => {
    const started = start();
    started.onMessage(receive);
    // One that was ended on purpose is no longer the thread, and its death no news.
    started.onDeath((error) => void (started === thread && end(lostThread(error))));
    return started;
  };
  const call = <N extends CallName>(
    name: N,
    args: Calls[N]["args"],
    more: { readonly onProgress?: Pending["onProgress"]; readonly output?: string } = {},
  ): Promise<Calls[N]["result"]> => {
    if (signal.aborted && name !== "dispose") return Promise.reject(signal.reason);
    if (!thread && name === "dispose") return Promise.resolve(undefined as Calls[N]["result"]);
    thread ??= open();
    const id = calls++;
    const answer = new Promise<unknown>((resolve, reject) =>
      pending.set(id, { resolve, reject, onProgress: more.onProgress, output: more.output }),
    );
    thread.send({ kind: "call", id, name, args } as Request);
    return answer as Promise<Calls[N]["result"]>;
  };

  return {
    async createEngine(model, options) {
      let home: EngineThread | undefined;
      // A job that brings its thread down does not take the rest of a batch with it.
      const settle = async (): Promise<void> => {
        if (home !== undefined && home === thread) return;
        await call("createEngine", [model, options]);
        home = thread;
      };
      await settle();
      return {
        plan: async (input, job) => {
          await settle();
          return withErrors(await call("plan", [input, withoutCallback(job)]));
        },
        upscale: async (input, job) => {
          await settle();
          const { onProgress, output } = job;
          return withErrors(await call("upscale", [input, withoutCallback(job)], { onProgress, output }));
        },
        [Symbol.asyncDispose]: () => call("dispose", []),
      };
    },
    inspect: (input) => call("inspect", [input]),
  };
}

/** Where `@tatami/codecs/node` writes until a file is whole. */
function partialName(output: string): string {
  return `${output}.partial`;
}

function withoutCallback<T extends { readonly onProgress?: unknown }>(options: T): Omit<T, "onProgress"> {
  const { onProgress: _, ...plain } = options;
  return plain;
}

function withErrors<T extends UpscalePlan>(report: T): T {
  const rejected = report.rejected.map(({ candidate, error }) => ({
    candidate,
    error: TatamiError.from(error as SerializedTatamiError),
  }));
  return { ...report, rejected };
}

function fromWire(error: WireError): Error {
  if ("tatami" in error) return TatamiError.from(error.tatami);
  const { message, stack } = error;
  return Object.assign(new Error(message), stack === undefined ? {} : { stack });
}

function lostThread(cause: Error): TatamiError {
  const isMemory = (cause as NodeJS.ErrnoException).code === "ERR_WORKER_OUT_OF_MEMORY";
  return new TatamiError({
    code: isMemory ? "out-of-memory" : "worker-lost",
    message: `The engine's thread ended: ${cause.message}.`,
    fix: isMemory
      ? "Give smaller --patch and --batch, or a smaller clip."
      : "Run it again; if it happens again, report it with the command and the file.",
    cause,
  });
}
