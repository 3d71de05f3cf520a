/** Where an element's upscaler comes from, and who disposes of it. */

import { TatamiError, throwIfAborted } from "@tatami/core";
import type { Model } from "@tatami/graph";
import type { FuseMode, Upscaler, UpscalerOptions } from "@tatami/upscale";
import { createUpscaler } from "@tatami/upscale";
import { connectUpscaler } from "@tatami/worker";
import { loadModel } from "@tatami/zoo";

/** An upscaler, disposed of where it was made for the element. */
export interface OpenedEngine extends AsyncDisposable {
  readonly upscaler: Upscaler;
}

/** What one that is made for the element is made of. */
export interface OwnEngine {
  /** Models by name, with commas between them. */
  readonly model: string;
  /** As it was written. @defaultValue frames are not fused */
  readonly fuse: string | null;
}

/** The upscaler given, or the one that is made; without either, one of the models named, with commas between them. */
export async function openEngine(
  given: Upscaler | (() => Promise<Upscaler>) | undefined,
  own: OwnEngine,
  signal: AbortSignal,
): Promise<OpenedEngine> {
  if (typeof given === "object") return { upscaler: given, [Symbol.asyncDispose]: async () => undefined };
  return owned(given ? await given() : await openOwn(own, signal), signal);
}

/** One that was made for the element; where that is not wanted any more it is disposed of. */
export async function owned(upscaler: Upscaler, signal: AbortSignal): Promise<OpenedEngine> {
  const opened = { upscaler, [Symbol.asyncDispose]: () => Promise.resolve(upscaler[Symbol.asyncDispose]()) };
  if (!signal.aborted) return opened;
  await opened[Symbol.asyncDispose]();
  throw signal.reason;
}

/** Of its models, the smallest first, with commas between them. */
export function namesOf({ models, model }: Upscaler): string {
  return (models ?? [model]).map(({ name }) => name).join(", ");
}

async function openOwn({ model: names, fuse }: OwnEngine, signal: AbortSignal): Promise<Upscaler> {
  const fused = fuse === null ? {} : { fuse: fuse as FuseMode };
  const model = await Promise.all(names.split(",").map((name) => loadModel(name.trim(), { signal })));
  return openModels(model, signal, fused);
}

/** In a worker of its own; in the page where the worker's file is not there, for not every bundler takes it along. */
export async function openModels(
  model: readonly Model[],
  signal: AbortSignal,
  options: Pick<UpscalerOptions, "fuse"> = {},
): Promise<Upscaler> {
  try {
    return await connectUpscaler({ ...options, model, worker: startWorker, signal });
  } catch (error) {
    throwIfAborted(signal);
    if (!TatamiError.is(error, "worker-lost")) throw error;
    return createUpscaler({ ...options, model, signal });
  }
}

// the form that Vite and webpack know a worker by; a source has the name that it is built to
function startWorker(): Worker {
  return new Worker(new URL("./engine-worker.js", import.meta.url), { type: "module" });
}
