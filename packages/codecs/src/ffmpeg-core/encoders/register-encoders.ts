/** Adds what a browser's WebCodecs lacks to what mediabunny can encode. */

import { canEncodeVideo, registerEncoder } from "mediabunny";
import { createH264Class } from "./h264-encoder.ts";
import { createCoreLoader } from "../core/load-core.ts";
import type { FfmpegCoreOptions } from "../core/options.ts";
import { resolveCoreFiles } from "../core/options.ts";

/**
 * Makes every writer of this page encode H.264 by FFmpeg's core, if the browser cannot itself; else it does nothing.
 * Call it once, before anything is written. The core is fetched when a first picture is encoded.
 *
 * @returns the codecs that were added.
 * @throws TatamiError `invalid-option`.
 */
export async function registerFfmpegEncoders(options: FfmpegCoreOptions): Promise<readonly "avc"[]> {
  const files = resolveCoreFiles(options);
  if (await canEncodeVideo("avc")) return [];
  registerEncoder(createH264Class(createCoreLoader(files)));
  return ["avc"];
}
