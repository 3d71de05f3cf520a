/** The codec drivers used in Node where none are named: mediabunny over FFmpeg's libraries, then FFmpeg itself. */

import type { CodecDriver } from "@tatami/core";

/** The environment's own drivers, in order. @throws TatamiError `missing-package` without `@mediabunny/server`. */
export async function defaultDrivers(): Promise<readonly CodecDriver[]> {
  const { nodeDrivers } = await import("@tatami/codecs/node");
  return nodeDrivers();
}
