/** What the page and its two workers say to each other: plain data only. */

import type { Rect, Size, VideoCodec } from "@tatami/core";
import type { JobOutcome, JobWorker } from "@tatami/example-parts/job";
import type { SeenFile } from "@tatami/example-parts/file/look-at-file";
import type { Progress, UpscaleOptions } from "@tatami/upscale";

/** The network that is wished for. */
export type NetworkWish =
  /** The file decides, but for what is set here. */
  | { readonly kind: "automatic"; readonly scale: 2 | 4; readonly denoise?: number }
  /** A clean one of `listModels()`, and from 0 to 1 how far it goes towards the one for cameras. */
  | { readonly kind: "shipped"; readonly name: string; readonly denoise: number }
  /** A person's own ONNX file. */
  | { readonly kind: "own"; readonly file: File };

/** What was decided for a file. */
export interface Choice {
  readonly network: Exclude<NetworkWish, { kind: "automatic" }>;
  /** From 0 to 1.5. */
  readonly strength: number;
  /** Which parts of a frame need not be computed anew. */
  readonly reuse: "exact" | "bounded";
  /** Why, in a sentence; empty where nothing was looked at. */
  readonly sentence: string;
}

/** One file to upscale. */
export interface JobRequest {
  readonly file: File;
  readonly network: NetworkWish;
  /** From 0 to 1.5; as the file decides where the network is automatic and this is left out, else 1. */
  readonly strength?: number;
  /** From 1 to 100. */
  readonly quality: number;
  /** The first that can be encoded when left out. */
  readonly codec?: VideoCodec;
  /** Which parts of a frame need not be computed anew; as was decided for the file when left out. */
  readonly reuse?: NonNullable<UpscaleOptions["reuse"]>;
  /** Whether frames are fused with those before them; not when left out. */
  readonly fuse?: NonNullable<UpscaleOptions["fuse"]>;
  /** Tints those parts. */
  readonly debugView?: "reuse";
  /** Seconds to begin at; the first frame when left out. */
  readonly start?: number;
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
  /** From 0 to 1.5. */
  readonly strength: number;
  /** Why this network and strength; empty where a person chose. */
  readonly choice: string;
  /** What fusing frames came to, where they were fused. */
  readonly fusion?: string;
  readonly engine: string;
  readonly driver: string;
  readonly progress: Progress;
  /** Seconds from the start to the end, pauses not counted. */
  readonly seconds: number;
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

/** The worker that upscales. */
export interface UpscaleWorker extends JobWorker {
  run(
    request: JobRequest,
    onProgress: JobListener["onProgress"],
    onPreview: JobListener["onPreview"],
  ): Promise<JobOutcome<JobResult>>;
  /** Stops pulling frames, or goes on. */
  pause(isPaused: boolean): void;
}

/** A moment of the original. */
export interface Moment {
  /** Upright, the page's to close. */
  readonly picture: ImageBitmap;
  /** Seconds. */
  readonly timestamp: number;
}

/** The same moment, enlarged. */
export interface EnlargedMoment {
  /** Upright, the page's to close. */
  readonly picture: ImageBitmap;
  /** Milliseconds that a frame takes on this network here. */
  readonly frameMs: number;
}

/** The best picture of a moment, of the frames around it. */
export interface BestStill {
  /** Upright, the page's to close. */
  readonly picture: ImageBitmap;
  /** The same as a PNG file. */
  readonly file: Blob;
  /** Frames that were looked at, and how many of them half of the picture rests on at least. */
  readonly looked: number;
  readonly half: number;
  /** Regions of the picture, and those of them that rest on fewer than four frames. */
  readonly regions: number;
  readonly alone: number;
}

/** A part of a moment that shall be seen enlarged, among others of the same part. */
export interface DetailRequest {
  /** Seconds. */
  readonly time: number;
  /** A network; or the filter that players enlarge with. */
  readonly network: Choice["network"] | { readonly kind: "filter"; readonly scale: number };
  /** From 0 to 1.5. */
  readonly strength: number;
  /** In the original's pixels as they are seen, upright. */
  readonly part: Rect;
}

/** The part, enlarged. */
export interface Detail {
  /** Upright, the page's to close. */
  readonly picture: ImageBitmap;
  /** Milliseconds that a whole frame takes on this network here, about; absent for the filter. */
  readonly frameMs?: number;
}

/** Where in a moment there is most to see. */
export interface DetailedPlace {
  /** In the original's pixels as they are seen, upright. */
  readonly part: Rect;
  /** The whole of it. */
  readonly size: Size;
}

/** A network that was opened. */
export interface KnownNetwork {
  readonly name: string;
  readonly scale: number;
}

/** What an encoder is asked for. */
export interface PlanRequest {
  readonly scale: number;
  readonly quality: number;
  readonly codec?: VideoCodec;
  readonly start?: number;
  readonly end?: number;
}

/** The worker that shows what the work would give, before it begins. It holds one file, opened first. */
export interface PreviewWorker extends JobWorker {
  open(file: File): Promise<JobOutcome<SeenFile>>;
  choose(scale: 2 | 4): Promise<JobOutcome<Choice>>;
  /** The frame that is seen at a time in seconds; what is enlarged from now on. */
  moment(time: number): Promise<JobOutcome<Moment>>;
  /** @throws nothing: a network that does not fit is an outcome too */
  enlarge(network: Choice["network"], strength: number): Promise<JobOutcome<EnlargedMoment>>;
  /** @param time seconds */
  best(time: number, network: Choice["network"], strength: number): Promise<JobOutcome<BestStill>>;
  detail(request: DetailRequest): Promise<JobOutcome<Detail>>;
  /** @param side of the part that is looked for, in pixels */
  mostDetailed(time: number, side: number): Promise<JobOutcome<DetailedPlace>>;
  /** Makes no more of the details that were asked for. */
  stopDetails(): void;
  know(network: Choice["network"]): Promise<JobOutcome<KnownNetwork>>;
  /** Bits a second of the result's pictures. */
  plan(request: PlanRequest): Promise<JobOutcome<{ readonly bitrate: number }>>;
}
