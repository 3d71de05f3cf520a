/** Reads a file that ships with the package, in Node. */

import { readFile } from "node:fs/promises";
import { TatamiError } from "@tatami/core";
import { readAsset as fetchAsset } from "./read-asset.ts";

/** The bytes at `url`: from disk when it is a file, else fetched. @throws TatamiError `input-not-found`. */
export async function readAsset(url: URL, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  if (url.protocol !== "file:") return fetchAsset(url, signal);
  try {
    return new Uint8Array(await readFile(url, signal === undefined ? {} : { signal }));
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw new TatamiError({
      code: "input-not-found",
      message: `The model file ${url.href} could not be read: ${String(error)}.`,
      fix: "Install @tatami/zoo again, or give the folder that holds the model files as options.baseUrl.",
      detail: { url: url.href },
      cause: error,
    });
  }
}
