/** The second codec driver for browsers: FFmpeg, compiled to WebAssembly. */

import type { CodecDriver } from "@tatami/core";
import { mediabunnyDriver } from "../mediabunny/driver.ts";
import { createCoreLoader } from "./core/load-core.ts";
import { openInput } from "./open.ts";
import type { FfmpegCoreOptions } from "./core/options.ts";
import { resolveCoreFiles } from "./core/options.ts";

/**
 * Makes the driver. It reads what FFmpeg reads (AVI, FLV, WMV, 3GP, MPEG-PS and so on); files are written by
 * mediabunny, as the first driver does. Nothing is fetched before something is opened.
 *
 * The core is FFmpeg with GPL parts: whoever ships it with a page takes its licence upon them. That is why it is an
 * optional peer, and why its address has to be given.
 *
 * @throws TatamiError `invalid-option`; opening throws `missing-package` when the core is not at its address.
 */
export function ffmpegCoreDriver(options: FfmpegCoreOptions): CodecDriver {
  const load = createCoreLoader(resolveCoreFiles(options));
  const { planWrite, write } = mediabunnyDriver();
  return {
    name: "ffmpeg",
    open: (input, open) => openInput(input, open ?? {}, load),
    planWrite,
    write,
  };
}
