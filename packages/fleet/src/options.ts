/** What can be asked for of a file, as plain data that travels to whoever does it. */

import type { AudioOption, Container, Deinterlace, TargetSize, VideoCodec } from "@tatami/core";
import { checkInteger, checkKnownOptions, checkNumber, checkOneOf, invalidOption } from "@tatami/core";
import type { BackendName, Look } from "@tatami/graph";
import type { UpscaleOptions } from "@tatami/upscale";
import type { Effort } from "@tatami/zoo";

/** How frames are fused. */
export type FuseMode = NonNullable<UpscaleOptions["fuse"]>;

/** How a file is upscaled: options of `upscale()` that are plain data, and how the model is chosen. */
export interface JobOptions {
  /**
   * A shipped model, or the path of an ONNX file within the root, or several with commas, which share every frame; or
   * "auto". @defaultValue "auto": by what the file looks like, seen once, by whoever cuts it
   */
  readonly model?: string;
  /** With "auto". @defaultValue 2 */
  readonly scale?: number;
  readonly look?: Look;
  readonly effort?: Effort;
  readonly denoise?: number;
  readonly strength?: number;
  readonly routingLoss?: number;
  readonly size?: TargetSize;
  readonly container?: Container;
  readonly codec?: VideoCodec;
  readonly bitrate?: number;
  readonly quality?: number;
  readonly audio?: AudioOption;
  readonly start?: number;
  readonly end?: number;
  readonly deinterlace?: Deinterlace;
  readonly toSdr?: boolean;
  readonly recover?: boolean;
  readonly strict?: boolean;
  readonly backends?: readonly BackendName[];
  readonly patchSize?: number;
  readonly batchSize?: number;
  readonly reuse?: "exact" | "bounded" | "off";
  readonly integers?: boolean;
  /**
   * Takes what stands still from the mean of the frames before. Who makes a segment that is not the one after its last decodes
   * and fuses all that comes before it, though it enlarges none of that. @defaultValue "off"
   */
  readonly fuse?: FuseMode;
  /** Seconds of video that a segment lasts at least. @defaultValue 10 */
  readonly segmentSeconds?: number;
  /** Pixels of a frame of the input at most: larger ones are refused before work begins. @defaultValue any number */
  readonly maxPixels?: number;
  /** Seconds that are upscaled at most, between `start` and `end`. @defaultValue any number */
  readonly maxSeconds?: number;
}

const known: readonly (keyof JobOptions)[] = [
  "model",
  "scale",
  "look",
  "effort",
  "denoise",
  "strength",
  "routingLoss",
  "size",
  "container",
  "codec",
  "bitrate",
  "quality",
  "audio",
  "start",
  "end",
  "deinterlace",
  "toSdr",
  "recover",
  "strict",
  "backends",
  "patchSize",
  "batchSize",
  "reuse",
  "integers",
  "fuse",
  "segmentSeconds",
  "maxPixels",
  "maxSeconds",
];

/** Whose turn it is. */
export const usualPriority = 100;
/** The last; BullMQ's is one more. */
const mostPriority = 2 ** 21 - 2;
/** BullMQ's priority of files that are to be joined: before all others. */
export const joinPriority = 1;
/** BullMQ's priority of files that are to be cut, and of segments. */
export const toQueue = (priority: number): number => priority + joinPriority;

/** Options of `submit`. */
export interface SubmitOptions extends JobOptions {
  /** 1 comes first, 2,097,150 last; files of one priority in the order they came in. @defaultValue 100 */
  readonly priority?: number;
  /** How often a segment, a cut or a joint is tried. @defaultValue 5 */
  readonly attempts?: number;
  /** Seconds after the first failure; twice as long after each further one. @defaultValue 2 */
  readonly backOff?: number;
}

/** Options of `submit`, checked as far as they can be without the file. */
export interface ResolvedSubmit {
  readonly job: JobOptions;
  readonly priority: number;
  readonly attempts: number;
  readonly backOff: number;
}

/** @throws TatamiError `invalid-option` */
export function resolveSubmit(options: SubmitOptions): ResolvedSubmit {
  checkKnownOptions("options", options, [...known, "priority", "attempts", "backOff"]);
  const { priority = usualPriority, attempts = 5, backOff = 2, ...job } = options;
  const { model, fuse, segmentSeconds, maxPixels, maxSeconds } = job;
  if (model !== undefined && typeof model !== "string")
    throw invalidOption("options.model", "a model's name, or the path of an ONNX file", model);
  if (fuse !== undefined) checkOneOf("options.fuse", fuse, ["off", "static", "auto"]);
  if (segmentSeconds !== undefined) checkNumber("options.segmentSeconds", segmentSeconds, 0);
  if (maxPixels !== undefined) checkInteger("options.maxPixels", maxPixels, 1);
  if (maxSeconds !== undefined) checkNumber("options.maxSeconds", maxSeconds, 0);
  return {
    job,
    priority: checkInteger("options.priority", priority, 1, mostPriority),
    attempts: checkInteger("options.attempts", attempts, 1),
    backOff: checkNumber("options.backOff", backOff, 0),
  };
}
