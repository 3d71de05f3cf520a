/** Seeded pictures for tests. */

import type { Plane, Size } from "@tatami/core";
import { createPlane } from "@tatami/core";

/** A plane of seeded noise over the whole 8-bit range. */
export function noisePlane(size: Size, seed = 1): Plane {
  const plane = createPlane(size);
  let state = seed >>> 0 || 1;
  for (let i = 0; i < plane.data.length; i++) {
    // xorshift32, Marsaglia 2003.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    plane.data[i] = state & 255;
  }
  return plane;
}
