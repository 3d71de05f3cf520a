/** Options are checked and completed once, here. */

import type {
  CodecDriver,
  EncodeOptions,
  MediaOutput,
  OpenOptions,
  ReadOptions,
  ResolvedTarget,
  TatamiError,
} from "@tatami/core";
import {
  checkInteger,
  checkKnownOptions,
  checkNumber,
  checkOneOf,
  checkOptions,
  checkStrength,
  invalidOption,
  resolveTarget,
} from "@tatami/core";
import type { BackendName, ModelChoice, ModelChooser } from "@tatami/graph";
import type { EngineOptions, OrtOptions } from "@tatami/runtime";
import type { FuseMode, ResolvedReuse } from "@tatami/patches";
import { resolveFuse, resolveReuse, usualLoss } from "@tatami/patches";
import { defaultThreads } from "@tatami/runtime";
import { checkGoal } from "./pace/pace.ts";
import type { FrameRateGoal } from "./pace/pace.ts";
import type { DebugView, Progress, UpscaleOptions, Upscaler, UpscalerOptions } from "./options.ts";
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

const backendNames: readonly BackendName[] = ["webgpu", "onnx-webgpu", "wasm", "onnx-wasm", "cpu"];
const upscalerKeys = [
  "model",
  "backends",
  "threads",
  "wasmPaths",
  "patchSize",
  "batchSize",
  "reuse",
  "maxDifference",
  "meanDifference",
  "maxAge",
  "fuse",
  "strength",
  "routingLoss",
  "framesPerSecond",
  "maxLatencyFrames",
  "integers",
  "debugView",
  "signal",
];
const upscaleKeys = [
  ...upscalerKeys,
  "size",
  "resume",
  "output",
  "container",
  "codec",
  "bitrate",
  "quality",
  "audio",
  "start",
  "end",
  "toSdr",
  "deinterlace",
  "frameRate",
  "recover",
  "strict",
  "codecs",
  "onProgress",
];

const defaultLatency = 4;

/** What is missing where nothing was given. */
const MODEL_FIX = 'Pass a model: { model: await loadModel("m5-x2") }, with loadModel from @tatami/zoo.';

/** @throws TatamiError `invalid-option` with the option's path, the rule and the value seen. */
export function resolveUpscalerOptions(given: UpscalerOptions): ResolvedUpscalerOptions {
  const options = checkOptions("options", given, MODEL_FIX);
  checkKnownOptions("options", options, upscalerKeys);
  return resolveUpscaler(options);
}

/** @throws TatamiError `invalid-option` with the option's path, the rule and the value seen. */
export function resolveUpscaleOptions(given: UpscaleOptions): ResolvedUpscaleOptions {
  const options = checkOptions("options", given, MODEL_FIX);
  checkKnownOptions("options", options, upscaleKeys);
  const { model, output, codecs, onProgress, strength, signal } = options;
  if (strength !== undefined) checkStrength("options.strength", strength);
  const fuse = options.fuse && resolveFuse("options.fuse", options.fuse);
  if (options.start !== undefined) checkNumber("options.start", options.start, 0);
  const first = options.start ?? 0;
  if (options.end !== undefined && checkNumber("options.end", options.end, 0) <= first)
    throw invalidOption("options.end", `above options.start (${first})`, options.end);
  if (codecs !== undefined && codecs.length === 0)
    throw invalidOption("options.codecs", "a list of at least one driver", "an empty list");
  return {
    upscaler: isUpscaler(model)
      ? model
      : isChooser(model)
        ? toChoose(options, model)
        : resolveUpscaler({ ...options, model }),
    size: options.size === undefined ? undefined : resolveTarget(options.size),
    output,
    encode: resolveEncode(options),
    // No start is not a start at 0: an edit list may show frames before it.
    read: defined({ start: options.start, end: options.end, signal }),
    open: resolveOpen(options),
    strength,
    fuse,
    strict: checkBoolean("options.strict", options.strict ?? false),
    codecs,
    resume: resolveResume(options.resume),
    onProgress: onProgress ?? (() => {}),
    signal,
  };
}

/** Decibels that routing may cost; `Infinity` is one, 0.02 the default. @throws TatamiError `invalid-option` naming `path`. */
export function checkLoss(path: string, value: unknown = usualLoss): number {
  return value === Infinity ? value : checkNumber(path, value, 0);
}

/** Whether an option is an upscaler that somebody else owns. */
export function isUpscaler(
  value: UpscaleOptions["model"] | ResolvedUpscaleOptions["upscaler"],
): value is Upscaler {
  return typeof value === "object" && value !== null && "frame" in value;
}

function isChooser(value: UpscaleOptions["model"]): value is ModelChooser {
  return typeof value === "object" && value !== null && "choose" in value;
}

