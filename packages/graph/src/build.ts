/** Builders of what models are made of: small functions that make checked nodes. Every one throws `invalid-model` when its sources do not fit. */

import type { Node, Op, OpArguments } from "./node.ts";
import { opDefinitions } from "./ops/index.ts";
import type { OpDefinition } from "./ops/definition.ts";
import type { WindowArgument } from "./ops/sequence/window-order.ts";
import { probeShape } from "./shape.ts";
import { tensor } from "./tensor.ts";
import type { Tensor } from "./tensor.ts";

/** A scan's state, and whether it begins at the last token. */
export interface ScanSizes {
  readonly states: number;
  readonly values: number;
  /** @defaultValue false */
  readonly reversed?: boolean;
}

/** A node of any op, its sources checked. */
export function node<O extends Op>(op: O, sources: readonly Node[], arg: OpArguments[O]): Node<O> {
  if (op !== "input") (opDefinitions[op] as OpDefinition<O>).shape(sources.map(probeShape), arg);
  return { op, sources, arg };
}

/** The picture: `[n, channels, h, w]`. @param channels 1 (luma) when left out. */
export function input(channels = 1): Node<"input"> {
  return node("input", [], { channels });
}

/** Numbers known beforehand. */
export function constant(value: Tensor): Node<"constant"> {
  return node("constant", [], value);
}

/** One number, as `[1, 1, 1, 1]`: fits any picture. */
export function scalar(value: number): Node<"constant"> {
  return constant(tensor([1, 1, 1, 1], Float32Array.of(value)));
}

/** A convolution. Kernel `[o, i, kh, kw]` with odd sides, bias `[o]` (zeros when left out); either may be computed. */
export function conv2d(picture: Node, kernel: Tensor | Node, bias?: Tensor | Node): Node<"conv2d"> {
  const weights = asNode(kernel);
  const added = asNode(bias ?? tensor([probeShape(weights)[0] ?? 0]));
  return node("conv2d", [picture, weights, added], {});
}

/** A convolution of every channel by itself. Kernel `[c, 1, kh, kw]` with odd sides, bias `[c]` (zeros when left out); either may be computed. */
export function depthwiseConv2d(
  picture: Node,
  kernel: Tensor | Node,
  bias?: Tensor | Node,
): Node<"depthwiseConv2d"> {
  const weights = asNode(kernel);
  const added = asNode(bias ?? tensor([probeShape(weights)[0] ?? 0]));
  return node("depthwiseConv2d", [picture, weights, added], {});
}

/** `first + second`; the second is repeated along its dimensions of size 1. */
export function add(first: Node, second: Node): Node<"add"> {
  return node("add", [first, second], {});
}

/** `first − second`; the second is repeated along its dimensions of size 1. */
export function subtract(first: Node, second: Node): Node<"subtract"> {
  return node("subtract", [first, second], {});
}

/** `first · second`, element by element; the second is repeated along its dimensions of size 1. */
export function multiply(first: Node, second: Node): Node<"multiply"> {
  return node("multiply", [first, second], {});
}

/** max(x, 0). */
export function relu(source: Node): Node<"relu"> {
  return node("relu", [source], {});
}

/** x where x > 0, else slope · x; slopes `[c]`, which may be computed. */
export function prelu(picture: Node, slopes: Tensor | Node): Node<"prelu"> {
  return node("prelu", [picture, asNode(slopes)], {});
}

/** Values limited to `minimum..maximum`, rounded to float32 as everything is. */
export function clip(source: Node, minimum: number, maximum: number): Node<"clip"> {
  return node("clip", [source], { minimum: Math.fround(minimum), maximum: Math.fround(maximum) });
}

/** Sources joined along an axis. */
export function concat(sources: readonly Node[], axis: number): Node<"concat"> {
  return node("concat", sources, { axis });
}

/** Elements `start..end` (exclusive) of an axis. */
export function slice(source: Node, axis: number, start: number, end: number): Node<"slice"> {
  return node("slice", [source], { axis, start, end });
}

/** Channels laid out as blocks of pixels, in ONNX's DCR order. */
export function depthToSpace(picture: Node, block: number): Node<"depthToSpace"> {
  return node("depthToSpace", [picture], { block });
}

/** Blocks of pixels laid out as channels, in ONNX's DCR order. */
export function spaceToDepth(picture: Node, block: number): Node<"spaceToDepth"> {
  return node("spaceToDepth", [picture], { block });
}

/** A picture cut into windows, each a row of tokens: `[n, c, windows, size²]`. */
export function window(picture: Node, { size, order, shift }: WindowArgument): Node<"window"> {
  return node("window", [picture], { size, order, shift });
}

/** Windows put together as a picture again. @param like any picture of the size that they become */
export function unwindow(
  windows: Node,
  like: Node,
  { size, order, shift }: WindowArgument,
): Node<"unwindow"> {
  return node("unwindow", [windows, like], { size, order, shift });
}

/** The scan S ← exp(g)·S + k⊗v, y = q·S along every row of tokens, for each head. */
export function selectiveScan(
  q: Node,
  k: Node,
  v: Node,
  g: Node,
  { states, values, reversed = false }: ScanSizes,
): Node<"selectiveScan"> {
  return node("selectiveScan", [q, k, v, g], { states, values, reversed });
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

/** 1 / (1 + e⁻ˣ). */
export function sigmoid(source: Node): Node<"sigmoid"> {
  return node("sigmoid", [source], {});
}

/** eˣ. */
export function exponential(source: Node): Node<"exponential"> {
  return node("exponential", [source], {});
}

/** ln x. */
export function logarithm(source: Node): Node<"logarithm"> {
  return node("logarithm", [source], {});
}

/** The sum along axes, which stay as dimensions of size 1. */
export function sum(source: Node, axes: readonly number[]): Node<"sum"> {
  return node("sum", [source], { axes });
}

/** The mean along axes, which stay as dimensions of size 1. @param axes all of them when left out */
export function mean(source: Node, axes: readonly number[] = allAxes(source)): Node<"mean"> {
  return node("mean", [source], { axes });
}

/** The source times a number. */
export function times(source: Node, factor: number): Node<"multiply"> {
  return multiply(source, numberLike(source, factor));
}

/** The source plus a number. */
export function plus(source: Node, number: number): Node<"add"> {
  return add(source, numberLike(source, number));
}

/** All axes of a node's value. */
export function allAxes(source: Node): readonly number[] {
  return probeShape(source).map((_, axis) => axis);
}

function asNode(value: Tensor | Node): Node {
  return "op" in value ? value : constant(value);
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
