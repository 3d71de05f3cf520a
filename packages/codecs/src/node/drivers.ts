/** The drivers of Node, in the order they are tried. */

import type { CodecDriver } from "@tatami/core";
import { nodeDriver } from "./driver.ts";

/** mediabunny first: what it reads it copies whole, tracks and index and all. */
export function nodeDrivers(): readonly CodecDriver[] {
  return [nodeDriver()];
}
