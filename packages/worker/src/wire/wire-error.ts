/** Errors as plain data, and back. */

import { TatamiError } from "@tatami/core";
import type { Answer, WireError } from "./protocol.ts";

/** An error as data that survives a message. */
function toWireError(error: unknown): WireError {
  // not by its class: it may come from another copy of the package
  if (TatamiError.is(error)) return { kind: "tatami", error: error.toJSON() };
  if (!(error instanceof Error)) return { kind: "other", name: "Error", message: String(error) };
  const { name, message, stack } = error;
  return { kind: "other", name, message, ...(stack === undefined ? {} : { stack }) };
}

/** The error again, as an instance of its class. */
export function fromWireError(wire: WireError): Error {
  if (wire.kind === "tatami") return TatamiError.from(wire.error);
  const { name, message, stack } = wire;
  if (name === "AbortError") return new DOMException(message, name);
  return Object.assign(new Error(message), { name }, stack === undefined ? {} : { stack });
}

/** Does `work`, whose failure becomes a value. */
export async function answer<T>(work: () => T | Promise<T>): Promise<Answer<T>> {
  try {
    return { value: await work() };
  } catch (error) {
    return { error: toWireError(error) };
  }
}

/** The error for a worker that is gone. @param reason what became of it, as a sentence without its full stop */
export function workerLost(reason: string): TatamiError<"worker-lost"> {
  return new TatamiError({
    code: "worker-lost",
    message: `The upscaler's worker is gone: ${reason}.`,
    fix: "Connect to a new worker and try again; if it happens again, give a smaller options.threads or options.patchSize.",
    detail: { reason },
  });
}
