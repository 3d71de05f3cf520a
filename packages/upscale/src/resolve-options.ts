/** Options are checked by their rules and completed once, here. */

import type {
  CodecDriver,
  EncodeOptions,
  MediaOutput,
  OpenOptions,
  ReadOptions,
  ResolvedTarget,
} from "@tatami/core";
import { backendNames, checkByRules, invalidOption, resolveTarget, withoutUndefined } from "@tatami/core";
import type { BackendName, ModelChoice, ModelChooser } from "@tatami/graph";
import type { EngineOptions, OrtOptions } from "@tatami/runtime";
import type { FuseMode, ResolvedReuse } from "@tatami/patches";
import { resolveFuse, resolveReuse, usualLoss } from "@tatami/patches";
import { defaultThreads } from "@tatami/runtime";
import type { FrameRateGoal } from "./pace/pace.ts";
import type { DebugView, Progress, UpscaleOptions, Upscaler, UpscalerOptions } from "./options.ts";
import { isChooser, isUpscaler, noModel, upscaleRules, upscalerRules } from "./option-rules.ts";
import { resolveResume } from "./segments/resume.ts";
import type { ResumeOptions } from "./segments/resume.ts";

/** Every default filled in. */
export interface ResolvedUpscalerOptions {
  readonly model: UpscalerOptions["model"];
  readonly backends: readonly BackendName[];
  readonly ort: OrtOptions;
  /** How backends are made, where a test wants them otherwise. */
  readonly factories?: EngineOptions["factories"];
  /** None: chosen for each frame size and engine. */
  readonly patchSize: number | undefined;
  readonly batchSize: number | undefined;
  readonly reuse: ResolvedReuse;
  readonly fuse: FuseMode;
  readonly strength: number;
  readonly routingLoss: number;
  readonly framesPerSecond: FrameRateGoal;
  readonly maxLatencyFrames: number;
  readonly integers: boolean;
  readonly debugView: DebugView | undefined;
  readonly signal: AbortSignal | undefined;
}

/** An upscaler that is made when a file has been looked at. */
export interface UpscalerToChoose {
  readonly chooser: ModelChooser;
  /** What was given goes before what was chosen. */
  made(choice: ModelChoice): ResolvedUpscalerOptions;
}

/** Every default filled in. */
export interface ResolvedUpscaleOptions {
  readonly upscaler: Upscaler | ResolvedUpscalerOptions | UpscalerToChoose;
  /** What follows where the model does not reach the size. */
  readonly second: UpscaleOptions["second"];
  /** None: scale times the input's. */
  readonly size: ResolvedTarget | undefined;
  readonly output: MediaOutput | undefined;
  readonly encode: EncodeOptions;
  readonly read: ReadOptions;
  readonly open: OpenOptions;
  /** What was asked for: an upscaler that is shared keeps its own. */
  readonly strength: number | undefined;
  /** What was asked for, likewise. */
  readonly fuse: FuseMode | undefined;
  /** Whether the first place that cannot be decoded ends the job. */
  readonly strict: boolean;
  readonly codecs: readonly CodecDriver[] | undefined;
  /** Absent where nothing is to be gone on with. */
  readonly resume: Required<ResumeOptions> | undefined;
  readonly onProgress: (progress: Progress) => void;
  readonly signal: AbortSignal | undefined;
}

const defaultLatency = 4;

/** What is missing where nothing was given. */
const modelFix = 'Pass a model: { model: await loadModel("m5-x2") }, with loadModel from @tatami/zoo.';

/** @throws TatamiError `invalid-option` with the option's path, the rule and the value seen. */
export function resolveUpscalerOptions(given: UpscalerOptions): ResolvedUpscalerOptions {
  return resolveUpscaler(checkModelGiven(checkByRules("options", given, upscalerRules, modelFix)));
}

/** @throws TatamiError `invalid-option` with the option's path, the rule and the value seen. */
export function resolveUpscaleOptions(given: UpscaleOptions): ResolvedUpscaleOptions {
  const options = checkModelGiven(checkByRules("options", given, upscaleRules, modelFix));
  const { model, start, end, signal } = options;
  if (end !== undefined && end <= (start ?? 0))
    throw invalidOption("options.end", `above options.start (${start ?? 0})`, end);
  const { toSdr = false, deinterlace, frameRate, recover } = options;
  const { container, codec, bitrate, quality, crf, preset, encoder, pixelFormat, audio } = options;
  const encode = { container, codec, bitrate, quality, crf, preset, encoder, pixelFormat, audio };
  if (toSdr && pixelFormat === "yuv420p10le") throw sdrOfTenBits(pixelFormat);
  const bitDepth = pixelFormat === "yuv420p10le" ? 10 : "source";
  return {
    upscaler: isUpscaler(model)
      ? model
      : isChooser(model)
        ? toChoose(options, model)
        : resolveUpscaler({ ...options, model }),
    second: options.second,
    size: options.size === undefined ? undefined : resolveTarget(options.size),
    output: options.output,
    encode: withoutUndefined(encode),
    // No start is not a start at 0: an edit list may show frames before it.
    read: withoutUndefined({ start, end, signal }),
    open: withoutUndefined({ toSdr, bitDepth, deinterlace, frameRate, recover, signal }),
    strength: options.strength,
    fuse: options.fuse,
    strict: options.strict ?? false,
    codecs: options.codecs,
    resume: resolveResume("options.resume", options.resume),
    onProgress: options.onProgress ?? (() => {}),
    signal,
  };
}

function sdrOfTenBits(pixelFormat: string): Error {
  return invalidOption(
    "options.pixelFormat",
    "yuv420p beside options.toSdr, which gives 8 bits",
    pixelFormat,
    "Leave options.toSdr out to keep ten bits, or options.pixelFormat.",
  );
}

function checkModelGiven<O extends { readonly model: unknown }>(options: O): O {
  if (options.model === undefined) throw noModel("options.model", undefined);
  return options;
}

function toChoose(options: UpscaleOptions, chooser: ModelChooser): UpscalerToChoose {
  return {
    chooser,
    made: ({ model, models, strength, reuse }) =>
      resolveUpscaler({
        ...options,
        model: models ?? model,
        strength: options.strength ?? strength,
        reuse: options.reuse ?? (isPaced(options) ? "bounded" : reuse),
      }),
  };
}

/** Fills in defaults of options that are right. */
function resolveUpscaler(options: UpscalerOptions): ResolvedUpscalerOptions {
  const { model, patchSize, batchSize, debugView, wasmPaths, signal } = options;
  return {
    model,
    backends: options.backends ?? backendNames,
    ort: { threads: options.threads ?? defaultThreads(), wasmPaths },
    patchSize,
    batchSize,
    reuse: resolveReuse("options", isPaced(options) ? { reuse: "bounded", ...options } : options),
    fuse: resolveFuse("options.fuse", options.fuse),
    strength: options.strength ?? 1,
    routingLoss: options.routingLoss ?? usualLoss,
    framesPerSecond: options.framesPerSecond ?? "off",
    maxLatencyFrames: options.maxLatencyFrames ?? defaultLatency,
    integers: options.integers ?? false,
    debugView,
    signal,
  };
}

/** Whether a rate is to be kept: patches that changed by little are what gives most. */
function isPaced({ framesPerSecond = "off" }: Pick<UpscalerOptions, "framesPerSecond">): boolean {
  return framesPerSecond !== "off";
}
