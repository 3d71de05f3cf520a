/** A network's effect made weaker or stronger after it was computed once, so that a slider acts at once. */

import type { Plane } from "@tatami/core";
import { centred } from "@tatami/patches";
import type { ResizePlane } from "@tatami/patches";

/** The plane as the bicubic filter enlarges it: what a strength of 0 gives. */
export const filterPlane = (source: Plane, scale: number, resize: ResizePlane): Plane =>
  resize(source, {
    size: { width: source.width * scale, height: source.height * scale },
    horizontal: centred(scale),
    vertical: centred(scale),
  });

/** filter + strength · (network − filter), rounded to 8 bits: what the engines give, to a level. */
export const mixStrength = (filter: Plane, network: Plane, strength: number): Plane => {
  if (strength === 1) return network;
  const { width, height } = network;
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const [from, to] = [y * filter.stride, y * network.stride];
    for (let x = 0; x < width; x++) {
      const low = filter.data[from + x]!;
      const value = low + strength * (network.data[to + x]! - low);
      data[y * width + x] = value <= 0 ? 0 : value >= 255 ? 255 : value + 0.5;
    }
  }
  return { width, height, stride: width, data };
};
