/** A restorer from its ONNX file, on the engine that videos are enlarged by. */

import { TatamiError } from "@tatami/core";
import { readOnnx } from "@tatami/graph";
import type { OpenedEngine } from "../engine-source.ts";
import { openModels, owned } from "../engine-source.ts";

/**
 * Fetches and opens it; nothing else is fetched.
 *
 * @param source its address, from the page's: one that `URL.createObjectURL` made of a chosen file, too
 * @throws TatamiError `input-not-found`, `invalid-model`, and what an upscaler's making throws
 */
export async function openRestorer(source: string, signal: AbortSignal): Promise<OpenedEngine> {
  const missing = (why: string, cause?: unknown): TatamiError<"input-not-found"> =>
    new TatamiError({
      code: "input-not-found",
      message: `The restorer could not be loaded: ${why}.`,
      fix: "Check the address in the attribute restorer; it is an ONNX file that tatami train tddsr-x2 left.",
      cause,
    });
  const response = await fetch(source, { signal }).catch((cause: unknown) => {
    signal.throwIfAborted();
    throw missing(String(cause), cause);
  });
  if (!response.ok) throw missing(`${response.status} ${response.statusText}`.trim());
  const { model } = readOnnx(new Uint8Array(await response.arrayBuffer()));
  return owned(await openModels([{ ...model, name: model.name || "restorer" }], signal), signal);
}
