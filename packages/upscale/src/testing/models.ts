/** Small models for tests. */

import type { Model, UnetShape } from "@tatami/graph";
import {
  collapse,
  conv2d,
  createNetworkModel,
  createWideSesr,
  depthToSpace,
  haloOf,
  initialSesrWeights,
  initialWeights,
  input,
  networks,
  sesrConfig,
  tensor,
} from "@tatami/graph";

/** A collapsed SESR-M3 with seeded weights: not trained, but every op is exercised. */
export function seededSesr(scale: 2 | 4 = 2, seed = 1): Model {
  const config = sesrConfig("m3", scale);
  return collapse(createWideSesr(config, initialSesrWeights(config, seed)));
}

/** A small U-Net with seeded weights: no chain, and its windows keep to an alignment of 2^depth. */
export function seededUnet(shape: Partial<UnetShape> = {}, seed = 1): Model {
  const { unet } = networks;
  const whole = unet.check({ base: 3, depth: 1, ...shape });
  return createNetworkModel(unet, whole, "unet", initialWeights(unet.weights(whole), seed));
}

/** Each pixel four times over: a model that costs next to nothing. */
export function nearestModel(): Model {
  const output = depthToSpace(conv2d(input(), tensor([4, 1, 1, 1], new Float32Array(4).fill(1))), 2);
  return { name: "nearest-x2", scale: 2, halo: haloOf(output), output };
}
