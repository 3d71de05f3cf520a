/** Upscales the file that was put into the page's input, as a test asks for it, and hands out all that was reported. */

import coreURL from "@ffmpeg/core?url";
import wasmURL from "@ffmpeg/core/wasm?url";
import { mediabunnyDriver } from "@tatami/codecs";
import { ffmpegCoreDriver } from "@tatami/codecs/ffmpeg";
import { upscale } from "@tatami/upscale";
import type { UpscaleOptions, UpscaleReport } from "@tatami/upscale";
import { tinyModel } from "../../../support/tiny-model.ts";
import { reportOutcome } from "../report-outcome.ts";
import type { PageOutcome } from "../report-outcome.ts";

/** How it is done. */
export interface WholeOptions extends Pick<
  UpscaleOptions,
  "audio" | "codec" | "container" | "deinterlace" | "end" | "start" | "strict"
> {
  /** The drivers the page brings, in order. @defaultValue mediabunny's, then FFmpeg's core */
  readonly drivers?: readonly ("mediabunny" | "ffmpeg")[];
}

/** What became of it. */
export type WholeFile = PageOutcome<Omit<UpscaleReport, "blob">>;

async function upscaleWhole({
  drivers = ["mediabunny", "ffmpeg"],
  ...options
}: WholeOptions = {}): Promise<WholeFile> {
  const [file] = document.querySelector<HTMLInputElement>("#file")!.files!;
  const codecs = drivers.map((name) =>
    name === "ffmpeg" ? ffmpegCoreDriver({ coreURL, wasmURL }) : mediabunnyDriver(),
  );
  return reportOutcome(upscale(file!, { model: tinyModel(), codecs, ...options }));
}

Object.assign(globalThis, { upscaleWhole });
