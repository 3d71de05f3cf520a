/** Small models for tests: the shape of the shipped ones, with weights drawn from a seed. */

import type { Model, SesrSize, UnetShape } from "@tatami/graph";
import {
  collapse,
  createNetworkModel,
  createWideSesr,
  initialSesrWeights,
  initialWeights,
  networks,
  sesrConfig,
} from "@tatami/graph";

/** A collapsed SESR network with seeded weights: not trained, but every op is exercised. */
export function seededSesr(size: SesrSize = "m3", scale: 2 | 4 = 2, seed = 1): Model {
  const config = sesrConfig(size, scale);
  return collapse(createWideSesr(config, initialSesrWeights(config, seed)));
}

/** A small U-Net with seeded weights: no chain, and its windows keep to an alignment of 2^depth. */
export function seededUnet(shape: Partial<UnetShape> = {}, seed = 1): Model {
  const { unet } = networks;
  const whole = unet.check({ base: 3, depth: 1, ...shape });
  return createNetworkModel(unet, whole, "unet", initialWeights(unet.weights(whole), seed));
}
