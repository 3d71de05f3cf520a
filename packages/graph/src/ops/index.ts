/** The op table. An op without all its faces does not compile. */

import type { Node, Op } from "../node.ts";
import { clip } from "./activation/clip.ts";
import { preluInputGradient } from "./activation/prelu-input-gradient.ts";
import { preluSlopeGradient } from "./activation/prelu-slope-gradient.ts";
import { prelu } from "./activation/prelu.ts";
import { relu } from "./activation/relu.ts";
import { sigmoid } from "./activation/sigmoid.ts";
import { absolute } from "./arithmetic/absolute.ts";
import { add } from "./arithmetic/add.ts";
import { divide } from "./arithmetic/divide.ts";
import { exponential } from "./arithmetic/exponential.ts";
import { isPositive } from "./arithmetic/is-positive.ts";
import { isWithin } from "./arithmetic/is-within.ts";
import { logarithm } from "./arithmetic/logarithm.ts";
import { multiply } from "./arithmetic/multiply.ts";
import { sign } from "./arithmetic/sign.ts";
import { squareRoot } from "./arithmetic/square-root.ts";
import { subtract } from "./arithmetic/subtract.ts";
import { conv2dInputGradient } from "./convolution/conv2d-input-gradient.ts";
import { conv2dWeightGradient } from "./convolution/conv2d-weight-gradient.ts";
import { conv2d } from "./convolution/conv2d.ts";
import { depthwiseConv2d } from "./convolution/depthwise-conv2d.ts";
import { depthwiseInputGradient } from "./convolution/depthwise-input-gradient.ts";
import { depthwiseWeightGradient } from "./convolution/depthwise-weight-gradient.ts";
import { matrixMultiply } from "./convolution/matrix-multiply.ts";
import { concat } from "./layout/concat.ts";
import { depthToSpace } from "./layout/depth-to-space.ts";
import { expand } from "./layout/expand.ts";
import { pad } from "./layout/pad.ts";
import { reshape } from "./layout/reshape.ts";
import { slice } from "./layout/slice.ts";
import { spaceToDepth } from "./layout/space-to-depth.ts";
import { transpose } from "./layout/transpose.ts";
import { constant } from "./leaves/constant.ts";
import { input } from "./leaves/input.ts";
import { parameter } from "./leaves/parameter.ts";
import { mean } from "./reduction/mean.ts";
import { sum } from "./reduction/sum.ts";
import { cumulativeSum } from "./sequence/cumulative-sum.ts";
import { selectiveScan } from "./sequence/selective-scan.ts";
import { unwindow } from "./sequence/unwindow.ts";
import { window } from "./sequence/window.ts";
import type { OpDefinition } from "./definition.ts";

/** A definition for every op there is. */
export type OpDefinitions = { readonly [O in Op]: OpDefinition<O> };

/** Every op, by name. */
export const opDefinitions: OpDefinitions = {
  input,
  constant,
  conv2d,
  depthwiseConv2d,
  add,
  subtract,
  multiply,
  divide,
  relu,
  prelu,
  sigmoid,
  clip,
  absolute,
  squareRoot,
  exponential,
  logarithm,
  sum,
  mean,
  concat,
  slice,
  depthToSpace,
  spaceToDepth,
  window,
  unwindow,
  selectiveScan,
  parameter,
  isPositive,
  sign,
  isWithin,
  expand,
  reshape,
  transpose,
  pad,
  cumulativeSum,
  matrixMultiply,
  conv2dInputGradient,
  conv2dWeightGradient,
  depthwiseInputGradient,
  depthwiseWeightGradient,
  preluInputGradient,
  preluSlopeGradient,
} satisfies OpDefinitions;

/** The definition of a node's op. */
export function definitionOf(node: Node): OpDefinition<Op> {
  return opDefinitions[node.op] as unknown as OpDefinition<Op>;
}
