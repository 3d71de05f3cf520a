/** What an upscaler refuses before it begins: no picture, and everything once it was disposed of. */

import { invalidOption, TatamiError } from "@tatami/core";

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

/** The error for an upscaler that is used after its end. */
export function disposed(): TatamiError<"invalid-option"> {
  return new TatamiError({
    code: "invalid-option",
    message: "This upscaler was disposed of.",
    fix: "Make another one: createUpscaler().",
    detail: { option: "upscaler" },
  });
}

/** The error for frames of more than 8 bits where frames are fused. */
export function fusesEightBits(path = "options.fuse"): TatamiError<"invalid-option"> {
  return invalidOption(
    path,
    "off for pictures of more than 8 bits: they cannot be fused yet",
    "another mode",
    "Leave fuse (--fuse) out, or set toSdr (--to-sdr) to have 8 bits.",
  );
}
