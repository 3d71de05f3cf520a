/** Weights drawn from a seed, and networks of them: for tests and benches that need no trained ones. */

import type { Model } from "../model/model.ts";
import { mamba } from "../networks/mamba/mamba.ts";
import type { MambaShape } from "../networks/mamba/mamba.ts";
import { beginWeight, createNetworkModel } from "../networks/network.ts";
import type { Network, WeightSpec } from "../networks/network.ts";
import { sesrSizes } from "../networks/sesr-sizes.ts";
import type { SesrSize } from "../networks/sesr-sizes.ts";
import { sesr } from "../networks/sesr.ts";
import { unet } from "../networks/unet.ts";
import type { UnetShape } from "../networks/unet.ts";
import { tensor } from "../tensor.ts";
import type { Tensor } from "../tensor.ts";
import { createSeededRandom } from "./seeded-random.ts";
import { randomTensor } from "./random-tensor.ts";

/**
 * Weights of a realistic size, the same for the same seed: as training begins, but that biases and slopes, which begin
 * as one number everywhere, are up to 0.1 from it, so that a mistake in any of them shows.
 */
export function seededWeights(specs: readonly WeightSpec[], seed: number): Record<string, Tensor> {
  const random = createSeededRandom(seed);
  return Object.fromEntries(
    specs.map((spec) => {
      const begun = beginWeight(spec, random);
      if (spec.begin.kind === "uniform") return [spec.name, begun];
      const moved = randomTensor(spec.shape, -0.1, 0.1, random).data.map((by, i) => begun.data[i]! + by);
      return [spec.name, tensor(spec.shape, moved)];
    }),
  );
}

/** A SESR of the paper with {@link seededWeights}, called like `sesr-m3-x2`: not trained, but every op is exercised. */
export function seededSesr(size: SesrSize = "m3", scale: 2 | 4 = 2, seed = 1): Model {
  return seededModel(sesr, { ...sesrSizes[size], scale }, `sesr-${size}-x${scale}`, seed);
}

/**
 * A U-Net with {@link seededWeights}: no chain, and its windows keep to an alignment of 2^depth.
 *
 * @param shape as `networks.unet.check` takes it, but that `base` is 3 and `depth` 1 when left out.
 */
export function seededUnet(shape: Partial<UnetShape> = {}, seed = 1): Model {
  return seededModel(unet, { base: 3, depth: 1, ...shape }, "unet", seed);
}

/**
 * A small network of selective scans with {@link seededWeights}.
 *
 * @param shape as `networks.mamba.check` takes it, but that `features` is 8, `states` 4 and `window` 4 when left out.
 */
export function seededMamba(shape: Partial<MambaShape> = {}, seed = 1): Model {
  return seededModel(mamba, { features: 8, states: 4, window: 4, ...shape }, "mamba", seed);
}

function seededModel<S>(network: Network<S>, given: object, name: string, seed: number): Model {
  const shape = network.check(given);
  return createNetworkModel(network, shape, name, seededWeights(network.weights(shape), seed));
}
