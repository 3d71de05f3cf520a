/** An engine in a process of its own: what it computes blocks neither the worker's locks nor its answers. */

import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { TatamiError } from "@tatami/core";
import type { WorkCall, WorkEngine } from "./engine.ts";
import type { Machine } from "./open-job.ts";
import type { CallName, Calls, Reply, Request } from "./protocol.ts";

/** Milliseconds that a process has to stop after an abort, before it is ended. */
const grace = 3000;

/** Makes an engine whose process is started by the first call, and again by the first after its death. */
export function createEngineProcess({ threads = 0 }: Machine): WorkEngine {
  let child: ChildProcess | undefined;
  const start = (): ChildProcess => {
    if (child) return child;
    const made = startProcess(threads);
    made.once("exit", () => {
      if (child === made) child = undefined;
    });
    return (child = made);
  };
  const call = <N extends CallName>(
    name: N,
    args: Calls[N]["args"],
    more: WorkCall,
  ): Promise<Calls[N]["result"]> => ask(start(), { kind: "call", name, args } as Request, more);
  return {
    begin: (file, more) => call("begin", [file], more),
    segment: (file, index, more) => call("segment", [file, index], more),
    join: (file, more) => call("join", [file], more),
    tidy: (file, more) => call("tidy", [file], more),
    async [Symbol.asyncDispose]() {
      const ended = child;
      child = undefined;
      if (!ended) return;
      const gone = new Promise<void>((resolve) => ended.once("exit", () => resolve()));
      ended.kill("SIGKILL");
      await gone;
    },
  };
}

/** One call: what it answers, or why it does not. */
function ask<T>(child: ChildProcess, request: Request, { signal, onFrames }: WorkCall): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const stop = (): void => {
      send(child, { kind: "abort" });
      timer = setTimeout(() => child.kill("SIGKILL"), grace);
    };
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      child.off("message", hear).off("exit", die).off("error", die);
      settle();
    };
    const hear = (reply: Reply): void => {
      if (reply.kind === "frames") onFrames?.(reply.frames);
      else if (reply.kind === "result") end(() => resolve(reply.value as T));
      else if (reply.kind === "aborted") end(() => reject(signal.reason as Error));
      else end(() => reject(TatamiError.from(reply.error)));
    };
    const die = (cause: unknown, byWhat?: unknown): void =>
      end(() => reject(signal.aborted ? (signal.reason as Error) : died(byWhat ?? cause)));
    child.on("message", hear).on("exit", die).on("error", die);
    if (signal.aborted) {
      end(() => reject(signal.reason as Error));
      return;
    }
    signal.addEventListener("abort", stop);
    send(child, request);
  });
}

/** A message to a process that has just died is lost, as its death tells. */
function send(child: ChildProcess, request: Request): void {
  if (child.connected) child.send(request, () => {});
}

function startProcess(threads: number): ChildProcess {
  // whoever computes has no business with Redis, nor with who may ask for jobs
  const { TATAMI_REDIS: _, TATAMI_TOKEN: __, ...env } = process.env;
  return fork(fileURLToPath(new URL("./entry.js", import.meta.url)), [String(threads)], {
    env,
    execArgv: relaxedSimd,
    serialization: "advanced",
    // what libraries print is talk, never data
    stdio: ["ignore", 2, 2, "ipc"],
  });
}

// Fused multiply-adds for the WebAssembly engine: Node 20 and 21 have them behind a flag that later ones do not know.
const relaxedSimd: string[] = /^v2[01]\./.test(process.version) ? ["--experimental-wasm-relaxed-simd"] : [];

function died(cause: unknown): TatamiError<"worker-lost"> {
  const told = cause instanceof Error ? cause.message : String(cause);
  return new TatamiError({
    code: "worker-lost",
    message: `The process that computed has ended (${told}).`,
    fix: "Look whether the machine runs out of memory; let fewer segments run on it at a time.",
  });
}
