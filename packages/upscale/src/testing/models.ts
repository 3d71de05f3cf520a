/** Small models for tests. */

import type { Model } from "@tatami/graph";
import { seededSesr as seededSesrOf, conv2d, depthToSpace, haloOf, input, tensor } from "@tatami/graph";

export { seededUnet } from "@tatami/graph";

/** A SESR-M3 with seeded weights: not trained, but every op is exercised. */
export function seededSesr(scale: 2 | 4 = 2, seed = 1): Model {
  return seededSesrOf("m3", scale, seed);
}

/** Each pixel four times over: a model that costs next to nothing. */
export function nearestModel(): Model {
  const output = depthToSpace(conv2d(input(), tensor([4, 1, 1, 1], new Float32Array(4).fill(1))), 2);
  return { name: "nearest-x2", scale: 2, halo: haloOf(output), output };
}
