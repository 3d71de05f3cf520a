/** What is to be made of files: flags that submitting and running on the spot share, and what follows from them. */

import { extname, resolve } from "node:path";
import type { Container } from "@tatami/core";
import { containers, withoutUndefined } from "@tatami/core";
import type { JobOptions } from "@tatami/fleet";
import { chooseModel, loadSecond } from "../../choose-model.ts";
import { switchFlag, valueFlag } from "../../flags.ts";
import type { FlagValues, Switch, ValueFlag } from "../../flags.ts";
import { expandInputs } from "../../jobs/expand-inputs.ts";
import { leavePictures, tellOthers } from "../../jobs/inputs/video-files.ts";
import { planJobs } from "../../jobs/plan-jobs.ts";
import type { Job } from "../../jobs/plan-jobs.ts";
import { parseChoice } from "../../parsing/parse-choice.ts";
import { usage } from "../../parsing/parse-flags.ts";
import { parseNumber } from "../../parsing/parse-number.ts";
import { cutOf } from "../../parsing/parse-trim.ts";
import type { Shell } from "../../shell.ts";
import { skippedToJson } from "../../to-json.ts";
import { checkFlags } from "../../parsing/check-flags.ts";
import { upscaleFlags } from "../../upscale-flags.ts";
import { connectionFlags } from "./connection.ts";

/** Flags of `tatami upscale` that a fleet has too. */
type ShownFlag =
  | "output"
  | "model"
  | "effort"
  | "routing-loss"
  | "scale"
  | "size"
  | "second"
  | "strength"
  | "denoise"
  | "look"
  | "codec"
  | "bitrate"
  | "quality"
  | "crf"
  | "preset"
  | "pixel-format"
  | "audio"
  | "trim"
  | "duration"
  | "deinterlace"
  | "to-sdr"
  | "strict"
  | "recover"
  | "backend"
  | "patch"
  | "batch"
  | "reuse"
  | "integers"
  | "fuse"
  | "overwrite"
  | "skip-existing";

/** Those of `tatami upscale` that say what is to be made. */
export const jobFlags: Pick<typeof upscaleFlags, ShownFlag> & {
  readonly container: ValueFlag<Container>;
  readonly "segment-length": ValueFlag<number>;
  readonly json: Switch;
  readonly quiet: Switch;
} = {
  output: upscaleFlags.output,
  model: upscaleFlags.model,
  effort: upscaleFlags.effort,
  "routing-loss": upscaleFlags["routing-loss"],
  scale: upscaleFlags.scale,
  size: upscaleFlags.size,
  second: upscaleFlags.second,
  strength: upscaleFlags.strength,
  denoise: upscaleFlags.denoise,
  look: upscaleFlags.look,
  codec: upscaleFlags.codec,
  container: valueFlag(
    containers.join("|"),
    "Container; default from the output's name.",
    parseChoice(containers),
  ),
  bitrate: upscaleFlags.bitrate,
  quality: upscaleFlags.quality,
  crf: upscaleFlags.crf,
  preset: upscaleFlags.preset,
  "pixel-format": upscaleFlags["pixel-format"],
  audio: upscaleFlags.audio,
  trim: upscaleFlags.trim,
  duration: upscaleFlags.duration,
  deinterlace: upscaleFlags.deinterlace,
  "to-sdr": upscaleFlags["to-sdr"],
  strict: upscaleFlags.strict,
  recover: upscaleFlags.recover,
  backend: upscaleFlags.backend,
  patch: upscaleFlags.patch,
  batch: upscaleFlags.batch,
  reuse: upscaleFlags.reuse,
  integers: upscaleFlags.integers,
  fuse: upscaleFlags.fuse,
  overwrite: upscaleFlags.overwrite,
  "skip-existing": upscaleFlags["skip-existing"],
  "segment-length": valueFlag(
    "SECONDS",
    "Seconds of video that a segment lasts at least; default 10.",
    parseNumber(0.1),
  ),
  json: connectionFlags.json,
  quiet: switchFlag("Print nothing but errors and JSON.", "q"),
};

