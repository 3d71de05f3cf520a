/** Seeded pictures for tests. */

import type { AnyPlane, Plane, Size } from "@tatami/core";
import { createDeepPlane, createPlane } from "@tatami/core";

/** A plane of seeded noise over the whole 8-bit range. */
export function noisePlane(size: Size, seed = 1): Plane {
  return fill(createPlane(size), seed, 255);
}

/** The same of samples of any number of bits. */
export function deepNoisePlane(size: Size, bits: number, seed = 1): AnyPlane {
  return bits > 8 ? fill(createDeepPlane(size, bits), seed, 2 ** bits - 1) : noisePlane(size, seed);
}

function fill<P extends AnyPlane>(plane: P, seed: number, most: number): P {
  let state = seed >>> 0 || 1;
  for (let i = 0; i < plane.data.length; i++) {
    // xorshift32, Marsaglia 2003.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    plane.data[i] = state & most;
  }
  return plane;
}
