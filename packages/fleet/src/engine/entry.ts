/** The program of a process that computes for a worker. With the worker's own, the only file that touches the process. */

import { TatamiError } from "@tatami/core";
import { toFailure } from "../failure.ts";
import { createEngine } from "./engine.ts";
import type { Reply, Request } from "./protocol.ts";

// Ctrl-C goes to every process of the terminal; what becomes of the work is the worker's to say.
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => {});

const threads = Number(process.argv[2]);
const engine = createEngine({ threads: threads > 0 ? threads : undefined });
let abort = new AbortController();
let atWork: Promise<void> = Promise.resolve();

process.on("message", (request: Request) => {
  if (request.kind === "abort") abort.abort(new DOMException("Stopped.", "AbortError"));
  else atWork = answer(request);
});

// The worker is gone, so that nobody waits for what is computed: another has taken it over, or will. Ended by a signal,
// since FFmpeg's bindings crash aloud when Node leaves while they are at work.
process.on("disconnect", () => {
  abort.abort(new DOMException("The worker is gone.", "AbortError"));
  void atWork.finally(() => process.kill(process.pid, "SIGKILL"));
});

async function answer(request: Extract<Request, { kind: "call" }>): Promise<void> {
  abort = new AbortController();
  const { signal } = abort;
  const call = { signal, onFrames: (frames: number) => send({ kind: "frames", frames }) };
  try {
    send({ kind: "result", value: await run(request, call) });
  } catch (error) {
    if (signal.aborted) send({ kind: "aborted" });
    else send({ kind: "error", error: toWire(error) });
  }
}

function run(
  request: Extract<Request, { kind: "call" }>,
  call: Parameters<typeof engine.begin>[1],
): Promise<unknown> {
  switch (request.name) {
    case "begin":
      return engine.begin(...request.args, call);
    case "segment":
      return engine.segment(...request.args, call);
    case "join":
      return engine.join(...request.args, call);
    case "tidy":
      return engine.tidy(...request.args, call);
  }
}

function toWire(error: unknown): ReturnType<TatamiError["toJSON"]> {
  if (TatamiError.is(error)) return error.toJSON();
  const { code, message, fix } = toFailure(error);
  const stack = error instanceof Error ? error.stack : undefined;
  return { code, message, fix, detail: {}, ...(stack !== undefined && { stack }) };
}

function send(reply: Reply): void {
  if (process.connected) process.send?.(reply, undefined, undefined, () => {});
}
