/** The command's side of the line: the library, done in another process, so that this one always answers Ctrl-C. */

import { removeUnfinished } from "@tatami/codecs/output-lock";
import { TatamiError, withoutUndefined } from "@tatami/core";
import type { SerializedTatamiError } from "@tatami/core";
import type { LocalLibrary } from "../local-library.ts";
import type { JobPlan } from "../shell.ts";
import type { CallName, Calls, Line, Reply, Request, WireError } from "./protocol.ts";

/** What the engine's process is to this one. */
export interface EngineProcess extends Line<Request, Reply> {
  /** The system's number for it. */
  readonly pid: number;
  /** Told once it has died, and of what: a signal's name or an exit code. */
  onDeath(listener: (cause: string) => void): void;
  /** Stops it where it is, or between frames where the system cannot, and lets it go on. */
  setPaused?(isPaused: boolean): void;
  /** Ends it at once, whatever it is doing; resolves when it is gone. */
  terminate(): Promise<void>;
}

/** How a process is used. */
export interface ConnectOptions {
  /** Makes the process; called when it is first needed. */
  readonly start: () => EngineProcess;
  readonly signal: AbortSignal;
  /** Milliseconds the process has to tidy up after an abort before it is ended. @defaultValue 400 */
  readonly grace?: number;
}

/**
 * The library over a process. When `signal` aborts the process is asked to stop; one that is too busy to
 * hear (a large model computes for seconds at a stretch) is ended, and its unfinished file removed.
 *
 * A process and not a thread: FFmpeg's bindings crash the program when a thread is ended while they work.
 */
export function connectLibrary(options: ConnectOptions): LocalLibrary {
  const { signal } = options;
  const caller = createCaller(options);
  const { call } = caller;
  return {
    async createEngine(model, engineOptions) {
      let home: EngineProcess | undefined;
      // A job that brings its process down does not take the rest of a batch with it.
      const settle = async (): Promise<void> => {
        if (home !== undefined && home === caller.process) return;
        await call("createEngine", [model, engineOptions]);
        home = caller.process;
      };
      await settle();
      return {
        plan: async (input, job) => {
          await settle();
          return withErrors(await call("plan", [input, withoutCallback(job)]));
        },
        upscale: async (input, job) => {
          await settle();
          const { onProgress, resume } = job;
          // what is joined from parts holds some of them: it stays with those, and goes with them
          const output = resume ? undefined : job.output;
          const more = withoutUndefined({ onProgress, output });
          return withErrors(await call("upscale", [input, withoutCallback(job)], more));
        },
        setPaused: (isPaused) => caller.process?.setPaused?.(isPaused),
        // After an abort there is nothing worth waiting for.
        [Symbol.asyncDispose]: () => (signal.aborted ? caller.end(signal.reason) : call("dispose", [])),
      };
    },
    inspect: (input) => call("inspect", [input]),
    compare: (given, onProgress) => call("compare", [given], { onProgress }),
    tryFile: (given, onProgress) => call("tryFile", [given], { onProgress }),
  };
}

/** What a call may have besides its arguments. */
interface CallMore {
  /** Given what the call reports: the jobs' progress, or a line. */
  readonly onProgress?: ((progress: never) => void) | undefined;
  /** The file it is writing. */
  readonly output?: string | undefined;
}

interface Pending extends CallMore {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Calls to a process; one that died is made anew for the next. */
interface Caller {
  /** The one in use. */
  readonly process: EngineProcess | undefined;
  call<N extends CallName>(name: N, args: Calls[N]["args"], more?: CallMore): Promise<Calls[N]["result"]>;
  /** Ends the process and removes its unfinished files; then calls that wait fail. */
  end(error: unknown): Promise<void>;
}

function createCaller({ start, signal, grace = 400 }: ConnectOptions): Caller {
  const pending = new Map<number, Pending>();
  let current: EngineProcess | undefined;
  let calls = 0;

  const end = async (error: unknown): Promise<void> => {
    const left = [...pending.values()];
    pending.clear();
    const ended = current;
    current = undefined;
    await ended?.terminate();
    for (const { output } of left)
      if (ended && output !== undefined) await removeUnfinished(output, ended.pid);
    for (const { reject } of left) reject(error);
  };
  const stop = (): void => {
    // one that is stopped hears nothing
    current?.setPaused?.(false);
    current?.send({ kind: "abort" });
    setTimeout(() => void (pending.size > 0 && end(signal.reason)), grace).unref();
  };
  signal.addEventListener("abort", stop, { once: true });

  const receive = (reply: Reply): void => {
    const call = pending.get(reply.id);
    if (reply.kind === "progress") call?.onProgress?.(reply.progress as never);
    else pending.delete(reply.id);
    if (reply.kind === "result") call?.resolve(reply.value);
    if (reply.kind === "error") call?.reject(signal.aborted ? signal.reason : fromWire(reply.error));
  };
  const open = (): EngineProcess => {
    const started = start();
    started.onMessage(receive);
    // One that was ended on purpose is no longer the one in use, and its death no news.
    started.onDeath((cause) => void (started === current && end(lostProcess(cause))));
    return started;
  };
  return {
    get process() {
      return current;
    },
    call: <N extends CallName>(name: N, args: Calls[N]["args"], more: CallMore = {}) => {
      if (signal.aborted) return Promise.reject(signal.reason);
      if (!current && name === "dispose") return Promise.resolve(undefined as Calls[N]["result"]);
      current ??= open();
      const id = calls++;
      const answer = new Promise<unknown>((resolve, reject) => pending.set(id, { resolve, reject, ...more }));
      current.send({ kind: "call", id, name, args } as Request);
      return answer as Promise<Calls[N]["result"]>;
    },
    end,
  };
}

function withoutCallback<T extends { readonly onProgress?: unknown }>(options: T): Omit<T, "onProgress"> {
  const { onProgress: _, ...plain } = options;
  return plain;
}

function withErrors<T extends JobPlan>(report: T): T {
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

function lostProcess(cause: string): TatamiError {
  // Systems that run out of memory kill with this signal; we send it only to one no longer in use.
  const isMemory = cause === "SIGKILL";
  return new TatamiError({
    code: isMemory ? "out-of-memory" : "worker-lost",
    message: `The engine's process ended by ${cause}.`,
    fix: isMemory
      ? "If memory ran out, free some, or give a smaller --patch, --batch or --threads."
      : "Run it again; if it happens again, report it with the command and the file.",
    detail: { cause },
  });
}
