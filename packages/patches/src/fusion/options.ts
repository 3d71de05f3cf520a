/** Whether frames of a stream are fused before they are enlarged. */

import type { OptionRules } from "@tatami/core";
import { checkOneOf, choiceRule, fuseModes } from "@tatami/core";

/**
 * `off`: each frame is taken as it is. `static`: what stands still is taken from the mean of what was seen there, for cameras that
 * do not move; where a recording gains nothing it turns itself off. `auto`: the same, but only once four key frames in a
 * row have shown that it gains.
 */
export type FuseMode = (typeof fuseModes)[number];

/** An option of whatever enlarges a stream. */
export interface FuseOptions {
  /** See {@link FuseMode}: it costs two milliseconds of one core for a frame of 640×360. @defaultValue "off" */
  readonly fuse?: FuseMode;
}

/** What it may be. */
export const fuseRules: OptionRules<FuseOptions> = { fuse: choiceRule(fuseModes) };

/** @throws TatamiError `invalid-option` naming `path`. */
export function resolveFuse(path: string, fuse: FuseMode = "off"): FuseMode {
  return checkOneOf(path, fuse, fuseModes);
}
