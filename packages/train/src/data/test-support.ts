/** What several tests of this package make: noise, and small data sets. Not part of the build. */

import { createRandom } from "@tatami/core";
import type { Dataset } from "./dataset.ts";
import { createDataset } from "./dataset.ts";
import type { Picture } from "./luma.ts";
import { createBicubicPair } from "./tracks/bicubic.ts";

/** Uniform numbers in −1..1. */
export function noise(count: number, seed: number): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: count }, () => 2 * random.uniform() - 1);
}

/** An RGB picture of slow waves and some noise: something that can be learned. */
export function wavyPicture(width: number, height: number, seed: number): Picture {
  const random = createRandom(seed);
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const x = Math.floor(i / 3) % width;
    const y = Math.floor(i / 3 / width);
    return 128 + 70 * Math.sin(x / 3 + seed) * Math.cos(y / 4 + (i % 3)) + 20 * random.uniform();
  });
  return { width, height, channels: 3, data };
}

/** Two small pictures. */
export function smallDataset(scale: number, crop: number): Dataset {
  return createDataset(
    [1, 2].map((seed) => createBicubicPair(wavyPicture(50 + 10 * seed, 56, seed), scale)),
    scale,
    crop,
  );
}
