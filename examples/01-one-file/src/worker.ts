/** The worker: everything heavy happens here. */

import "./disposal-symbols.ts";
import { mediabunnyDriver } from "@tatami/codecs";
import { TatamiError, type SerializedTatamiError } from "@tatami/core";
import { upscale, type UpscaleReport } from "@tatami/upscale";
import { loadModel } from "@tatami/zoo";
import { expose, transfer } from "comlink";
import { withPreview } from "./preview-driver.ts";
import type { JobOutcome, JobSummary, UpscaleWorker } from "./protocol.ts";

let running: AbortController | undefined;

const worker: UpscaleWorker = {
  async run(request, onProgress, onPreview): Promise<JobOutcome> {
    const controller = new AbortController();
    const { signal } = controller;
    running = controller;
    try {
      const { file, model, ...options } = request;
      const report = await upscale(file, {
        ...options,
        model: () => loadModel(model),
        // The browser's own driver, with a look at finished frames on their way.
        codecs: [
          withPreview(mediabunnyDriver(), (picture, time) => onPreview(transfer(picture, [picture]), time)),
        ],
        signal,
        onProgress,
      });
      const summary = summarize(report);
      return report.blob === undefined
        ? { kind: "done", summary }
        : { kind: "done", summary, blob: report.blob };
    } catch (error) {
      if (signal.aborted) return { kind: "cancelled" };
      return { kind: "failed", error: serialize(error) };
    } finally {
      running = undefined;
    }
  },

  cancel(): void {
    running?.abort();
  },
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
  leftOut: [...report.leftOut.map(({ message }) => message), ...report.media.blindSpots],
  rejected: [
    ...report.rejected.map(({ candidate, error }) => ({ candidate, reason: error.message })),
    ...report.encoding.rejected.map(({ codec, reason }) => ({ candidate: codec, reason })),
  ],
});

const serialize = (error: unknown): SerializedTatamiError => {
  if (TatamiError.is(error)) return error.toJSON();
  return {
    code: "internal",
    message: error instanceof Error ? error.message : String(error),
    fix: "Report this as a bug, with the file's name and how it was made.",
    detail: {},
    ...(error instanceof Error && error.stack !== undefined ? { stack: error.stack } : {}),
  };
};

expose(worker);
