/** How each op becomes kernel calls. */

import type { Node, Op } from "@tatami/graph";
import { TatamiError } from "@tatami/core";
import type { Lowering } from "../lowering.ts";
import type { Value } from "../storage.ts";
import { lowerConv2d, lowerInputGradient, lowerWeightGradient } from "./convolution.ts";
import { lowerDepthwise, lowerDepthwiseInput, lowerDepthwiseWeight } from "./depthwise.ts";
import { lowerBinary, lowerUnary } from "./elementwise.ts";
import { lowerMatrixMultiply } from "./matrices.ts";
import {
  lowerConcat,
  lowerDepthToSpace,
  lowerExpand,
  lowerPad,
  lowerReshape,
  lowerSlice,
  lowerSpaceToDepth,
  lowerTranspose,
} from "./movement.ts";
import { lowerPrelu, lowerPreluInputGradient, lowerPreluSlopeGradient } from "./prelu.ts";
import { lowerReduction } from "./reductions.ts";
import { lowerCumulativeSum, lowerScan, lowerUnwindow, lowerWindow } from "./sequence.ts";

/** Ops whose values are given. */
type Given = "input" | "constant" | "parameter";

/** Every op but those; a new op without kernels does not compile. */
const lowerings: { readonly [O in Exclude<Op, Given>]: (lowering: Lowering, node: Node<O>) => Value } = {
  conv2d: lowerConv2d,
  conv2dInputGradient: (lowering, node) => lowerInputGradient(lowering, node),
  conv2dWeightGradient: lowerWeightGradient,
  depthwiseConv2d: lowerDepthwise,
  depthwiseInputGradient: lowerDepthwiseInput,
  depthwiseWeightGradient: lowerDepthwiseWeight,
  add: lowerBinary,
  subtract: lowerBinary,
  multiply: lowerBinary,
  divide: lowerBinary,
  relu: lowerUnary,
  absolute: lowerUnary,
  squareRoot: lowerUnary,
  exponential: lowerUnary,
  logarithm: lowerUnary,
  sigmoid: lowerUnary,
  sign: lowerUnary,
  isPositive: lowerUnary,
  isWithin: lowerUnary,
  clip: lowerUnary,
  prelu: (lowering, node) => lowerPrelu(lowering, node),
  preluInputGradient: lowerPreluInputGradient,
  preluSlopeGradient: lowerPreluSlopeGradient,
  sum: lowerReduction,
  mean: lowerReduction,
  expand: lowerExpand,
  reshape: lowerReshape,
  transpose: lowerTranspose,
  slice: lowerSlice,
  concat: lowerConcat,
  pad: lowerPad,
  depthToSpace: lowerDepthToSpace,
  spaceToDepth: lowerSpaceToDepth,
  window: lowerWindow,
  unwindow: lowerUnwindow,
  selectiveScan: lowerScan,
  cumulativeSum: lowerCumulativeSum,
  matrixMultiply: lowerMatrixMultiply,
};

/** Emits the calls of one node. @throws TatamiError `invalid-model` for a node that has no value here. */
export function lowerNode(lowering: Lowering, node: Node): Value {
  const lower = (lowerings as Partial<Record<Op, (lowering: Lowering, node: Node) => Value>>)[node.op];
  if (lower) return lower(lowering, node);
  throw new TatamiError({
    code: "invalid-model",
    message: `A program has an op ${node.op} that nothing is bound to.`,
    fix: "Put a parameter in the place of an input, with replaceNodes.",
    detail: { op: node.op },
  });
}
