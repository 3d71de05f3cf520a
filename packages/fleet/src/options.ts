/** What can be asked for of a file, as plain data that travels to whoever does it. */

import type { OptionRule, OptionRules } from "@tatami/core";
import { checkByRules, integerRule, invalidOption, numberRule } from "@tatami/core";
import type { UpscaleOptions } from "@tatami/upscale";
import { upscaleRules } from "@tatami/upscale";
import type { ChooseModelOptions } from "@tatami/zoo";
import { chooseRules } from "@tatami/zoo";

/** How frames are fused. */
export type FuseMode = NonNullable<UpscaleOptions["fuse"]>;

/** Options of the engine: who shares them shares an upscaler. */
export const engineOptions = ["backends", "patchSize", "batchSize", "integers", "routingLoss"] as const;

/** Options of `upscale()` that a job passes on as they are. Where frames are fused, who makes a segment that is not the one after its
 * last decodes and fuses all that comes before it, though it enlarges none of that. */
export const passedOptions = [
  "size",
  "container",
  "codec",
  "bitrate",
  "quality",
  "crf",
  "preset",
  "pixelFormat",
  "audio",
  "start",
  "end",
  "deinterlace",
  "toSdr",
  "recover",
  "strict",
  "fuse",
] as const;

type PlainOption = (typeof engineOptions)[number] | (typeof passedOptions)[number] | "strength" | "reuse";

/** How a file is upscaled: options of `upscale()` that are plain data, and how the model is chosen. */
export interface JobOptions
  extends
    Pick<UpscaleOptions, PlainOption>,
    Pick<ChooseModelOptions, "scale" | "look" | "effort" | "denoise"> {
  /**
   * A shipped model, or the path of an ONNX file within the root, or its address in S3, or several with commas, which share every
   * frame; or "auto". @defaultValue "auto": by what the file looks like, seen once, by whoever cuts it
   */
  readonly model?: string;
  /** Beside a model that is named: a shipped one, an ONNX file or its address in S3 that enlarges further what it has made. @defaultValue none */
  readonly second?: string;
  /** Seconds of video that a segment lasts at least. @defaultValue 10 */
  readonly segmentSeconds?: number;
  /** Pixels of a frame of the input at most: larger ones are refused before work begins. @defaultValue any number */
  readonly maxPixels?: number;
  /** Seconds that are upscaled at most, between `start` and `end`. @defaultValue any number */
  readonly maxSeconds?: number;
}

/** What each of {@link JobOptions} may be. */
export const jobRules: OptionRules<JobOptions> = {
  ...pick(upscaleRules, [...engineOptions, ...passedOptions, "strength", "reuse"]),
  ...pick(chooseRules, ["scale", "look", "effort", "denoise"]),
  model: { kind: "text" },
  second: { kind: "text" },
  segmentSeconds: numberRule(0),
  maxPixels: integerRule(1),
  maxSeconds: numberRule(0),
};

function pick<K extends string>(
  rules: Readonly<Record<K, OptionRule>>,
  names: readonly K[],
): Record<K, OptionRule> {
  return Object.fromEntries(names.map((name) => [name, rules[name]])) as Record<K, OptionRule>;
}

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

const submitRules: OptionRules<SubmitOptions> = {
  ...jobRules,
  priority: integerRule(1, mostPriority),
  attempts: integerRule(1),
  backOff: numberRule(0),
};

/** Options of `submit`, checked as far as they can be without the file. */
export interface ResolvedSubmit {
  readonly job: JobOptions;
  readonly priority: number;
  readonly attempts: number;
  readonly backOff: number;
}

/** @throws TatamiError `invalid-option` */
export function resolveSubmit(options: SubmitOptions): ResolvedSubmit {
  checkByRules("options", options, submitRules);
  const { priority = usualPriority, attempts = 5, backOff = 2, ...job } = options;
  if (job.second !== undefined && (job.model ?? "auto") === "auto")
    throw invalidOption(
      "options.second",
      "left out where no model is named",
      job.second,
      "Name one with options.model, or give options.size, which chooses both.",
    );
  return { job, priority, attempts, backOff };
}
