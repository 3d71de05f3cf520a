/** Builders of what only training steps are made of: parameters, layouts, matrices, gradients. */

import { allAxes, node, sum } from "./build.ts";
import type { Node } from "./node.ts";
import type { Shape } from "./ops/definition.ts";
import { probeShape } from "./shape.ts";

/** A named tensor that is bound when the graph is run. */
export function parameter(name: string, shape: Shape): Node<"parameter"> {
  return node("parameter", [], { name, shape });
}

/** 1 where x > 0, else 0. */
export function isPositive(source: Node): Node<"isPositive"> {
  return node("isPositive", [source], {});
}

/** Dimensions of size 1 repeated to a shape. */
export function expand(source: Node, shape: Shape): Node<"expand"> {
  return node("expand", [source], { shape });
}

/** The same numbers under another shape. */
export function reshape(source: Node, shape: Shape): Node<"reshape"> {
  return node("reshape", [source], { shape });
}

/** Axis `a` of the result is axis `order[a]` of the source. */
export function transpose(source: Node, order: readonly number[]): Node<"transpose"> {
  return node("transpose", [source], { order });
}

/** Zeros before and after, along an axis. */
export function pad(source: Node, axis: number, before: number, after: number): Node<"pad"> {
  return node("pad", [source], { axis, before, after });
}

/** Sums of everything up to each number along an axis; reversed, from each number on. */
export function cumulativeSum(source: Node, axis: number, reversed = false): Node<"cumulativeSum"> {
  return node("cumulativeSum", [source], { axis, reversed });
}

/** The product of matrices `[m, k]` and `[k, n]`. */
export function matrixMultiply(first: Node, second: Node): Node<"matrixMultiply"> {
  return node("matrixMultiply", [first, second], {});
}

/** The gradient of a convolution's picture, from that of its result. */
export function conv2dInputGradient(outgoing: Node, kernel: Node): Node<"conv2dInputGradient"> {
  return node("conv2dInputGradient", [outgoing, kernel], {});
}

/** The gradient of a convolution's kernel of these sides, from that of its result. */
export function conv2dWeightGradient(
  picture: Node,
  outgoing: Node,
  height: number,
  width: number,
): Node<"conv2dWeightGradient"> {
  return node("conv2dWeightGradient", [picture, outgoing], { height, width });
}

/** −1, 0 or 1. */
export function sign(source: Node): Node<"sign"> {
  return node("sign", [source], {});
}

/** 1 where minimum ≤ x ≤ maximum, else 0; the limits rounded to float32 as those of `clip`. */
export function isWithin(source: Node, minimum: number, maximum: number): Node<"isWithin"> {
  return node("isWithin", [source], { minimum: Math.fround(minimum), maximum: Math.fround(maximum) });
}

/** The gradient of a PReLU's picture, from that of its result. */
export function preluInputGradient(outgoing: Node, picture: Node, slopes: Node): Node<"preluInputGradient"> {
  return node("preluInputGradient", [outgoing, picture, slopes], {});
}

/** The gradient of a PReLU's slopes, from that of its result. */
export function preluSlopeGradient(outgoing: Node, picture: Node): Node<"preluSlopeGradient"> {
  return node("preluSlopeGradient", [outgoing, picture], {});
}

/** The gradient of a depthwise convolution's picture, from that of its result. */
export function depthwiseInputGradient(outgoing: Node, kernel: Node): Node<"depthwiseInputGradient"> {
  return node("depthwiseInputGradient", [outgoing, kernel], {});
}

/** The gradient of a depthwise convolution's kernel of these sides, from that of its result. */
export function depthwiseWeightGradient(
  picture: Node,
  outgoing: Node,
  height: number,
  width: number,
): Node<"depthwiseWeightGradient"> {
  return node("depthwiseWeightGradient", [picture, outgoing], { height, width });
}

/** The source summed to a smaller shape: what was repeated on the way there adds up on the way back. */
export function sumTo(source: Node, shape: Shape): Node {
  const axes = allAxes(source).filter((axis) => shape[axis] !== probeShape(source)[axis]);
  return axes.length > 0 ? sum(source, axes) : source;
}
