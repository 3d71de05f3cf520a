/** The op table. An op without all its faces does not compile. */

import type { Node, Op } from "../node.ts";
import { absolute } from "./arithmetic/absolute.ts";
import { add } from "./arithmetic/add.ts";
import { clip } from "./activation/clip.ts";
import { concat } from "./layout/concat.ts";
import { constant } from "./leaves/constant.ts";
import { conv2dInputGradient } from "./convolution/conv2d-input-gradient.ts";
import { conv2dWeightGradient } from "./convolution/conv2d-weight-gradient.ts";
import { conv2d } from "./convolution/conv2d.ts";
import { depthToSpace } from "./layout/depth-to-space.ts";
import { divide } from "./arithmetic/divide.ts";
import { expand } from "./layout/expand.ts";
import { input } from "./leaves/input.ts";
import { isPositive } from "./arithmetic/is-positive.ts";
import { matrixMultiply } from "./convolution/matrix-multiply.ts";
import { mean } from "./reduction/mean.ts";
import { multiply } from "./arithmetic/multiply.ts";
import { pad } from "./layout/pad.ts";
import { parameter } from "./leaves/parameter.ts";
import { prelu } from "./activation/prelu.ts";
import { relu } from "./activation/relu.ts";
import { reshape } from "./layout/reshape.ts";
import { slice } from "./layout/slice.ts";
import { spaceToDepth } from "./layout/space-to-depth.ts";
import { squareRoot } from "./arithmetic/square-root.ts";
import { subtract } from "./arithmetic/subtract.ts";
import { sum } from "./reduction/sum.ts";
import { transpose } from "./layout/transpose.ts";
import type { OpDefinition } from "./definition.ts";

/** A definition for every op there is. */
export type OpDefinitions = { readonly [O in Op]: OpDefinition<O> };

/** Every op, by name. */
export const opDefinitions: OpDefinitions = {
  input,
  constant,
  conv2d,
  add,
  subtract,
  multiply,
  relu,
  prelu,
  clip,
  concat,
  slice,
  depthToSpace,
  parameter,
  divide,
  absolute,
  squareRoot,
  isPositive,
  sum,
  mean,
  expand,
  reshape,
  transpose,
  pad,
  matrixMultiply,
  spaceToDepth,
  conv2dInputGradient,
  conv2dWeightGradient,
} satisfies OpDefinitions;

/** The definition of a node's op. */
export function definitionOf(node: Node): OpDefinition<Op> {
  return opDefinitions[node.op] as unknown as OpDefinition<Op>;
}
