/** How each ONNX op that Tatami understands becomes nodes of the graph. */

import {
  add,
  clip,
  concat,
  constant,
  conv2d,
  depthToSpace,
  multiply,
  prelu,
  relu,
  scalar,
  slice,
  subtract,
} from "../build.ts";
import { isOp } from "../is-op.ts";
import type { Node } from "../node.ts";
import { probeShape } from "../shape.ts";
import { tensor } from "../tensor.ts";
import { fourDimensional } from "./onnx-node.ts";
import type { OnnxNode } from "./onnx-node.ts";

/** By ONNX op type. What is not here is refused. */
export const importers: ReadonlyMap<string, (node: OnnxNode) => Node> = new Map([
  ["Conv", importConv],
  ["Relu", (node) => relu(node.source(0))],
  ["PRelu", importPrelu],
  ["LeakyRelu", (node) => sameSlope(node.source(0), node.attributes.get("alpha")?.f ?? 0.01)],
  ["Neg", (node) => multiply(node.source(0), scalar(-1))],
  ["Add", (node) => importArithmetic(node, add, add)],
  ["Mul", (node) => importArithmetic(node, multiply, multiply)],
  // a − b with a the smaller is −(b − a), exactly.
  ["Sub", (node) => importArithmetic(node, subtract, (b, a) => multiply(subtract(b, a), scalar(-1)))],
  [
    "Clip",
    (node) =>
      clip(node.source(0), node.has(1) ? node.float(1) : -Infinity, node.has(2) ? node.float(2) : Infinity),
  ],
  ["Concat", importConcat],
  ["Slice", importSlice],
  ["DepthToSpace", importDepthToSpace],
  ["Identity", (node) => node.source(0)],
]);

function importConv(node: OnnxNode): Node {
  const kernel = node.floats(1);
  const sides = kernel.shape.slice(2);
  const integers = (name: string, fallback: readonly number[]): readonly number[] =>
    node.attributes.get(name)?.ints ?? fallback;
  const group = node.attributes.get("group")?.i ?? 1;
  const steps = [...integers("strides", [1]), ...integers("dilations", [1])];
  if (group !== 1 || steps.some((step) => step !== 1)) {
    node.refuse(
      "groups, strides and dilations other than 1 are not run.",
      "Use convolutions of stride 1 without groups or dilation.",
    );
  }
  const automatic = text(node, "auto_pad") ?? "NOTSET";
  const around = sides.map((side) => (side - 1) / 2);
  const wanted = [...around, ...around];
  const pads =
    automatic === "NOTSET"
      ? integers(
          "pads",
          wanted.map(() => 0),
        )
      : wanted.map(() => 0);
  if (!automatic.startsWith("SAME") && wanted.some((pad, at) => pad !== pads[at])) {
    node.refuse(
      `pads [${pads.join(", ")}] do not keep the size under a kernel of [${sides.join(", ")}].`,
      `Pad with [${wanted.join(", ")}], or set auto_pad to SAME_UPPER.`,
    );
  }
  return conv2d(node.source(0), kernel, node.has(2) ? node.floats(2) : undefined);
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

function importSlice(node: OnnxNode): Node {
  const [starts, ends] = [node.integers(1), node.integers(2)];
  const axes = node.has(3) ? node.integers(3) : starts.map((_, at) => at);
  if (node.has(4) && node.integers(4).some((step) => step !== 1)) {
    node.refuse("steps other than 1 are not run.", "Slice with steps of 1.");
  }
  let picture = node.source(0);
  for (const [at, given] of axes.entries()) {
    const axis = given < 0 ? given + 4 : given;
    if (axis !== 1)
      node.refuse(
        `it cuts along axis ${given}, which moves pixels.`,
        "Cut along the channels, axis 1, only.",
      );
    const size = probeShape(picture)[axis] ?? 0;
    const within = (index: number): number => Math.min(Math.max(index < 0 ? index + size : index, 0), size);
    picture = slice(picture, axis, within(starts[at] ?? 0), within(ends[at] ?? size));
  }
  return picture;
}

function importDepthToSpace(node: OnnxNode): Node {
  const block = node.attributes.get("blocksize")?.i ?? 0;
  const mode = text(node, "mode") ?? "DCR";
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

function text(node: OnnxNode, name: string): string | undefined {
  const bytes = node.attributes.get(name)?.s;
  return bytes && new TextDecoder().decode(bytes);
}
