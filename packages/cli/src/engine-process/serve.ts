/** The engine's side of the line: does what it is asked, in its own process. */

import { TatamiError } from "@tatami/core";
import type { Rejection } from "@tatami/core";
import type { LocalLibrary } from "../local-library.ts";
import type { Engine } from "../shell.ts";
import type { Line, Reply, Request, WireError } from "./protocol.ts";

/** The engine's side, at work. */
export interface LibraryServer {
  /** Stops all work; resolves when it has stopped. */
  stop(): Promise<void>;
}

/** Answers the calls that come over `line`. */
export function serveLibrary(
  line: Line<Reply, Request>,
  createLibrary: (signal: AbortSignal) => LocalLibrary,
): LibraryServer {
  const controller = new AbortController();
  const library = createLibrary(controller.signal);
  const running = new Set<Promise<unknown>>();
  let engine: Engine | undefined;

  const answer = async (request: Extract<Request, { kind: "call" }>): Promise<unknown> => {
    const onProgress = (progress: Extract<Reply, { kind: "progress" }>["progress"]): void =>
      line.send({ kind: "progress", id: request.id, progress });
    switch (request.name) {
      case "createEngine":
        engine = await library.createEngine(...request.args);
        return undefined;
      case "plan":
        return toPlain(await required(engine).plan(...request.args));
      case "upscale": {
        const [input, options] = request.args;
        return toPlain(await required(engine).upscale(input, { ...options, onProgress }));
      }
      case "dispose":
        await engine?.[Symbol.asyncDispose]();
        engine = undefined;
        return undefined;
      case "inspect":
        return library.inspect(...request.args);
      case "compare":
        return library.compare(...request.args, onProgress);
      case "tryFile":
        return library.tryFile(...request.args, onProgress);
    }
  };

  const abort = (): void => controller.abort(new DOMException("Interrupted.", "AbortError"));

  line.onMessage((request) => {
    if (request.kind === "abort") {
      abort();
      return;
    }
    if (request.kind === "pause") {
      engine?.setPaused?.(request.isPaused);
      return;
    }
    const { id } = request;
    const answered = answer(request).then(
      (value) => line.send({ kind: "result", id, value }),
      (error: unknown) => line.send({ kind: "error", id, error: toWire(error) }),
    );
    running.add(answered);
    void answered.finally(() => running.delete(answered));
  });
  return {
    async stop() {
      abort();
      await Promise.all(running);
    },
  };
}

/** An error as plain data. */
function toWire(error: unknown): WireError {
  if (TatamiError.is(error)) return { tatami: { ...error.toJSON() } };
  return error instanceof Error ? { message: error.message, stack: error.stack } : { message: String(error) };
}

/** Errors lose their fields in a structured clone, so those in a report travel in their wire form. */
function toPlain<T extends { readonly rejected: readonly Rejection[] }>(report: T): T {
  const rejected = report.rejected.map(({ candidate, error }) => ({ candidate, error: error.toJSON() }));
  return { ...report, rejected: rejected as unknown as T["rejected"] };
}

function required(engine: Engine | undefined): Engine {
  if (engine) return engine;
  throw new Error("A job was asked for before its engine.");
}
