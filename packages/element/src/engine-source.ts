/** Where an element's upscaler comes from, and who disposes of it. */

import type { Upscaler } from "@tatami/upscale";
import { createUpscaler } from "@tatami/upscale";
import { loadModel } from "@tatami/zoo";

/** An upscaler, disposed of where it was made for the element. */
export interface OpenedEngine extends AsyncDisposable {
  readonly upscaler: Upscaler;
}

/** The upscaler given, or the one that is made; without either, one of the model named. */
export async function openEngine(
  given: Upscaler | (() => Promise<Upscaler>) | undefined,
  model: string,
  signal: AbortSignal,
): Promise<OpenedEngine> {
  if (typeof given === "object") return { upscaler: given, [Symbol.asyncDispose]: async () => undefined };
  const upscaler = given
    ? await given()
    : await createUpscaler({ model: () => loadModel(model, { signal }), signal });
  const opened = { upscaler, [Symbol.asyncDispose]: () => Promise.resolve(upscaler[Symbol.asyncDispose]()) };
  if (!signal.aborted) return opened;
  await opened[Symbol.asyncDispose]();
  throw signal.reason;
}
