/** The drivers of Node, in the order they are tried. */

import type { CodecDriver } from "@tatami/core";
import { nodeDriver } from "./driver.ts";
import { ffmpegNodeDriver } from "./ffmpeg/driver.ts";

/**
 * mediabunny first: what it reads it copies whole, tracks and index and all. What it refuses FFmpeg's own readers open,
 * by the same libraries.
 */
export function nodeDrivers(): readonly CodecDriver[] {
  return [nodeDriver(), ffmpegNodeDriver()];
}
