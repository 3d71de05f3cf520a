/** How ONNX's Conv becomes a convolution of the graph, ordinary or depthwise. */

import { conv2d, depthwiseConv2d } from "../../build.ts";
import type { Node } from "../../node.ts";
import { probeShape } from "../../shape.ts";
import { textOf } from "./onnx-node.ts";
import type { OnnxNode } from "./onnx-node.ts";

/** Of one group, or of one group for each channel. @throws TatamiError `invalid-model` for what changes the size. */
export function importConv(node: OnnxNode): Node {
  const kernel = node.floats(1);
  const sides = kernel.shape.slice(2);
  const group = node.attributes.get("group")?.i ?? 1;
  const channels = probeShape(node.source(0))[1] ?? 0;
  const depthwise = group > 1 && group === channels && group === kernel.shape[0];
  const steps = [...integersOf(node, "strides", [1]), ...integersOf(node, "dilations", [1])];
  if ((group !== 1 && !depthwise) || steps.some((step) => step !== 1)) {
    node.refuse(
      "strides and dilations other than 1 are not run, nor groups other than one a channel.",
      "Use convolutions of stride 1 without dilation, in one group or in as many as there are channels in and out.",
    );
  }
  checkPads(node, sides);
  const convolve = depthwise ? depthwiseConv2d : conv2d;
  return convolve(node.source(0), kernel, node.has(2) ? node.floats(2) : undefined);
}

function checkPads(node: OnnxNode, sides: readonly number[]): void {
  const automatic = textOf(node, "auto_pad") ?? "NOTSET";
  const around = sides.map((side) => (side - 1) / 2);
  const wanted = [...around, ...around];
  const none = wanted.map(() => 0);
  const pads = automatic === "NOTSET" ? integersOf(node, "pads", none) : none;
  if (automatic.startsWith("SAME") || wanted.every((pad, at) => pad === pads[at])) return;
  node.refuse(
    `pads [${pads.join(", ")}] do not keep the size under a kernel of [${sides.join(", ")}].`,
    `Pad with [${wanted.join(", ")}], or set auto_pad to SAME_UPPER.`,
  );
}

function integersOf(node: OnnxNode, name: string, fallback: readonly number[]): readonly number[] {
  return node.attributes.get(name)?.ints ?? fallback;
}
