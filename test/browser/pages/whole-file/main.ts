/** Upscales the file that was put into the page's input, as a test asks for it, and hands out all that was reported. */

import coreURL from "@ffmpeg/core?url";
import wasmURL from "@ffmpeg/core/wasm?url";
import { mediabunnyDriver } from "@tatami/codecs";
import { ffmpegCoreDriver } from "@tatami/codecs/ffmpeg";
import { frameLedger, TatamiError } from "@tatami/core";
import { upscale } from "@tatami/upscale";
import type { UpscaleOptions, UpscaleReport } from "@tatami/upscale";
import { tinyModel } from "../../../support/tiny-model.ts";

/** How it is done. */
export interface WholeOptions extends Pick<
  UpscaleOptions,
  "audio" | "codec" | "container" | "deinterlace" | "end" | "start" | "strict"
> {
  /** The drivers the page brings, in order. @defaultValue mediabunny's, then FFmpeg's core */
  readonly drivers?: readonly ("mediabunny" | "ffmpeg")[];
}

/** What became of it. */
export interface WholeFile {
  readonly report?: Omit<UpscaleReport, "blob">;
  /** The output, in base64. */
  readonly output?: string;
  readonly error?: { readonly code: string; readonly message: string; readonly fix: string };
  readonly openFrames: number;
}

async function upscaleWhole({
  drivers = ["mediabunny", "ffmpeg"],
  ...options
}: WholeOptions = {}): Promise<WholeFile> {
  const [file] = document.querySelector<HTMLInputElement>("#file")!.files!;
  const codecs = drivers.map((name) =>
    name === "ffmpeg" ? ffmpegCoreDriver({ coreURL, wasmURL }) : mediabunnyDriver(),
  );
  try {
    const { blob, ...report } = await upscale(file!, { model: tinyModel(), codecs, ...options });
    return { report, output: await toBase64(blob!), openFrames: frameLedger.open };
  } catch (error) {
    const { code, message, fix } = TatamiError.is(error)
      ? error
      : { code: "crashed", message: String(error), fix: "" };
    return { error: { code, message, fix }, openFrames: frameLedger.open };
  }
}

function toBase64(blob: Blob): Promise<string> {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(String(reader.result).replace(/^[^,]*,/, "")));
    reader.readAsDataURL(blob);
  });
}

Object.assign(globalThis, { upscaleWhole });
