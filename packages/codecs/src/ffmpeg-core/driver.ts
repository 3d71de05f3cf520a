/** FFmpeg, compiled to WebAssembly, as what opens files. */

import type { CodecDriver } from "@tatami/core";
import { createCoreLoader } from "./core/load-core.ts";
import { openInput } from "./input/open.ts";
import type { FfmpegCoreOptions } from "./core/options.ts";
import { resolveCoreFiles } from "./core/options.ts";

/** Makes a driver's half that reads. Nothing is fetched before something is opened. @throws TatamiError `invalid-option`. */
export function ffmpegCoreReader(options: FfmpegCoreOptions): Pick<CodecDriver, "name" | "open"> {
  const load = createCoreLoader(resolveCoreFiles(options));
  return { name: "ffmpeg", open: (input, open) => openInput(input, open ?? {}, load) };
}
