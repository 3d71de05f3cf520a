/** The worker: everything heavy happens here. */

import "@tatami/example-parts/disposal-symbols";
import coreURL from "@ffmpeg/core?url";
import wasmURL from "@ffmpeg/core/wasm?url";
import { mediabunnyDriver } from "@tatami/codecs";
import { ffmpegCoreDriver } from "@tatami/codecs/ffmpeg";
import { outcomeOf } from "@tatami/example-parts/job-outcome";
import { upscale, type UpscaleReport } from "@tatami/upscale";
import { loadModel } from "@tatami/zoo";
import { expose, transfer } from "comlink";
import { withPreview } from "./preview-driver.ts";
import type { JobSummary, UpscaleWorker } from "./protocol.ts";

let running: AbortController | undefined;

const worker: UpscaleWorker = {
  run({ file, model, ...options }, onProgress, onPreview) {
    running = new AbortController();
    const { signal } = running;
    const work = async () => {
      const report = await upscale(file, {
        ...options,
        model: () => loadModel(model),
        // The browser's own driver, and FFmpeg for what that refuses; with a look at finished frames on their way.
        codecs: [mediabunnyDriver(), ffmpegCoreDriver({ coreURL, wasmURL })].map((driver) =>
          withPreview(driver, (picture, time) => onPreview(transfer(picture, [picture]), time)),
        ),
        signal,
        onProgress,
      });
      const summary = summarize(report);
      return report.blob === undefined ? { summary } : { summary, blob: report.blob };
    };
    return outcomeOf(work, signal, "the file's name and how it was made");
  },
  cancel: () => running?.abort(),
};

const summarize = (report: UpscaleReport): JobSummary => ({
  input: report.input,
  output: report.output,
  frames: report.frames,
  size: report.size,
  container: report.encoding.container,
  codec: report.encoding.codec,
  bitrate: report.encoding.bitrate,
  model: report.model,
  engine: report.backendDescription,
  driver: report.driver,
  progress: report.progress,
  leftOut: [
    ...report.damaged.map(({ message }) => message),
    ...report.leftOut.map(({ message }) => message),
    ...report.media.blindSpots,
  ],
  rejected: [
    ...report.rejected.map(({ candidate, error }) => ({ candidate, reason: error.message })),
    ...report.encoding.rejected.map(({ codec, reason }) => ({ candidate: codec, reason })),
  ],
});

expose(worker);
