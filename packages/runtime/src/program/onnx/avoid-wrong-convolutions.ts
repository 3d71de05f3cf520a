/** A rewrite around an error of onnxruntime-web's WebGPU engine. */

import type { Node, Program, Shape } from "@tatami/graph";
import { isOp, pad, rewriteEach, shapesOf } from "@tatami/graph";

/**
 * Convolutions by kernels of more than one pixel, from 6, 9, 15, … channels (multiples of 3, not of 4) to a multiple of
 * 4, come out wrong on WebGPU in onnxruntime-web 1.30.0, in the layout that it is fastest in (measured). They are given
 * channels of zeros up to the next multiple of 4. A weight's gradient is computed as a convolution too, whose channels
 * are the examples.
 */
export function avoidWrongConvolutions(program: Program): Program {
  const names = Object.keys(program.outputs);
  const outputs = rewriteEach(Object.values(program.outputs), (node) => {
    if (isOp(node, "conv2d")) return padSources(node, 1, isWrong(shapeOf(node.sources[1]!)));
    if (!isOp(node, "conv2dWeightGradient")) return node;
    const [items = 0, channels = 0, height, width] = shapeOf(node.sources[1]!);
    return padSources(node, 0, isWrong([channels, items, height!, width!]));
  });
  return { ...program, outputs: Object.fromEntries(names.map((name, at) => [name, outputs[at]!])) };
}

/** @param kernel `[o, i, kh, kw]` */
function isWrong([outputs = 0, inputs = 0, height = 1, width = 1]: Shape): boolean {
  return height * width > 1 && inputs > 3 && inputs % 3 === 0 && inputs % 4 !== 0 && outputs % 4 === 0;
}

/** Zeros behind the first two sources' axis, up to a multiple of 4. */
function padSources(node: Node, axis: number, wanted: boolean): Node {
  if (!wanted) return node;
  const more = (4 - (shapeOf(node.sources[0]!)[axis]! % 4)) % 4;
  const [first, second, ...others] = node.sources;
  return { ...node, sources: [pad(first!, axis, 0, more), pad(second!, axis, 0, more), ...others] };
}

function shapeOf(node: Node): Shape {
  // programs have no input, so that the picture is not looked at
  return shapesOf(node, [1, 1, 1, 1]).get(node)!;
}
