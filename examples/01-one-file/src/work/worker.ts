/** The worker that upscales: one file, from its first frame to its last. */

import "@tatami/example-parts/disposal-symbols";
import { outcomeOf } from "@tatami/example-parts/job-outcome";
import { addMissingEncoders, pageDrivers } from "@tatami/example-parts/page-drivers";
import { refuseOtherFiles } from "@tatami/example-parts/file/refuse-other-files";
import { withoutPauses } from "@tatami/core";
import { createUpscaler, upscale } from "@tatami/upscale";
import type { Upscaler, UpscaleReport } from "@tatami/upscale";
import { expose, transfer } from "comlink";
import { chooseNetwork } from "./choose-network.ts";
import { withDenoise } from "./denoising.ts";
import { runKept } from "./keeping.ts";
import { openNetwork } from "./networks.ts";
import { createGate, gated } from "./pausing.ts";
import type { Gate } from "./pausing.ts";
import { withPreview } from "./preview-driver.ts";
import type { Choice, JobListener, JobRequest, JobResult, JobSummary, UpscaleWorker } from "./protocol.ts";

const stopping = new AbortController();
const gate = createGate();

const worker: UpscaleWorker = {
  run: (request, onProgress, onPreview) =>
    outcomeOf(() => work(request, { onProgress, onPreview }, stopping.signal), stopping.signal),
  pause: (isPaused) => gate.set(isPaused),
  cancel: () => stopping.abort(),
};

const work = async (request: JobRequest, listener: JobListener, signal: AbortSignal): Promise<JobResult> => {
  const began = performance.now();
  const { file, network, strength, reuse, debugView, ...options } = request;
  await refuseOtherFiles(file);
  await addMissingEncoders();
  const choice = await decide(file, network, signal);
  const chosen = strength ?? choice.strength;
  await using upscaler = await createUpscaler({
    model: () => openNetwork(choice.network),
    strength: chosen,
    reuse: reuse ?? choice.reuse,
    ...(debugView === undefined ? {} : { debugView }),
    signal,
  });
  const key = JSON.stringify({ reuse: reuse ?? choice.reuse, debugView });
  const report = await runKept(file, key, (kept) =>
    upscale(file, {
      ...options,
      ...kept,
      // HDR and 10-bit pictures cannot be written as they are
      toSdr: true,
      model: pausable(upscaler, gate, signal),
      // with a look at finished frames on their way
      codecs: pageDrivers().map((driver) =>
        withPreview(driver, (picture, time) => listener.onPreview(transfer(picture, [picture]), time)),
      ),
      signal,
      onProgress: (progress) => listener.onProgress(withoutPauses(progress, gate.closedMs)),
    }),
  );
  const seconds = (performance.now() - began - gate.closedMs) / 1000;
  const summary = { ...summarize(report), strength: chosen, choice: choice.sentence, seconds };
  return report.blob === undefined ? { summary } : { summary, blob: report.blob };
};

const decide = async (file: File, network: JobRequest["network"], signal: AbortSignal): Promise<Choice> => {
  if (network.kind !== "automatic") return { network, strength: 1, reuse: "exact", sentence: "" };
  const choice = await chooseNetwork(file, network.scale, signal);
  return { ...choice, network: withDenoise(choice.network, network.denoise) };
};

/** The same upscaler, which is given no frame while the gate is closed. */
const pausable = (upscaler: Upscaler, paused: Gate, signal: AbortSignal): Upscaler => {
  const frames: Upscaler["frames"] = (source, given) => upscaler.frames(gated(source, paused, signal), given);
  return Object.create(upscaler, { frames: { value: frames } }) as Upscaler;
};

const summarize = (report: UpscaleReport): Omit<JobSummary, "strength" | "choice" | "seconds"> => ({
  input: report.input,
  output: report.output,
  frames: report.frames,
  size: report.size,
  container: report.encoding.container,
  codec: report.encoding.codec,
  bitrate: report.encoding.bitrate,
  model: report.model,
  ...(report.fusion && { fusion: report.fusion.sentence }),
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
