/** Builders of what training steps are made of beside a network: reductions, matrices, gradients. */

import { add, constant, multiply, node } from "./build.ts";
import type { Node } from "./node.ts";
import type { Shape } from "./ops/definition.ts";
import { probeShape } from "./shape.ts";
import { tensor } from "./tensor.ts";

/** A named tensor that is bound when the graph is run. */
export function parameter(name: string, shape: Shape): Node<"parameter"> {
  return node("parameter", [], { name, shape });
}

/** `first / second`; the second is repeated along its dimensions of size 1. */
export function divide(first: Node, second: Node): Node<"divide"> {
  return node("divide", [first, second], {});
}

/** |x|. */
export function absolute(source: Node): Node<"absolute"> {
  return node("absolute", [source], {});
}

/** √x. */
export function squareRoot(source: Node): Node<"squareRoot"> {
  return node("squareRoot", [source], {});
}

/** 1 where x > 0, else 0. */
export function isPositive(source: Node): Node<"isPositive"> {
  return node("isPositive", [source], {});
}

/** The sum along axes, which stay as dimensions of size 1. */
export function sum(source: Node, axes: readonly number[]): Node<"sum"> {
  return node("sum", [source], { axes });
}

/** The mean along axes, which stay as dimensions of size 1. @param axes all of them when left out */
export function mean(source: Node, axes: readonly number[] = allAxes(source)): Node<"mean"> {
  return node("mean", [source], { axes });
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

/** The product of matrices `[m, k]` and `[k, n]`. */
export function matrixMultiply(first: Node, second: Node): Node<"matrixMultiply"> {
  return node("matrixMultiply", [first, second], {});
}

/** Blocks of pixels laid out as channels, in ONNX's DCR order. */
export function spaceToDepth(picture: Node, block: number): Node<"spaceToDepth"> {
  return node("spaceToDepth", [picture], { block });
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

/** The source times a number. */
export function times(source: Node, factor: number): Node<"multiply"> {
  return multiply(source, numberLike(source, factor));
}

/** The source plus a number. */
export function plus(source: Node, number: number): Node<"add"> {
  return add(source, numberLike(source, number));
}

/** The source summed to a smaller shape: what was repeated on the way there adds up on the way back. */
export function sumTo(source: Node, shape: Shape): Node {
  const axes = allAxes(source).filter((axis) => shape[axis] !== probeShape(source)[axis]);
  return axes.length > 0 ? sum(source, axes) : source;
}

/** All axes of a node's value. */
export function allAxes(source: Node): readonly number[] {
  return probeShape(source).map((_, axis) => axis);
}

/** One number of as many dimensions as the source has. */
function numberLike(source: Node, value: number): Node<"constant"> {
  return constant(
    tensor(
      allAxes(source).map(() => 1),
      Float32Array.of(value),
    ),
  );
}
