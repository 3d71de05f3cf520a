/** What the page and its worker say to each other: plain data only. */

import type { Size, VideoCodec } from "@tatami/core";
import type { JobOutcome, JobWorker } from "@tatami/example-parts/job";
import type { Progress, UpscaleOptions } from "@tatami/upscale";

/** One file to upscale. */
export interface JobRequest {
  readonly file: File;
  /** A name of `listModels()`. */
  readonly model: string;
  /** From 1 to 100. */
  readonly quality: number;
  /** The first that can be encoded when left out. */
  readonly codec?: VideoCodec;
  /** Which patches need not be computed anew. */
  readonly reuse: NonNullable<UpscaleOptions["reuse"]>;
  /** Tints the patches that were not. */
  readonly debugView?: "reuse";
  /** Converts HDR and 10-bit pictures, which cannot be written as they are. */
  readonly toSdr?: boolean;
  /** Seconds to stop before; the end of the file when left out. */
  readonly end?: number;
  /** Where to write; a Blob comes back when left out. */
  readonly output?: FileSystemFileHandle;
}

/** What was done, for people. */
export interface JobSummary {
  readonly input: Size;
  readonly output: Size;
  readonly frames: number;
  /** Bytes written. */
  readonly size: number;
  readonly container: string;
  readonly codec: string;
  readonly bitrate: number;
  readonly model: string;
  readonly engine: string;
  readonly driver: string;
  readonly progress: Progress;
  /** One sentence for each place of the original that could not be read. */
  readonly damaged: readonly string[];
  /** One sentence for each thing that is in the result otherwise than in the original. */
  readonly changed: readonly string[];
  /** One sentence for each part of the original that is not in the result, or that no browser can see. */
  readonly leftOut: readonly string[];
  /** What was tried first and set aside, and why. */
  readonly rejected: readonly { readonly candidate: string; readonly reason: string }[];
}

/** What a job leaves behind. */
export interface JobResult {
  readonly summary: JobSummary;
  /** The file, where it was not written to an output. */
  readonly blob?: Blob;
}

/** What the page is told while a job runs. Callbacks cross the boundary only as arguments of their own. */
export interface JobListener {
  onProgress(progress: Progress): void;
  /** A finished frame, the page's to close, and its time in seconds. */
  onPreview(picture: ImageBitmap, timestamp: number): void;
}

/** The worker's side. */
export interface UpscaleWorker extends JobWorker {
  run(
    request: JobRequest,
    onProgress: JobListener["onProgress"],
    onPreview: JobListener["onPreview"],
  ): Promise<JobOutcome<JobResult>>;
}