/** What was typed of it. */
export type JobFlags = FlagValues<typeof jobFlags>;

/** Which file becomes which, of whole videos. @throws TatamiError `invalid-option` */
export async function planSubmission(
  command: string,
  words: readonly string[],
  flags: JobFlags,
  shell: Shell,
): Promise<readonly Job[]> {
  if (words.length === 0)
    throw usage(`There is nothing to ${command}.`, `Name a video file: tatami fleet ${command} clip.mp4.`);
  checkFlags(flags);
  const { denoise, look, effort, container, overwrite, output, size } = flags;
  const scale = flags.scale && Number(flags.scale);
  const model = await chooseModel({ model: flags.model, scale, denoise, look, effort }, shell);
  const second = await loadSecond(flags, shell);
  const { expandObjects, namesObjects, planObjects } = await import("./plan-objects.ts");
  const hasObjects = namesObjects(words, output);
  const leaveOut = output && resolve(shell.cwd, output);
  const inputs = hasObjects
    ? await expandObjects(words, shell.cwd)
    : await leavePictures(await expandInputs(words, shell.cwd, { leaveOut }));
  const stream = inputs.files.find(({ isNameless }) => isNameless);
  if (stream) {
    throw usage(
      `${stream.name} is no single file, which is what a fleet can cut.`,
      "Save it as a file first, or upscale it with tatami upscale.",
    );
  }
  const first = "length" in model ? model[0]!.scale : model.scale;
  const known = first * (second?.scale ?? 1);
  const planning = { cwd: shell.cwd, scale: known, size, output, container, overwrite };
  const jobs = hasObjects
    ? planObjects(inputs, planning)
    : await planJobs(inputs, { ...planning, skipExisting: flags["skip-existing"] });
  const odd = jobs.find(({ failure, outputName }) => !failure && !container && !isVideo(outputName));
  if (!odd) {
    if (!flags.quiet) tellOthers(inputs, shell);
    return jobs;
  }
  throw usage(
    `${odd.outputName} is no name of a video, which is what a fleet writes.`,
    "Name the output .mp4, .mov, .webm or .mkv, or say with --container what to write into it.",
  );
}

/** Tells of a job whose output is there, and is left. */
export function tellSkipped(job: Job, flags: JobFlags, { stdout }: Shell): void {
  if (flags.json) stdout.write(skippedToJson(job));
  else if (!flags.quiet) stdout.write(`${job.outputName}  is there already, and is left as it is\n`);
}

function isVideo(name: string): boolean {
  return containers.some((container) => `.${container}` === extname(name).toLowerCase());
}

/** What was typed as options of the library. */
export function jobOptions(flags: JobFlags, { cwd }: Shell): JobOptions {
  const { effort, size, strength, denoise, look, codec, container, bitrate, quality, audio } = flags;
  const { deinterlace, reuse, fuse, crf, preset } = flags;
  const placed = (name: string): string =>
    /\.onnx$/i.test(name) && !name.startsWith("s3://") ? resolve(cwd, name) : name;
  const names = flags.model?.split(",").map((name) => placed(name.trim()));
  return {
    ...withoutUndefined({ effort, size, strength, denoise, look, codec, container, bitrate, quality, audio }),
    ...withoutUndefined({
      deinterlace,
      reuse,
      fuse,
      crf,
      preset,
      pixelFormat: flags["pixel-format"],
      ...cutOf(flags),
      model: names?.join(","),
      second: flags.second && placed(flags.second),
      scale: flags.scale && Number(flags.scale),
      routingLoss: flags["routing-loss"],
      backends: flags.backend,
      patchSize: flags.patch,
      batchSize: flags.batch,
      segmentSeconds: flags["segment-length"],
    }),
    ...withoutUndefined({
      toSdr: flags["to-sdr"] || undefined,
      strict: flags.strict || undefined,
      recover: flags.recover || undefined,
      integers: flags.integers || undefined,
    }),
  };
}
