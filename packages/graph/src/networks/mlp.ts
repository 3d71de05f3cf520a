/** A perceptron at every pixel: one 3×3 convolution, then 1×1 convolutions only. */

import { checkInteger } from "@tatami/core";
import { scalar, subtract } from "../build.ts";
import type { Node } from "../node.ts";
import { convolutionSpecs, convolve, convolveAndBend, slopesSpec } from "./layers.ts";
import type { WeightOf } from "./layers.ts";
import { enlarge } from "./network.ts";
import type { BuiltNetwork, Network } from "./network.ts";
import { shapeOptions } from "./options.ts";

/** A perceptron at every pixel. */
export interface MlpShape {
  /** Channels of every layer. */
  readonly features: number;
  /** 1×1 convolutions between the 3×3 one and the head. */
  readonly depth: number;
  readonly scale: number;
}

/**
 * 3×3 and PReLU, `depth` × (1×1 and PReLU), a 1×1 head of scale² channels, the picture added to every sub-pixel. It
 * sees one pixel around each.
 *
 * Options of `check`, with what they are when left out: `features` 64, `depth` 4, `scale` 2.
 */
export const mlp: Network<MlpShape> = {
  name: "mlp",
  check(given) {
    const { features = 64, depth = 4, scale = 2 } = shapeOptions(given, ["features", "depth", "scale"]);
    return {
      features: checkInteger("shape.features", features, 1, 512),
      depth: checkInteger("shape.depth", depth, 1, 64),
      scale: checkInteger("shape.scale", scale, 1, 4),
    };
  },
  scaleOf: ({ scale }) => scale,
  weights: ({ features, depth, scale }) => [
    ...convolutionSpecs("first", 1, features, 3),
    slopesSpec("first", features, 0.25),
    ...Array.from({ length: depth }, (_, at) => [
      ...convolutionSpecs(`layer${at}`, features, features, 1),
      slopesSpec(`layer${at}`, features, 0.25),
    ]).flat(),
    ...convolutionSpecs("head", features, scale ** 2, 1, { gain: 0.3 }),
  ],
  build({ depth, scale }, weight: WeightOf, picture): BuiltNetwork {
    const features: Record<string, Node> = {};
    let current = convolveAndBend(weight, "first", subtract(picture, scalar(0.5)));
    features["first"] = current;
    for (let at = 0; at < depth; at++) {
      current = convolveAndBend(weight, `layer${at}`, current);
      features[`layer${at}`] = current;
    }
    return { output: enlarge(convolve(weight, "head", current), picture, scale), features };
  },
};
