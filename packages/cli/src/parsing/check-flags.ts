/** Flags of `tatami upscale` that do not go together, or mean nothing for what is written. */

import type { OutputForm } from "../pictures/output-form.ts";
import type { UpscaleFlags } from "../upscale-flags.ts";
import { usage } from "./parse-flags.ts";

/** Flags that are about a file of video. */
const ofVideo: readonly (keyof UpscaleFlags)[] = [
  ...(["codec", "bitrate", "crf", "preset", "encoder", "pixel-format"] as const),
  ...(["audio", "resume", "keep"] as const),
];
/** Flags that are about many pictures, which one picture is not. */
const ofMoving: readonly (keyof UpscaleFlags)[] = [
  "container",
  "trim",
  "duration",
  "fps",
  "deinterlace",
  "frame-rate",
  "input-format",
  "input-size",
  "latency",
  "reuse",
  "fuse",
  "batch",
  "strict",
  "recover",
  "to-sdr",
  "debug-view",
];

/**
 * Refuses flags that mean nothing for any of the outputs.
 *
 * @param forms what the jobs write
 * @throws TatamiError `invalid-option`
 */
export function checkForms(flags: UpscaleFlags, forms: readonly OutputForm[]): void {
  if (forms.length === 0 || forms.includes("video")) return;
  const isStill = forms.every((form) => form === "picture");
  const refused = (isStill ? [...ofVideo, ...ofMoving] : ofVideo).find((name) => isGiven(flags, name));
  if (refused === undefined) return;
  throw usage(
    `--${refused} is for videos, and ${isStill ? "one picture" : "no file of video"} is written.`,
    `Leave --${refused} out, or name an output that is a video.`,
  );
}

function isGiven(flags: Partial<UpscaleFlags>, name: keyof UpscaleFlags): boolean {
  return flags[name] !== undefined && flags[name] !== false;
}

/** Flags of which only one may be given. */
const rivals: readonly (readonly [keyof UpscaleFlags, keyof UpscaleFlags])[] = [
  ["bitrate", "quality"],
  ["crf", "bitrate"],
  ["crf", "quality"],
  ["scale", "size"],
  ["overwrite", "skip-existing"],
  ["watch", "dry-run"],
  ["watch", "join"],
  ["join", "resume"],
  ["join", "keep"],
  ["join", "keep-times"],
  ["join", "jobs"],
  ["join", "input-format"],
];
/** Flags that mean something only with another. */
const companions: readonly (readonly [keyof UpscaleFlags, keyof UpscaleFlags])[] = [
  ["settle", "watch"],
  ["input-size", "input-format"],
];

/** @throws TatamiError `invalid-option` for flags that do not go together. */
export function checkFlags(flags: Partial<UpscaleFlags>): void {
  if (isGiven(flags, "input-format") && !isGiven(flags, "input-size"))
    throw usage(
      "--input-format says that the input has no header, and how large its pictures are is not said.",
      "Give --input-size WIDTHxHEIGHT as they were written, and --frame-rate if they are not 25 a second.",
    );
  for (const [one, other] of rivals)
    if (isGiven(flags, one) && isGiven(flags, other))
      throw usage(`--${one} and --${other} are both given.`, "Give one of them.");
  for (const [name, needed] of companions)
    if (isGiven(flags, name) && !isGiven(flags, needed))
      throw usage(
        `--${name} is for --${needed}, which is not given.`,
        `Give --${needed} too, or leave --${name} out.`,
      );
}
