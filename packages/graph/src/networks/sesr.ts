/** SESR: a chain of linear blocks with one long residual. arXiv 2103.09404, sections 3 and 4. */

import { checkInteger, checkOneOf, invalidOption } from "@tatami/core";
import { add, scalar, subtract } from "../build.ts";
import type { Node } from "../node.ts";
import { convolutionSpecs, convolve, convolveAndBend, slopesSpec } from "./layers.ts";
import type { WeightOf } from "./layers.ts";
import { enlarge } from "./network.ts";
import type { BuiltNetwork, Network, WeightSpec } from "./network.ts";
import { shapeOptions } from "./options.ts";

/** Shrinks the last block's start, so that the untrained network returns little but its input. */
const headGain = 0.3;

/** A SESR network, of the paper's sizes or any other. */
export interface SesrNetworkShape {
  /** 3×3 blocks between the two 5×5 ones: m. */
  readonly blocks: number;
  /** Channels of the first convolution's result and of each 3×3 block's; the first and the last are equal. */
  readonly features: readonly number[];
  /** Hidden channels of a linear block while it is trained: p. They are gone after folding. */
  readonly width: number;
  readonly scale: 2 | 3 | 4;
}

/**
 * SESR, folded: 5×5, `blocks` × 3×3 with PReLU, the long residual, 5×5, sub-pixels. A block has a short residual
 * where its channels do not change.
 *
 * The sub-pixels of ×4 come from one depth-to-space of 4, not from the paper's two of 2: the same functions, as the
 * last block's channels are in another order (`mergedChannelOrder`).
 *
 * Options of `check`: `features`, a number for all layers or a list of one for each; `blocks`, which a list may leave
 * out; `scale`, 2 when left out; `width`, 256 when left out.
 */
export const sesr: Network<SesrNetworkShape> = {
  name: "sesr",
  check(given) {
    const {
      blocks,
      features,
      width = 256,
      scale = 2,
    } = shapeOptions(given, ["blocks", "features", "width", "scale"]);
    const widths = checkFeatures(blocks, features);
    return {
      blocks: widths.length - 1,
      features: widths,
      width: checkInteger("shape.width", width, 1, 4096),
      scale: checkOneOf("shape.scale", scale, [2, 3, 4]),
    };
  },
  scaleOf: ({ scale }) => scale,
  weights({ features, width, scale }) {
    const first = features[0]!;
    const middle = features.slice(1).flatMap((outputs, at): readonly WeightSpec[] => {
      const block = { width, residual: outputs === features[at] };
      const name = `middle${at}`;
      return [...convolutionSpecs(name, features[at]!, outputs, 3, { block }), slopesSpec(name, outputs, 0)];
    });
    const plain = { width, residual: false };
    return [
      ...convolutionSpecs("first", 1, first, 5, { block: plain }),
      ...middle,
      ...convolutionSpecs("last", first, scale ** 2, 5, { gain: headGain, block: plain }),
    ];
  },
  build({ blocks, scale }, weight: WeightOf, picture): BuiltNetwork {
    const features: Record<string, Node> = {};
    // Kept as a subtraction: folded into a bias it would be wrong where the kernel reaches over the border.
    const first = convolve(weight, "first", subtract(picture, scalar(0.5)));
    features["first"] = first;
    let deep = first;
    for (let at = 0; at < blocks; at++) {
      deep = convolveAndBend(weight, `middle${at}`, deep);
      features[`middle${at}`] = deep;
    }
    return { output: enlarge(convolve(weight, "last", add(deep, first)), picture, scale), features };
  },
};

function checkFeatures(blocks: unknown, features: unknown): readonly number[] {
  if (!Array.isArray(features)) {
    const count = checkInteger("shape.blocks", blocks, 1, 64);
    const channels = checkInteger("shape.features", features, 1, 512);
    return Array.from({ length: count + 1 }, () => channels);
  }
  const widths = features.map((each, at) => checkInteger(`shape.features[${at}]`, each, 1, 512));
  if (blocks !== undefined) checkInteger("shape.blocks", blocks, widths.length - 1, widths.length - 1);
  if (widths.length >= 2 && widths[0] === widths.at(-1)) return widths;
  throw invalidOption(
    "shape.features",
    "a number, or a list of at least two whose first and last are equal, as the long residual adds them",
    `[${widths.join(", ")}]`,
  );
}
