/** What each option may be: keys, checks, flags of the command line and schemas of services all come from here. */

import type { EncodeOptions, OptionRule, OptionRules, TatamiError } from "@tatami/core";
import {
  audioOptions,
  backendNames,
  checkByRules,
  checkNumber,
  checkOptions,
  choiceRule,
  containers,
  debugViews,
  deinterlaceModes,
  encoderChoices,
  integerRule,
  invalidOption,
  listRule,
  mostStrength,
  numberRule,
  ownRule,
  pixelFormats,
  resolveTarget,
  uncheckedRule,
  videoCodecs,
} from "@tatami/core";
import { isModel } from "@tatami/graph";
import type { ModelChooser } from "@tatami/graph";
import { fuseRules, reuseRules } from "@tatami/patches";
import type { UpscaleOptions, Upscaler, UpscalerOptions } from "./options.ts";
import { checkGoal } from "./pace/pace.ts";
import { resolveResume } from "./segments/resume.ts";

/** Of {@link UpscalerOptions}. */
export const upscalerRules: OptionRules<UpscalerOptions> = {
  model: ownRule((path, value) => {
    if (!isLadder(value)) throw noModel(path, value);
  }),
  backends: listRule(choiceRule(backendNames)),
  threads: integerRule(1, 64),
  wasmPaths: ownRule((path, value) => {
    if (typeof value !== "string" && (typeof value !== "object" || value === null))
      throw invalidOption(path, "a folder's URL, or { mjs, wasm }", value);
  }),
  patchSize: integerRule(8, 4096),
  batchSize: integerRule(1, 1024),
  ...reuseRules,
  ...fuseRules,
  strength: numberRule(0, mostStrength),
  routingLoss: ownRule(checkLoss),
  framesPerSecond: ownRule(checkGoal),
  maxLatencyFrames: integerRule(1, 64),
  integers: { kind: "boolean" },
  debugView: choiceRule(debugViews),
  signal: { kind: "signal" },
};

/** How an output is written. */
export const encodingRules: OptionRules<EncodeOptions> = {
  container: choiceRule(containers),
  codec: choiceRule(videoCodecs),
  bitrate: integerRule(1000),
  quality: numberRule(1, 100),
  // up to 51 for two of the codecs, which the driver says
  crf: numberRule(0, 63),
  preset: { kind: "text" },
  encoder: choiceRule(encoderChoices),
  pixelFormat: choiceRule(pixelFormats),
  audio: choiceRule(audioOptions),
};

/** Of {@link UpscaleOptions}. */
export const upscaleRules: OptionRules<UpscaleOptions> = {
  ...upscalerRules,
  model: ownRule((path, value) => {
    if (!isUpscaler(value) && !isChooser(value) && !isLadder(value)) throw noModel(path, value);
  }),
  second: ownRule((path, value) => {
    if (!isLadder(value) || Array.isArray(value)) throw noModel(path, value);
  }),
  size: ownRule((path, value) => void resolveTarget(value as string, path)),
  resume: ownRule((path, value) => void resolveResume(path, value as UpscaleOptions["resume"])),
  // looked at by the driver that writes
  output: uncheckedRule,
  ...encodingRules,
  start: numberRule(0),
  end: numberRule(0),
  toSdr: { kind: "boolean" },
  deinterlace: choiceRule(deinterlaceModes),
  frameRate: numberRule(0.01, 1000),
  recover: { kind: "boolean" },
  strict: { kind: "boolean" },
  codecs: listRule(uncheckedRule),
  onProgress: { kind: "function" },
};

/**
 * Checks options of whoever takes either an upscaler to share or options of one of its own.
 *
 * @param limits what it takes beside them
 * @param rule what `options.upscaler` may be
 * @returns the upscaler, or the options of its own that are none of `limits`
 * @throws TatamiError `invalid-option`
 */
export function eitherUpscaler<L extends object, U = Upscaler>(
  given: L & (UpscalerOptions | { readonly upscaler: U }),
  limits: OptionRules<L>,
  rule: OptionRule = sharedRule,
): { readonly own: UpscalerOptions | undefined; readonly shared: U | undefined } {
  const options = checkOptions("options", given, eitherFix) as L & { readonly upscaler?: U };
  const rules: Readonly<Record<string, OptionRule>> = { ...limits, upscaler: rule };
  if (options.upscaler !== undefined) {
    checkByRules<object>("options", options, rules);
    return { shared: options.upscaler, own: undefined };
  }
  checkByRules<object>("options", options, { ...upscalerRules, ...rules });
  const own = Object.fromEntries(Object.entries(options).filter(([name]) => !(name in rules)));
  if (own["model"] === undefined)
    throw invalidOption("options.model", "a model, unless options.upscaler is given", undefined, eitherFix);
  return { own: own as unknown as UpscalerOptions, shared: undefined };
}

const eitherFix =
  'Pass a model or an upscaler: { model: await loadModel("m5-x2") }, with loadModel from @tatami/zoo.';

/** An upscaler to share. */
const sharedRule: OptionRule = ownRule((path, value) => {
  if (!isUpscaler(value))
    throw invalidOption(path, "an upscaler", value, "Make one: await createUpscaler({ model }).");
});

/** Decibels that routing may cost; `Infinity` is one. @throws TatamiError `invalid-option` naming `path`. */
export function checkLoss(path: string, value: unknown): number {
  return value === Infinity ? value : checkNumber(path, value, 0);
}

/** Whether a value is an upscaler, which somebody owns. */
export function isUpscaler(value: unknown): value is Upscaler {
  return typeof value === "object" && value !== null && "frame" in value;
}

/** Whether a value chooses a model by what a file looks like. */
export function isChooser(value: unknown): value is ModelChooser {
  return typeof value === "object" && value !== null && "choose" in value;
}

function isLadder(value: unknown): boolean {
  const models: readonly unknown[] = Array.isArray(value) ? value : [value];
  const isRight = (each: unknown): boolean => typeof each === "function" || isModel(each);
  return models.length >= 1 && models.length <= 3 && models.every(isRight);
}

/** The error for what is no model: where it is a file's bytes, that says so. */
export function noModel(path: string, given: unknown): TatamiError<"invalid-option"> {
  const isFile = ArrayBuffer.isView(given) || given instanceof ArrayBuffer;
  return invalidOption(
    path,
    "a model, a function that loads one, or a list of up to three",
    given,
    isFile
      ? "Read the file's bytes first: readOnnx(bytes).model, with readOnnx from @tatami/graph."
      : 'Pass a model, for instance await loadModel("m5-x2") from @tatami/zoo.',
  );
}
