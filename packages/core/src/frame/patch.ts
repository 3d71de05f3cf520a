/** The unit of work between a frame and an engine. */

import type { AnyPlane } from "./planes.ts";
import { checkNumber } from "../options.ts";
import type { Rect } from "../size.ts";

/**
 * One patch of one frame's luma, to be computed: read `window` of `source`, run the model, keep the
 * part of the result that belongs to `kept`, and write it into `target`.
 */
export interface PatchJob<P extends AnyPlane = AnyPlane> {
  readonly source: P;
  /** Of as many bits as the source. */
  readonly target: P;
  /** Source pixels the model reads, the halo included. */
  readonly window: Rect;
  /** Source pixels whose result is exact and is written; inside `window`. */
  readonly kept: Rect;
  /**
   * Whether luma uses 0..255 rather than 16..235, or as much of more bits: the model works in the studio range, and sees
   * luma of any depth as the Y′/255 of 8 bits, with what is finer behind the point.
   */
  readonly fullRange: boolean;
  /**
   * How much of what the model adds to the bicubic filter is used: luma is filter + strength · (model − filter), in floats,
   * rounded and clipped once. 0 is the filter, 1 the model as it is.
   * @defaultValue 1
   */
  readonly strength?: number;
}

/** The largest strength: what the model adds is taken half as much again. */
export const mostStrength = 1.5;

/** A strength within its limits. @throws TatamiError `invalid-option` naming `path`. */
export function checkStrength(path: string, value: unknown): number {
  return checkNumber(path, value, 0, mostStrength);
}
