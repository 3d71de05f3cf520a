/** A patch critic: how real each part of a picture looks. Isola et al., 2017 (arXiv 1611.07004), section 3.2.2. */

import { checkInteger, checkNumber } from "@tatami/core";
import { prelu, scalar, spaceToDepth, subtract } from "../build.ts";
import type { Node } from "../node.ts";
import { tensor } from "../tensor.ts";
import { convolutionSpecs, convolve } from "./layers.ts";
import type { WeightOf } from "./layers.ts";
import type { BuiltNetwork, Network } from "./network.ts";
import { shapeOptions } from "./options.ts";

/** A patch critic. */
export interface CriticShape {
  /** Channels of the first layer; twice and four times as many in the next two. */
  readonly features: number;
  /** What is negative is multiplied by, behind every layer but the last. */
  readonly slope: number;
}

/**
 * Three 3×3 convolutions with leaky ReLU, the second and third on blocks of 2×2 pixels laid out as channels, and a
 * 3×3 one to one channel: `[n, 1, h, w]` to scores `[n, 1, h/4, w/4]`, h and w multiples of 4. Without
 * normalisation: no example sees another. For training only; no model.
 *
 * Options of `check`, with what they are when left out: `features` 24, `slope` 0.2.
 */
export const critic: Network<CriticShape> = {
  name: "critic",
  check(given) {
    const { features = 24, slope = 0.2 } = shapeOptions(given, ["features", "slope"]);
    return {
      features: checkInteger("shape.features", features, 1, 256),
      slope: checkNumber("shape.slope", slope, 0, 1),
    };
  },
  scaleOf: () => 1 / 4,
  weights: ({ features }) => [
    ...convolutionSpecs("layer0", 1, features, 3),
    ...convolutionSpecs("layer1", 4 * features, 2 * features, 3),
    ...convolutionSpecs("layer2", 8 * features, 4 * features, 3),
    ...convolutionSpecs("score", 4 * features, 1, 3),
  ],
  build({ features: base, slope }, weight: WeightOf, picture): BuiltNetwork {
    const features: Record<string, Node> = {};
    let current: Node = subtract(picture, scalar(0.5));
    for (const [at, channels] of [base, 2 * base, 4 * base].entries()) {
      const source = at === 0 ? current : spaceToDepth(current, 2);
      const slopes = tensor([channels], new Float32Array(channels).fill(slope));
      current = prelu(convolve(weight, `layer${at}`, source), slopes);
      features[`layer${at}`] = current;
    }
    return { output: convolve(weight, "score", current), features };
  },
};
