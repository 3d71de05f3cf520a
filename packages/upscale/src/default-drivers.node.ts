/** The codec drivers used in Node where none are named: FFmpeg's libraries. */

import type { CodecDriver } from "@tatami/core";

/** The environment's own drivers, in order. @throws TatamiError `missing-package` without `node-av`. */
export async function defaultDrivers(): Promise<readonly CodecDriver[]> {
  const { nodeDriver } = await import("@tatami/codecs/node");
  return [nodeDriver()];
}
