/** A job of the command line by the door that its output needs: a video's, a picture's, or frames'. */

import { createWriteStream, fstatSync } from "node:fs";
import { Socket } from "node:net";
import type { Writable } from "node:stream";
import { withoutUndefined } from "@tatami/core";
import type { UpscaleOptions } from "@tatami/upscale";
import type { FramesPlan, JobOptions, JobPlan, JobReport } from "../shell.ts";
import { lostInFrames, openFrameSink } from "./frame-sinks.ts";
import type { OpenedSink, SinkInit } from "./frame-sinks.ts";
import { createDrivers, toInput } from "./open-video.ts";
import { isRaw } from "./output-form.ts";
import { createPauseGate, gateDriver, gateWriter } from "./pause-gate.ts";
import { formatOf, planStill, upscaleStill } from "./still.ts";

/** What all jobs share. */
export interface JobsInit {
  readonly signal: AbortSignal;
  /** The file descriptor that `-` writes to. */
  readonly standardOutput: number;
}

/** How the model is given: with what the engine is made from, or ready. */
export type Engines = Pick<UpscaleOptions, "model">;

/** Does jobs. */
export interface Jobs {
  /** Holds all work between frames, and lets it go on. */
  setPaused(isPaused: boolean): void;
  plan(input: string, job: JobOptions, engines: Engines): Promise<JobPlan>;
  upscale(input: string, job: JobOptions, engines: Engines): Promise<JobReport>;
}

/** Makes it. */
export function createJobs({ signal, standardOutput }: JobsInit): Jobs {
  const gate = createPauseGate(signal);
  const resolve = async (
    { followedBy, raw, form: _form, output: _output, ...job }: JobOptions,
    engines: Engines,
  ) => ({
    ...job,
    ...engines,
    codecs: (await createDrivers(withoutUndefined({ followedBy, raw }))).map((driver) =>
      gateDriver(driver, gate),
    ),
    signal,
  });
  const place = (output: string): string | WritableStream<Uint8Array> =>
    output === "-" ? openStandardOutput(standardOutput) : output;
  return {
    setPaused: gate.setPaused,
    async plan(input, job, engines) {
      const { plan, planInto } = await import("@tatami/upscale");
      const { form = "video", output } = job;
      if (form === "picture") return planPicture(input, job, engines);
      const resolved = await resolve(job, engines);
      if (form === "video")
        return plan(toInput(input), { ...resolved, ...(output === "-" ? {} : { output }) });
      const planned = await planInto(toInput(input), {
        ...withoutEncoding(resolved),
        takesDeep: isRaw(form),
      });
      return { ...planned, ...lostInFrames(form, planned.media), written: nameOf(form, output) };
    },
    async upscale(input, job, engines) {
      const { upscale, upscaleInto } = await import("@tatami/upscale");
      const { form = "video", output, quality } = job;
      if (form === "picture") {
        const { size, second } = job;
        const picture = { ...engines, ...withoutUndefined({ size, second }), signal };
        return upscaleStill(input, output, { quality, picture });
      }
      const resolved = await resolve(job, engines);
      if (form === "video") return upscale(toInput(input), { ...resolved, output: place(output) });
      let finished: Awaited<ReturnType<OpenedSink["finish"]>> | undefined;
      const report = await upscaleInto(toInput(input), {
        ...withoutEncoding(resolved),
        takesDeep: isRaw(form),
        sink: async (media, size) => {
          const sink = await openFrameSink({ form, output: place(output), quality }, media, size);
          return gateWriter({ ...sink, finish: async () => (finished = await sink.finish()) }, gate);
        },
      });
      const { leftOut, changed } = lostInFrames(form, report.media);
      const told = { leftOut, changed: [...changed, ...report.changed] };
      return { ...report, ...told, written: nameOf(form, output, finished?.pixelFormat) };
    },
  };
}

type OfEncoding =
  | ("container" | "codec" | "bitrate" | "quality" | "audio" | "resume")
  | ("crf" | "preset" | "encoder" | "pixelFormat");

/** What frames have no use for. */
function withoutEncoding<T extends UpscaleOptions>({
  container: _container,
  codec: _codec,
  bitrate: _bitrate,
  quality: _quality,
  crf: _crf,
  preset: _preset,
  encoder: _encoder,
  pixelFormat: _pixelFormat,
  audio: _audio,
  resume: _resume,
  ...rest
}: T): Omit<T, OfEncoding> & {
  readonly sink: () => Promise<never>;
} {
  return { ...rest, sink: () => Promise.reject(new Error("Nothing was to be written.")) };
}

function nameOf(form: SinkInit["form"], output: string, pixelFormat?: string): string {
  if (form === "y4m") return "y4m, raw";
  if (form === "rawvideo") return `raw video without a header${pixelFormat ? `, ${pixelFormat}` : ""}`;
  return form === "numbered" ? `numbered pictures, ${formatOf(output)}` : `animated ${form}`;
}

/** Which network is chosen for a picture is known once it was looked at, as it is enlarged. */
async function planPicture(
  input: string,
  { output, size, second }: JobOptions,
  { model }: Engines,
): Promise<FramesPlan> {
  const isReady = typeof model === "object" && "frame" in model;
  const first = "scale" in model && typeof model.scale === "number" ? model.scale : 1;
  const scale = first * (second && "scale" in second ? second.scale : 1);
  const named = isReady
    ? { model: model.model.name, backend: model.backend as string, strength: model.strength }
    : { model: "chosen for the picture", backend: "the first engine that works", strength: 1 };
  return planStill(input, output, { ...named, scale, ...(size !== undefined && { size }) });
}

/**
 * Opens a file descriptor for writing. A pipe that is shared with a process that writes without waiting has to be waited for as
 * sockets are.
 */
function openStandardOutput(fd: number): WritableStream<Uint8Array> {
  const stats = fstatSync(fd);
  const out: Writable =
    stats.isFIFO() || stats.isSocket()
      ? new Socket({ fd, readable: false, writable: true })
      : createWriteStream("", { fd, autoClose: false });
  // told by the write that fails
  out.on("error", () => undefined);
  return new WritableStream<Uint8Array>({
    write: (bytes) =>
      new Promise((resolve, reject) => out.write(bytes, (error) => (error ? reject(error) : resolve()))),
    close: () => new Promise((resolve) => out.end(() => resolve())),
  });
}
