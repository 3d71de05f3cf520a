/** The worker: the pipeline runs here. */

import "@tatami/example-parts/disposal-symbols";
import { outcomeOf } from "@tatami/example-parts/job-outcome";
import { addMissingEncoders, pageDrivers } from "@tatami/example-parts/page-drivers";
import { createUpscaler, inspect } from "@tatami/upscale";
import { loadModel } from "@tatami/zoo";
import { expose } from "comlink";
import { lastValueFrom, Subject } from "rxjs";
import { createPipeline } from "./pipeline.ts";
import type { PipelineRequest, PipelineResult, PipelineUpdate, PipelineWorker } from "./protocol.ts";
import { noStatistics, withStatistics } from "./statistics.ts";
import type { PipelineEvent } from "./statistics.ts";

let running: AbortController | undefined;

const worker: PipelineWorker = {
  run(request, onUpdate) {
    running = new AbortController();
    const { signal } = running;
    const work = async () => ({ result: await runPipeline(request, onUpdate, signal) });
    return outcomeOf(work, signal);
  },
  cancel: () => running?.abort(),
};

const runPipeline = async (
  { file, model, limit }: PipelineRequest,
  onUpdate: (update: PipelineUpdate) => void,
  signal: AbortSignal,
): Promise<PipelineResult> => {
  const codecs = pageDrivers();
  await addMissingEncoders();
  const { duration, video } = await inspect(file, { codecs, signal });
  const { width, height } = video;
  const frames = video.frameCount ?? Math.round(duration * (video.frameRate ?? 25));
  onUpdate({ kind: "source", facts: { duration, frames, width, height } });
  await using upscaler = await createUpscaler({ model: () => loadModel(model), signal });
  const events = new Subject<PipelineEvent>();
  let statistics = noStatistics;
  events.pipe(withStatistics()).subscribe((now) => {
    statistics = now;
    onUpdate({ kind: "statistics", statistics });
  });
  const told: string[] = [];
  const onTold = ({ message }: { readonly message: string }): void => void told.push(message);
  const report = await lastValueFrom(
    createPipeline(file, { upscaler, limit, events, codecs, onTold, signal }),
  );
  const { scale } = upscaler;
  const { changed, leftOut } = report.encoding;
  return {
    blob: report.blob!,
    container: report.encoding.container,
    codec: report.encoding.codec,
    frames: report.frames,
    width: width * scale,
    height: height * scale,
    told: [...told, ...[...changed, ...leftOut].map(({ message }) => message)],
    engine: upscaler.description,
    statistics,
  };
};

expose(worker);
