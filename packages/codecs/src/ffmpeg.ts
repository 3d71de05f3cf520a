/** FFmpeg as a codec driver for browsers: what mediabunny and WebCodecs cannot read. */

import type { CodecDriver } from "@tatami/core";
import type { FfmpegCoreOptions } from "./ffmpeg-core/core/options.ts";
import { ffmpegCoreReader } from "./ffmpeg-core/driver.ts";
import { mediabunnyDriver } from "./mediabunny/driver.ts";

export type { FfmpegCoreOptions, MultithreadedCore } from "./ffmpeg-core/core/options.ts";
export { registerFfmpegEncoders } from "./ffmpeg-core/encoders/register-encoders.ts";

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
  const { planWrite, write } = mediabunnyDriver();
  return { ...ffmpegCoreReader(options), planWrite, write };
}
