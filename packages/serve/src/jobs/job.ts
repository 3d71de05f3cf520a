/** A job, as it is kept on the disk, and as it is shown. */

import { extname } from "node:path";
import type { Container } from "@tatami/core";
import { containers } from "@tatami/core";
import type { JobOptions } from "@tatami/fleet";
import type { LocalProgress } from "@tatami/fleet/local";
import type { FaultBody } from "../fault.ts";

/** What may be asked of a job, in words: options of a fleet's but those that are the operator's. */
export const askedOptions = {
  model: 'A shipped model; "auto", the default, is by what the file looks like.',
  scale: 'With "auto": times wider and higher. Default 2.',
  size: "The result's size in place of a scale: 1080p (the shorter side), 1920x1080, 1.5x.",
  look: 'With "auto": no more than there is evidence of, or what viewers like.',
  effort: 'With "auto": which networks share the frames.',
  denoise: "How much of what cameras and codecs add is taken away.",
  strength: "How much of what the model adds to a bicubic filter is used.",
  container: "Default the file's own, else mp4.",
  codec: "Default avc, or the first that can be encoded.",
  bitrate: "Bits a second of the video.",
  quality: "Of the video. Default 75.",
  crf: "Constant rate factor of the codec, lower is better, in place of bitrate and quality.",
  preset: "How hard the encoder tries: ultrafast to placebo (avc, hevc), 13 to 0 (av1), 8 to 0 (vp9).",
  pixelFormat: "Samples of 8 bits or of 10. Default as many as the file has.",
  audio: "What becomes of sound. Default auto.",
  start: "Seconds: only what comes after.",
  end: "Seconds: only what comes before.",
  deinterlace: "Whole pictures of interlaced ones, or as they are. Default auto.",
  toSdr: "Convert 10-bit and HDR pictures to 8-bit SDR; without it ten bits and HDR are kept.",
  recover: "Read an MP4 whose index is missing from its raw stream.",
  strict: "Fail at the first place that cannot be decoded, instead of leaving it out.",
  reuse: "Reuse of patches that do not change. Default exact.",
  fuse: "What stands still from the mean of the frames before. Default off.",
} as const;

/** What was asked of a job. */
export type AskedOptions = Omit<Pick<JobOptions, keyof typeof askedOptions>, "size"> & {
  readonly size?: string;
};

/** Where a job stands. */
export type JobState = "waiting" | "fetching" | "working" | "done" | "failed" | "cancelled";

/** How far a job has come. */
export type JobProgress = LocalProgress;

/** A job as it is kept; times are milliseconds since 1970. */
export interface JobRecord {
  readonly id: string;
  /** Of the file, as its sender calls it: for people, never a path. */
  readonly name: string;
  /** Absent of a file that was uploaded. */
  readonly url?: string;
  /** Name of the ONNX file that was sent as its network. */
  readonly network?: string;
  readonly options: AskedOptions;
  readonly created: number;
  readonly state: JobState;
  /** How often a service began with it: what numbers of events begin with. */
  readonly lives: number;
  readonly started?: number;
  readonly finished?: number;
  readonly result?: { readonly frames: number; readonly size: number };
  readonly error?: FaultBody;
}

/** A job as it is shown. */
export interface JobView {
  readonly id: string;
  readonly name: string;
  readonly state: JobState;
  readonly options: AskedOptions;
  /** Where it was fetched from, without its query, which may be a secret. */
  readonly url?: string;
  /** Name of the ONNX file that was sent as its network. */
  readonly network?: string;
  /** ISO 8601. */
  readonly created: string;
  readonly started?: string;
  readonly finished?: string;
  readonly progress?: JobProgress;
  readonly result?: {
    readonly frames: number;
    /** Bytes. */
    readonly size: number;
    readonly name: string;
    /** Of the content. */
    readonly type: string;
    readonly href: string;
  };
  readonly error?: FaultBody;
}

const types: Readonly<Record<Container, string>> = {
  mp4: "video/mp4",
  mov: "video/quicktime",
  webm: "video/webm",
  mkv: "video/matroska",
};

/** Whether nothing more happens with a job. */
export function isOver({ state }: Pick<JobRecord, "state">): boolean {
  return state === "done" || state === "failed" || state === "cancelled";
}

/** The container that a job writes: what was asked for, else its file's own, else MP4. */
export function containerOf({ name, options }: Pick<JobRecord, "name" | "options">): Container {
  const own = extname(name).slice(1).toLowerCase();
  return options.container ?? containers.find((each) => each === own) ?? "mp4";
}

/** What the result is called where it is saved, and the type of its content. */
function resultOf(job: Pick<JobRecord, "name" | "options">): {
  readonly name: string;
  readonly type: string;
} {
  const container = containerOf(job);
  const stem = job.name.slice(0, job.name.length - extname(job.name).length);
  return { name: `${stem}.larger.${container}`, type: types[container] };
}

/** A job as it is shown. */
export function viewOf(job: JobRecord, progress: JobProgress | undefined): JobView {
  const { id, name, state, options, url, network, created, started, finished, result, error } = job;
  return {
    id,
    name,
    state,
    options,
    ...(url !== undefined && { url: withoutQuery(url) }),
    ...(network !== undefined && { network }),
    created: timeOf(created),
    ...(started !== undefined && { started: timeOf(started) }),
    ...(finished !== undefined && { finished: timeOf(finished) }),
    ...(progress && { progress }),
    ...(result && { result: { ...result, ...resultOf(job), href: `/jobs/${id}/result` } }),
    ...(error && { error }),
  };
}

/** A URL without what may be a secret in it. */
export function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/, "");
}

function timeOf(at: number): string {
  return new Date(at).toISOString();
}
