/** What the page and its worker say to each other: plain data only. */

import type { JobOutcome, JobWorker } from "@tatami/example-parts/job";

/** What is tuned, on what, and for how long. */
export interface TuneRequest {
  readonly files: readonly File[];
  /** A name of `listModels()`. */
  readonly from: string;
  readonly minutes: number;
  /** In place of minutes: the same result on every machine. */
  readonly steps?: number;
  /** Frames learned from and held back. */
  readonly frames: number;
}

/** What training runs on. */
export interface EngineFacts {
  readonly threads: number;
  readonly build: string;
  /** What frames are compressed with again; nothing where the browser can encode nothing that cameras write. */
  readonly codec?: string;
  /** Whether each frame has the quantizer drawn for it, or only a bit rate that comes near it. */
  readonly exact?: boolean;
  /** What the camera itself compresses with. */
  readonly cameraCodec: string;
  /** One sentence for each file that could not be read. */
  readonly leftOut: readonly string[];
}

/** What the page is told while it waits. */
export type TuneUpdate =
  | { readonly kind: "reading" | "degrading"; readonly done: number; readonly total: number }
  | { readonly kind: "engine"; readonly facts: EngineFacts }
  | {
      readonly kind: "step";
      readonly step: number;
      readonly steps: number;
      readonly loss: number;
      readonly stepsPerSecond: number;
    }
  | { readonly kind: "score"; readonly step: number; readonly psnr: number };

/** Part of a frame held back, in each of its forms: grey pictures of one size. */
export interface Crop {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly pictures: Readonly<Record<CropForm, Uint8ClampedArray<ArrayBuffer>>>;
}

/** The frame itself, and what becomes of its reduction: by bicubic, by the model before and after. */
export type CropForm = "bicubic" | "before" | "after" | "original";

/** What came out. */
export interface TuneResult {
  readonly name: string;
  readonly onnx: Uint8Array<ArrayBuffer>;
  readonly card: string;
  readonly steps: number;
  readonly trainedOn: number;
  readonly heldBack: number;
  /** Standard deviation of the camera's noise, in 8-bit levels. */
  readonly noise: number;
  /** What the frames held back cannot tell, where there is something. */
  readonly remark?: string;
  /** Decibels on the frames held back. */
  readonly psnr: { readonly bicubic: number; readonly before: number; readonly after: number };
  readonly crops: readonly Crop[];
}

/** The worker's side. */
export interface TuneWorker extends JobWorker {
  run(
    request: TuneRequest,
    onUpdate: (update: TuneUpdate) => void,
  ): Promise<JobOutcome<{ readonly result: TuneResult }>>;
  /** Ends training and judges what has been learned so far. */
  finish(): void;
}
