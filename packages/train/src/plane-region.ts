/** The part of a plane that is scored. */

import { invalidOption } from "@tatami/core";
import type { LumaPlane } from "./luma.ts";

/** Left and top inclusive, right and bottom exclusive, in pixels. */
export interface Region {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** What is left of two luma planes of equal size after `shave` pixels on every side. @throws TatamiError `invalid-option`. */
export function checkSamePlanes(a: LumaPlane, b: LumaPlane, shave: number): Region {
  const seen = `${a.width}×${a.height} and ${b.width}×${b.height}`;
  if (a.width !== b.width || a.height !== b.height) {
    throw invalidOption("pictures", "two luma planes of equal size", seen);
  }
  const region = { left: shave, top: shave, right: a.width - shave, bottom: a.height - shave };
  if (region.right <= region.left || region.bottom <= region.top)
    throw invalidOption("shave", `less than half of ${seen}`, shave);
  return region;
}
