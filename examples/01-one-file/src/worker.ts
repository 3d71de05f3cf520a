/** The worker: everything heavy happens here. */

import "@tatami/example-parts/disposal-symbols";
import { outcomeOf } from "@tatami/example-parts/job-outcome";
import { addMissingEncoders, pageDrivers } from "@tatami/example-parts/page-drivers";
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
      await addMissingEncoders();
      const report = await upscale(file, {
        ...options,
        model: () => loadModel(model),
        // With a look at finished frames on their way.
        codecs: pageDrivers().map((driver) =>
          withPreview(driver, (picture, time) => onPreview(transfer(picture, [picture]), time)),
        ),
        signal,
        onProgress,
      });
      const summary = summarize(report);
      return report.blob === undefined ? { summary } : { summary, blob: report.blob };
    };
    return outcomeOf(work, signal);
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
  damaged: report.damaged.map(({ message }) => message),
  changed: report.changed.map(({ message }) => message),
  leftOut: [...report.leftOut.map(({ message }) => message), ...unseen(report)],
  rejected: [
    ...report.rejected.map(({ candidate, error }) => ({ candidate, reason: error.message })),
    ...report.encoding.rejected.map(({ codec, reason }) => ({ candidate: codec, reason })),
  ],
});

/** What a browser cannot even see of a file, in the words of a page. */
const unseen = ({ media }: UpscaleReport): string[] =>
  media.blindSpots.length === 0
    ? []
    : ["Subtitles and attached files, if there are any, are not taken over: a page cannot see them."];

expose(worker);
