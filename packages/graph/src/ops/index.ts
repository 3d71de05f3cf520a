/** The op table. An op without all its faces does not compile. */

import type { Node, Op } from "../node.ts";
import { absolute } from "./absolute.ts";
import { add } from "./add.ts";
import { clip } from "./clip.ts";
import { concat } from "./concat.ts";
import { constant } from "./constant.ts";
import { conv2dInputGradient } from "./conv2d-input-gradient.ts";
import { conv2dWeightGradient } from "./conv2d-weight-gradient.ts";
import { conv2d } from "./conv2d.ts";
import { depthToSpace } from "./depth-to-space.ts";
import { divide } from "./divide.ts";
import { expand } from "./expand.ts";
import { input } from "./input.ts";
import { isPositive } from "./is-positive.ts";
import { matrixMultiply } from "./matrix-multiply.ts";
import { mean } from "./mean.ts";
import { multiply } from "./multiply.ts";
import { pad } from "./pad.ts";
import { parameter } from "./parameter.ts";
import { prelu } from "./prelu.ts";
import { relu } from "./relu.ts";
import { reshape } from "./reshape.ts";
import { slice } from "./slice.ts";
import { spaceToDepth } from "./space-to-depth.ts";
import { squareRoot } from "./square-root.ts";
import { subtract } from "./subtract.ts";
import { sum } from "./sum.ts";
import { transpose } from "./transpose.ts";
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
