/** A picture that stands still, with another noise in each frame. */

import type { Plane, Size } from "@tatami/core";
import { createPlane, createRandom } from "@tatami/core";

/** Edges and texture, moved to the right by `shift` pixels, and noise of `sigma` levels that is another for each seed. */
export function scene({ width, height }: Size, seed: number, sigma: number, light = 0, shift = 0): Plane {
  const plane = createPlane({ width, height });
  const random = createRandom(seed);
  const gauss = (): number =>
    Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
  plane.data.forEach((_, i) => {
    const [x, y] = [(i % width) - shift, Math.floor(i / width)];
    const level = 110 + 40 * Math.sin(x / 5) * Math.cos(y / 7) + (x > width / 2 ? 30 : 0) + light;
    plane.data[i] = Math.min(255, Math.max(0, Math.round(level + (sigma > 0 ? sigma * gauss() : 0))));
  });
  return plane;
}

/** Peak signal over the difference of two planes, decibels. */
export function psnrOf(a: Plane, b: Plane): number {
  let sum = 0;
  for (let y = 0; y < b.height; y++)
    for (let x = 0; x < b.width; x++) sum += (a.data[y * a.stride + x]! - b.data[y * b.stride + x]!) ** 2;
  return 10 * Math.log10((255 ** 2 * b.width * b.height) / sum);
}
