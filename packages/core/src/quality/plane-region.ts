/** The part of a plane that is scored. */

import { invalidOption } from "../options.ts";
import type { Size } from "../size.ts";

/** Luma of 0..255, whole levels or not, row after row. */
export interface LumaSamples extends Size {
  readonly data: ArrayLike<number>;
  /** Samples from one row to the next. @defaultValue the width */
  readonly stride?: number;
}

/** Left and top inclusive, right and bottom exclusive, in pixels. */
export interface Region {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** What is left of two luma planes of equal size after `shave` pixels on every side. @throws TatamiError `invalid-option`. */
export function checkSamePlanes(a: LumaSamples, b: LumaSamples, shave: number): Region {
  const seen = `${a.width}×${a.height} and ${b.width}×${b.height}`;
  if (a.width !== b.width || a.height !== b.height) {
    throw invalidOption("pictures", "two luma planes of equal size", seen, "Give two pictures of one size.");
  }
  const region = { left: shave, top: shave, right: a.width - shave, bottom: a.height - shave };
  if (region.right <= region.left || region.bottom <= region.top)
    throw invalidOption("shave", `less than half of ${seen}`, shave);
  return region;
}
