/** A picture that stands still, with another noise in each frame. */

import type { Plane, Size } from "@tatami/core";
import { createPlane, createRandom, psnr } from "@tatami/core";

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

/** PSNR of two whole planes, decibels. */
export function psnrOf(a: Plane, b: Plane): number {
  return psnr(a, b, 0);
}