function toChoose(options: UpscaleOptions, chooser: ModelChooser): UpscalerToChoose {
  const resolve = (
    model: UpscalerOptions["model"],
    { strength, reuse }: Pick<ModelChoice, "strength" | "reuse">,
  ): ResolvedUpscalerOptions =>
    resolveUpscaler({
      ...options,
      model,
      strength: options.strength ?? strength,
      reuse: options.reuse ?? (isPaced(options) ? "bounded" : reuse),
    });
  // what is wrong is told before a file is looked at
  const none = (): Promise<never> => Promise.reject(new Error("No model was chosen yet."));
  resolve(none, { strength: 1, reuse: "exact" });
  return { chooser, made: (choice) => resolve(choice.models ?? choice.model, choice) };
}

function resolveUpscaler(options: UpscalerOptions): ResolvedUpscalerOptions {
  const { model, backends, threads, wasmPaths, patchSize, batchSize, signal } = options;
  const { maxLatencyFrames, integers = false, debugView } = options;
  const isModel = (value: unknown): boolean =>
    typeof value === "function" || (typeof value === "object" && value !== null && "output" in value);
  const isLadder = Array.isArray(model) && model.length >= 1 && model.length <= 3 && model.every(isModel);
  if (!isLadder && !isModel(model)) throw noModel(model);
  if (backends !== undefined && backends.length === 0)
    throw invalidOption("options.backends", `a list of ${backendNames.join(", ")}`, "an empty list");
  backends?.forEach((name, index) => checkOneOf(`options.backends[${index}]`, name, backendNames));
  checkBoolean("options.integers", integers);
  if (threads !== undefined) checkInteger("options.threads", threads, 1, 64);
  if (patchSize !== undefined) checkInteger("options.patchSize", patchSize, 8, 4096);
  if (batchSize !== undefined) checkInteger("options.batchSize", batchSize, 1, 1024);
  return {
    model,
    backends: backends ?? backendNames,
    ort: { threads: threads ?? defaultThreads(), wasmPaths },
    patchSize,
    batchSize,
    reuse: resolveReuse("options", isPaced(options) ? { reuse: "bounded", ...options } : options),
    fuse: resolveFuse("options.fuse", options.fuse),
    strength: checkStrength("options.strength", options.strength ?? 1),
    routingLoss: checkLoss("options.routingLoss", options.routingLoss),
    framesPerSecond: checkGoal("options.framesPerSecond", options.framesPerSecond ?? "off"),
    maxLatencyFrames: checkInteger("options.maxLatencyFrames", maxLatencyFrames ?? defaultLatency, 1, 64),
    integers,
    debugView:
      debugView === undefined
        ? undefined
        : checkOneOf("options.debugView", debugView, ["reuse", "routing", "fusion"] as const),
    signal,
  };
}

/** Whether a rate is to be kept: patches that changed by little are what gives most. */
function isPaced({ framesPerSecond = "off" }: Pick<UpscalerOptions, "framesPerSecond">): boolean {
  return framesPerSecond !== "off";
}

function resolveOpen({ toSdr, deinterlace, frameRate, recover, signal }: UpscaleOptions): OpenOptions {
  if (deinterlace !== undefined) checkOneOf("options.deinterlace", deinterlace, ["auto", "off"]);
  if (frameRate !== undefined) checkNumber("options.frameRate", frameRate, 0.01, 1000);
  if (recover !== undefined) checkBoolean("options.recover", recover);
  return defined({ toSdr: toSdr ?? false, deinterlace, frameRate, recover, signal });
}

function checkBoolean(name: string, value: unknown): boolean {
  if (typeof value !== "boolean") throw invalidOption(name, "true or false", value);
  return value;
}

function resolveEncode(options: UpscaleOptions): EncodeOptions {
  const { container, codec, bitrate, quality, audio } = options;
  if (container !== undefined) checkOneOf("options.container", container, ["mp4", "mov", "webm", "mkv"]);
  if (codec !== undefined) checkOneOf("options.codec", codec, ["avc", "hevc", "vp9", "av1"]);
  if (bitrate !== undefined) checkInteger("options.bitrate", bitrate, 1000);
  if (quality !== undefined) checkNumber("options.quality", quality, 1, 100);
  if (audio !== undefined) checkOneOf("options.audio", audio, ["auto", "copy", "encode", "drop"]);
  return defined({ container, codec, bitrate, quality, audio });
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function defined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
}

/** The error for what is no model: where it is a file's bytes, that says so. */
export function noModel(given: unknown): TatamiError<"invalid-option"> {
  const isFile = ArrayBuffer.isView(given) || given instanceof ArrayBuffer;
  return invalidOption(
    "options.model",
    "a model, a function that loads one, or a list of up to three",
    given,
    isFile
      ? "Read the file's bytes first: readOnnx(bytes).model, with readOnnx from @tatami/graph."
      : 'Pass a model, for instance await loadModel("m5-x2") from @tatami/zoo.',
  );
}
