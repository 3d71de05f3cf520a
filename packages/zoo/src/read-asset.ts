/** Reads a file that ships with the page, in browsers and workers. */

import { TatamiError } from "@tatami/core";

/** The bytes at `url`. @throws TatamiError `input-not-found`. */
export async function readAsset(url: URL, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  let response: Response;
  try {
    response = await fetch(url, signal === undefined ? {} : { signal });
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw notServed(url, "could not be fetched", error);
  }
  if (!response.ok) throw notServed(url, `was answered with status ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

function notServed(url: URL, what: string, cause?: unknown): TatamiError<"input-not-found"> {
  return new TatamiError({
    code: "input-not-found",
    message: `The model file ${url.href} ${what}.`,
    fix: "Serve the models folder of @tatami/zoo with the page, and give its address as options.baseUrl if it is not bundled.",
    detail: { url: url.href },
    cause,
  });
}
