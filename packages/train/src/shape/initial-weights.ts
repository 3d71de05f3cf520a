/** The start of training: Glorot's uniform start for the wide weights, made so that the network begins near the identity. */

import type { Architecture } from "./architecture.ts";
import { createRandom } from "../run/random.ts";
import { view, wideLayout } from "./weight-layout.ts";

/** Shrinks the last block's start, so that the untrained network returns little but its input. */
const HEAD_GAIN = 0.3;

/**
 * A wide vector. Convolutions are uniform in ±√(6 / (fan in + fan out)) (Glorot and Bengio, 2010, equation 16, as the
 * official SESR code leaves it to Keras); biases are zero; slopes too, as in SESR.
 */
export function createInitialWeights(architecture: Architecture, seed: number): Float32Array {
  const random = createRandom(seed);
  const layout = wideLayout(architecture);
  const weights = new Float32Array(layout.count);
  const { width } = architecture;
  layout.layers.forEach((layer, index) => {
    const taps = layer.kernel * layer.kernel;
    const gain = index === layout.layers.length - 1 ? HEAD_GAIN : 1;
    const fill = (values: Float32Array, limit: number): void => {
      for (let i = 0; i < values.length; i++) values[i] = (2 * random.uniform() - 1) * limit;
    };
    fill(view(weights, layer.expand), Math.sqrt(6 / (taps * (layer.inputs + width))));
    fill(view(weights, layer.project), gain * Math.sqrt(6 / (width + layer.outputs)));
  });
  return weights;
}
