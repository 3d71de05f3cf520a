/** The codec driver used in Node where none is named: mediabunny over FFmpeg's libraries. */

import type { CodecDriver } from "@tatami/core";

/** The environment's own driver. @throws TatamiError `missing-package` without `@mediabunny/server`. */
export async function defaultDriver(): Promise<CodecDriver> {
  const { nodeDriver } = await import("@tatami/codecs/node");
  return nodeDriver();
}
