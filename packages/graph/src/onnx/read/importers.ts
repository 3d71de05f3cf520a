/** How each ONNX op that Tatami understands becomes nodes of the graph. */

import {
  absolute,
  add,
  clip,
  concat,
  constant,
  depthToSpace,
  divide,
  exponential,
  logarithm,
  mean,
  multiply,
  prelu,
  relu,
  scalar,
  selectiveScan,
  sigmoid,
  spaceToDepth,
  squareRoot,
  subtract,
  sum,
  unwindow,
  window,
} from "../../build.ts";
import { isOp } from "../../is-op.ts";
import type { Node } from "../../node.ts";
import type { WindowArgument, WindowOrder } from "../../ops/sequence/window-order.ts";
import { probeShape } from "../../shape.ts";
import { tensor } from "../../tensor.ts";
import { importConv } from "./import-conv.ts";
import { importSlice } from "./import-slice.ts";
import { fourDimensional, textOf } from "./onnx-node.ts";
import type { OnnxNode } from "./onnx-node.ts";

/** By ONNX op type. What is not here is refused. */
export const importers: ReadonlyMap<string, (node: OnnxNode) => Node> = new Map([
  ["Conv", importConv],
  ["Relu", (node) => relu(node.source(0))],
  ["PRelu", importPrelu],
  ["LeakyRelu", (node) => sameSlope(node.source(0), node.attributes.get("alpha")?.f ?? 0.01)],
  ["Sigmoid", (node) => sigmoid(node.source(0))],
  ["Abs", (node) => absolute(node.source(0))],
  ["Sqrt", (node) => squareRoot(node.source(0))],
  ["Exp", (node) => exponential(node.source(0))],
  ["Log", (node) => logarithm(node.source(0))],
  ["Neg", (node) => multiply(node.source(0), scalar(-1))],
  ["Add", (node) => importArithmetic(node, add, add)],
  ["Mul", (node) => importArithmetic(node, multiply, multiply)],
  // a − b with a the smaller is −(b − a), exactly.
  ["Sub", (node) => importArithmetic(node, subtract, (b, a) => multiply(subtract(b, a), scalar(-1)))],
  // a / b with a the smaller: a repeated by adding it to zeros, which clip makes of any number.
  ["Div", (node) => importArithmetic(node, divide, (b, a) => divide(add(clip(b, 0, 0), a), b))],
  ["ReduceSum", (node) => sum(node.source(0), importAxes(node))],
  ["ReduceMean", (node) => mean(node.source(0), importAxes(node))],
  [
    "Clip",
    (node) =>
      clip(node.source(0), node.has(1) ? node.float(1) : -Infinity, node.has(2) ? node.float(2) : Infinity),
  ],
  ["Concat", importConcat],
  ["Slice", importSlice],
  ["DepthToSpace", importDepthToSpace],
  ["SpaceToDepth", (node) => spaceToDepth(node.source(0), blockOf(node))],
  ["Identity", (node) => node.source(0)],
]);

/** Functions of the files that Tatami writes, by what their names begin with; their attributes say all. */
export const functionImporters: ReadonlyMap<string, (node: OnnxNode) => Node> = new Map<
  string,
  (node: OnnxNode) => Node
>([
  ["Window", (node) => window(node.source(0), windowOf(node))],
  ["Unwindow", (node) => unwindow(node.source(0), node.source(1), windowOf(node))],
  [
    "SelectiveScan",
    (node) => {
      const [q, k, v, g] = [0, 1, 2, 3].map((at) => node.source(at)) as [Node, Node, Node, Node];
      const [states, values] = [integerOf(node, "states"), integerOf(node, "values")];
      return selectiveScan(q, k, v, g, { states, values, reversed: integerOf(node, "reversed") === 1 });
    },
  ],
]);

function windowOf(node: OnnxNode): WindowArgument {
  // an order that there is not is refused by the op
  const order = textOf(node, "order") as WindowOrder;
  return { size: integerOf(node, "size"), order, shift: integerOf(node, "shift") };
}

/** Absent is 0, as in any message. */
function integerOf(node: OnnxNode, name: string): number {
  return node.attributes.get(name)?.i ?? 0;
}

function importPrelu(node: OnnxNode): Node {
  const slopes = fourDimensional(node.floats(1));
  const channels = probeShape(node.source(0))[1] ?? 0;
  if (slopes.data.length === 1) return sameSlope(node.source(0), slopes.data[0]!);
  if (slopes.shape[1] !== channels || slopes.data.length !== channels) {
    node.refuse(
      `slopes of shape [${slopes.shape.join(", ")}] are not one a channel.`,
      `Give slopes of shape [${channels}, 1, 1].`,
    );
  }
  return prelu(node.source(0), tensor([channels], slopes.data));
}

function sameSlope(picture: Node, slope: number): Node {
  const channels = probeShape(picture)[1] ?? 0;
  return prelu(picture, tensor([channels], new Float32Array(channels).fill(slope)));
}

/** @param straight for a second source that fits the first. @param turned for the other way round, larger source first. */
function importArithmetic(
  node: OnnxNode,
  straight: (a: Node, b: Node) => Node,
  turned: (larger: Node, smaller: Node) => Node,
): Node {
  const [a, b] = [node.source(0), node.source(1)].map((source) =>
    isOp(source, "constant") ? constant(fourDimensional(source.arg)) : source,
  ) as [Node, Node];
  return repeatsTo(a, b) && !repeatsTo(b, a) ? turned(b, a) : straight(a, b);
}

/** Whether the first can be repeated along dimensions of size 1 to the shape of the second. */
function repeatsTo(smaller: Node, larger: Node): boolean {
  const shape = probeShape(larger);
  return probeShape(smaller).every((size, axis) => size === 1 || size === shape[axis]);
}

function importConcat(node: OnnxNode): Node {
  const sources = Array.from({ length: node.inputCount }, (_, at) => node.source(at));
  const axis =
    node.attributes.get("axis")?.i ??
    node.refuse("it has no axis.", "Export the model again; the file is damaged.");
  return concat(sources, axis < 0 ? axis + 4 : axis);
}

function importDepthToSpace(node: OnnxNode): Node {
  const block = blockOf(node);
  const mode = textOf(node, "mode") ?? "DCR";
  const channels = probeShape(node.source(0))[1] ?? 0;
  // With one channel left the two orders are one.
  if (mode !== "DCR" && channels !== block ** 2) {
    node.refuse(
      `mode ${mode} orders ${channels} channels otherwise than DCR.`,
      "Export the model with DepthToSpace in DCR mode.",
    );
  }
  return depthToSpace(node.source(0), block);
}

function blockOf(node: OnnxNode): number {
  return node.attributes.get("blocksize")?.i ?? 0;
}

/** The axes of a reduction, which up to opset 12, or 17 for a mean, are an attribute: channels, kept as one. */
function importAxes(node: OnnxNode): readonly number[] {
  const axes = node.has(1) ? node.integers(1) : (node.attributes.get("axes")?.ints ?? []);
  const kept = (node.attributes.get("keepdims")?.i ?? 1) === 1;
  if (kept && axes.length === 1 && (axes[0] === 1 || axes[0] === -3)) return [1];
  return node.refuse(
    `it runs along axes [${axes.join(", ")}]${kept ? "" : ", which it drops"}.`,
    "Reduce along the channels, axis 1, only, with keepdims 1.",
  );
}
