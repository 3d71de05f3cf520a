/** Upscales the file that was put into the page's input: by mediabunny, or by FFmpeg's core where that refuses. */

import coreURL from "@ffmpeg/core?url";
import wasmURL from "@ffmpeg/core/wasm?url";
import { mediabunnyDriver } from "@tatami/codecs";
import { ffmpegCoreDriver, registerFfmpegEncoders } from "@tatami/codecs/ffmpeg";
import type { Container } from "@tatami/core";
import { upscale } from "@tatami/upscale";
import type { PrintedReport } from "../../../support/awkward.ts";
import { tinyModel } from "../../../support/tiny-model.ts";
import { reportOutcome } from "../report-outcome.ts";
import type { PageOutcome } from "../report-outcome.ts";

/** What became of a file. */
export type UpscaledInPage = PageOutcome<PrintedReport>;

/** Upscales the chosen file; `first` names the driver to begin with. */
async function upscaleFile({
  first,
  container,
}: {
  readonly first: "mediabunny" | "ffmpeg";
  readonly container: Container;
}): Promise<UpscaledInPage> {
  const [file] = document.querySelector<HTMLInputElement>("#file")!.files!;
  const second = ffmpegCoreDriver({ coreURL, wasmURL });
  const codecs = first === "ffmpeg" ? [second] : [mediabunnyDriver(), second];
  const job = upscale(file!, { model: tinyModel(), container, codecs });
  const { report, ...rest } = await reportOutcome(job);
  return report ? { ...rest, report: JSON.parse(JSON.stringify(report)) as PrintedReport } : rest;
}

/** What FFmpeg's core is to encode in a browser that can do it all itself. */
const keepH264 = (): Promise<readonly string[]> => registerFfmpegEncoders({ coreURL, wasmURL });

/** Takes H.264 from the browser's encoders, as some browsers have none, and has FFmpeg's core encode it. */
async function loseH264(): Promise<readonly string[]> {
  const isConfigSupported = VideoEncoder.isConfigSupported.bind(VideoEncoder);
  VideoEncoder.isConfigSupported = async (config) =>
    config.codec.startsWith("avc") ? { supported: false, config } : isConfigSupported(config);
  return registerFfmpegEncoders({ coreURL, wasmURL });
}

Object.assign(globalThis, { keepH264, loseH264, upscaleFile });
