/** What an upscaler refuses before it begins: no picture, and everything once it was disposed of. */

import type { Frame, OptionRules, Picture } from "@tatami/core";
import {
  checkByRules,
  invalidOption,
  mostStrength,
  numberRule,
  TatamiError,
  uncheckedRule,
} from "@tatami/core";
import type { FrameOptions } from "../options.ts";

/** @throws TatamiError `invalid-option` for what is no frame; there is nothing to be closed then. */
export function checkFrame(source: unknown): void {
  const { close } = (source ?? {}) as { readonly close?: unknown };
  if (typeof close === "function") return;
  throw invalidOption(
    "frame",
    "a Frame or a VideoFrame",
    source,
    "Pass a picture: createFrame() of @tatami/core makes one of planes.",
  );
}

const rules: OptionRules<FrameOptions> = {
  signal: { kind: "signal" },
  strength: numberRule(0, mostStrength),
  fusion: uncheckedRule,
  onStage: { kind: "function" },
  onPatches: { kind: "function" },
  isPaced: { kind: "boolean" },
};

/**
 * What an upscaler's `frame` was called with: for whoever makes an upscaler. The picture is closed where its options are wrong.
 *
 * @throws TatamiError `invalid-option`
 */
export function checkFrameCall(picture: Picture, options: FrameOptions): void {
  checkFrame(picture);
  try {
    checkByRules("options", options, rules);
  } catch (error) {
    picture.close();
    throw error;
  }
}

/** What an upscaler's `frames` was called with, likewise. @throws TatamiError `invalid-option` */
export function checkFramesCall(source: AsyncIterable<Frame>, options: FrameOptions): void {
  if (typeof source !== "object" || source === null || !(Symbol.asyncIterator in source))
    throw invalidOption(
      "source",
      "an async iterable of frames",
      source,
      "Pass what readFrames() gives, or a generator of frames.",
    );
  checkByRules("options", options, rules);
}

/** The error for an upscaler that is used after its end. */
export function disposed(): TatamiError<"invalid-option"> {
  return new TatamiError({
    code: "invalid-option",
    message: "This upscaler was disposed of.",
    fix: "Make another one: createUpscaler().",
    detail: { option: "upscaler" },
  });
}
