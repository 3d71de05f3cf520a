/** A weight divided by its largest singular value. Miyato et al., 2018 (arXiv 1802.05957), section 2.1 and algorithm 1. */

import { checkInteger } from "@tatami/core";
import { allAxes, divide, multiply, plus, squareRoot, sum } from "../build.ts";
import { matrixMultiply, reshape } from "../build-training.ts";
import type { Node } from "../node.ts";
import { probeShape } from "../shape.ts";
import { elementCount } from "../tensor.ts";

/** Keeps a length from being 0. */
const least = 1e-12;

/** A weight of spectral norm 1, and the vector to go on from. */
export interface SpectralNorm {
  /** In the shape of the weight. */
  readonly weight: Node;
  /** `[o]`, of length 1: closer to the first left singular vector than the one that was given. */
  readonly next: Node;
}

/**
 * The weight `[o, …]`, seen as a matrix of o rows, over its largest singular value, which power iteration finds from
 * `u`: exact for the singular vector itself, and never too large a divisor. Unlike in the paper, gradients pass
 * through the iteration too: at the singular vector that is no difference.
 *
 * @param u `[o]`, not zero: fixed, or what the last step's `next` was.
 * @param steps of power iteration. @defaultValue 1
 */
export function spectralNorm(weight: Node, u: Node, steps = 1): SpectralNorm {
  checkInteger("steps", steps, 1);
  const shape = probeShape(weight);
  const outputs = shape[0]!;
  const rest = elementCount(shape) / outputs;
  const matrix = reshape(weight, [outputs, rest]);
  let image: Node = u;
  for (let step = 0; step < steps; step++) {
    const right = matrixMultiply(reshape(image, [1, outputs]), matrix);
    image = matrixMultiply(matrix, reshape(divide(right, lengthOf(right)), [rest, 1]));
  }
  const size = lengthOf(image);
  return {
    weight: divide(
      weight,
      reshape(
        size,
        shape.map(() => 1),
      ),
    ),
    next: reshape(divide(image, size), [outputs]),
  };
}

/** √Σx², under a shape of ones. */
function lengthOf(vector: Node): Node {
  return squareRoot(plus(sum(multiply(vector, vector), allAxes(vector)), least));
}
