/** An EDSR-like network: residual blocks without normalisation. Lim et al., 2017 (arXiv 1707.02921), section 3. */

import { checkInteger, checkNumber } from "@tatami/core";
import { add, relu, scalar, subtract, times } from "../build.ts";
import type { Node } from "../node.ts";
import { convolutionSpecs, convolve } from "./layers.ts";
import type { WeightOf } from "./layers.ts";
import { enlarge } from "./network.ts";
import type { BuiltNetwork, Network } from "./network.ts";
import { shapeOptions } from "./options.ts";

/** An EDSR-like network. */
export interface EdsrShape {
  /** Channels of every block. */
  readonly features: number;
  /** Residual blocks of two 3×3 convolutions. */
  readonly blocks: number;
  /** What a block's two convolutions count for beside its residual: 0.1 in the paper's large network. */
  readonly residualScale: number;
  readonly scale: number;
}

/**
 * 3×3, `blocks` × (3×3, ReLU, 3×3, residual), 3×3, the long skip, a 3×3 head of scale² channels, sub-pixels. Unlike
 * the paper's it enlarges in one step, and adds the picture to every sub-pixel as SESR does.
 *
 * Options of `check`, with what they are when left out: `features` 64, `blocks` 16, `residualScale` 1, `scale` 2.
 */
export const edsr: Network<EdsrShape> = {
  name: "edsr",
  check(given) {
    const {
      features = 64,
      blocks = 16,
      residualScale = 1,
      scale = 2,
    } = shapeOptions(given, ["features", "blocks", "residualScale", "scale"]);
    return {
      features: checkInteger("shape.features", features, 1, 512),
      blocks: checkInteger("shape.blocks", blocks, 1, 64),
      residualScale: checkNumber("shape.residualScale", residualScale, 0, 1),
      scale: checkInteger("shape.scale", scale, 1, 4),
    };
  },
  scaleOf: ({ scale }) => scale,
  weights: ({ features, blocks, scale }) => [
    ...convolutionSpecs("first", 1, features, 3),
    ...Array.from({ length: blocks }, (_, at) => [
      ...convolutionSpecs(`block${at}.first`, features, features, 3),
      ...convolutionSpecs(`block${at}.second`, features, features, 3),
    ]).flat(),
    ...convolutionSpecs("after", features, features, 3),
    ...convolutionSpecs("head", features, scale ** 2, 3, { gain: 0.3 }),
  ],
  build({ blocks, residualScale, scale }, weight: WeightOf, picture): BuiltNetwork {
    const features: Record<string, Node> = {};
    const first = convolve(weight, "first", subtract(picture, scalar(0.5)));
    features["first"] = first;
    let deep = first;
    for (let at = 0; at < blocks; at++) {
      const inner = relu(convolve(weight, `block${at}.first`, deep));
      const change = convolve(weight, `block${at}.second`, inner);
      deep = add(residualScale === 1 ? change : times(change, residualScale), deep);
      features[`block${at}`] = deep;
    }
    const whole = add(convolve(weight, "after", deep), first);
    return { output: enlarge(convolve(weight, "head", whole), picture, scale), features };
  },
};
