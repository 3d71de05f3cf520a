/** Between flat vectors of weights and the models of `@tatami/graph`. */

import { collapse, createCollapsedSesr, createWideSesr, isOp, tensor, topologicalOrder } from "@tatami/graph";
import type { CollapsedBlockWeights, Model, Node, SesrShape, Tensor, WideBlockWeights } from "@tatami/graph";
import { checkOneOf } from "@tatami/core";
import type { Architecture } from "./architecture.ts";
import { foldedLayout, view, wideLayout } from "./weight-layout.ts";

/** The network as it is trained, for the check of its fold. */
export function createWideModel(name: string, architecture: Architecture, wide: Float32Array): Model {
  const layout = wideLayout(architecture);
  const { width, scale, features } = architecture;
  const blocks = layout.layers.map((layer, index): WideBlockWeights => {
    const rows = index === layout.layers.length - 1 ? headOrder(scale) : undefined;
    return {
      expand: toKernel(view(wide, layer.expand), layer.kernel, layer.inputs, width),
      project: tensor(
        [layer.outputs, width],
        transposed(view(wide, layer.project), width, layer.outputs, rows),
      ),
      bias: tensor([layer.outputs], inOrder(view(wide, layer.bias), rows)),
    };
  });
  return createWideSesr(shapeOf(name, architecture), assemble(blocks, view(wide, layout.slopes), features));
}

/** The network as it runs: what is shipped. */
export function createFoldedModel(name: string, architecture: Architecture, folded: Float32Array): Model {
  const layout = foldedLayout(architecture);
  const { scale, features } = architecture;
  const blocks = layout.layers.map((layer, index): CollapsedBlockWeights => {
    const rows = index === layout.layers.length - 1 ? headOrder(scale) : undefined;
    return {
      kernel: toKernel(view(folded, layer.weights), layer.kernel, layer.inputs, layer.outputs, rows),
      bias: tensor([layer.outputs], inOrder(view(folded, layer.bias), rows)),
    };
  });
  return collapse(
    createCollapsedSesr(shapeOf(name, architecture), assemble(blocks, view(folded, layout.slopes), features)),
  );
}

/** The inverse of {@link createFoldedModel}; nothing for a model that is no collapsed SESR. */
export function foldedOf(model: Model): { architecture: Architecture; folded: Float32Array } | undefined {
  const nodes = topologicalOrder(model.output);
  const convolutions = nodes.filter((node) => isOp(node, "conv2d"));
  const activations = nodes.filter((node) => isOp(node, "prelu"));
  const features = constantOf(convolutions[0]?.sources[1])?.shape[0] ?? 0;
  const architecture: Architecture = {
    blocks: convolutions.length - 2,
    features,
    width: 4,
    scale: model.scale,
  };
  if (
    activations.length !== architecture.blocks ||
    ![8, 16, 32].includes(features) ||
    ![2, 4].includes(model.scale)
  )
    return undefined;
  const layout = foldedLayout(architecture);
  const folded = new Float32Array(layout.count);
  for (const [index, layer] of layout.layers.entries()) {
    const kernel = constantOf(convolutions[index]?.sources[1]);
    const bias = constantOf(convolutions[index]?.sources[2]);
    const shape = [layer.outputs, layer.inputs, layer.kernel, layer.kernel];
    if (!kernel || !bias || kernel.shape.join() !== shape.join()) return undefined;
    view(folded, layer.weights).set(
      transposed(kernel.data, layer.outputs, layer.weights.count / layer.outputs),
    );
    reorderTaps(view(folded, layer.weights), layer.kernel, layer.inputs, layer.outputs);
    view(folded, layer.bias).set(bias.data);
  }
  for (const [index, node] of activations.entries()) {
    const slopes = constantOf(node.sources[1]);
    if (slopes?.data.length !== features) return undefined;
    view(folded, layout.slopes).set(slopes.data, index * features);
  }
  return { architecture, folded };
}

function shapeOf(name: string, { blocks, features, scale, width }: Architecture): SesrShape {
  return {
    name,
    scale: checkOneOf("architecture.scale", scale, [2, 4]),
    features,
    depth: blocks,
    expandedWidth: width,
  };
}

function assemble<Block>(blocks: readonly Block[], slopes: Float32Array, features: number) {
  const middle = blocks.slice(1, -1).map((block, index) => ({
    ...block,
    slopes: tensor([features], slopes.slice(index * features, (index + 1) * features)),
  }));
  return { first: blocks[0]!, middle, last: blocks.at(-1)! };
}

/**
 * The kernels' last layer gives sub-pixels row by row; the paper's gives them in the order of two depth-to-space
 * steps. Entry i is our channel that the paper's channel i holds.
 */
function headOrder(scale: number): readonly number[] | undefined {
  if (scale === 2) return undefined;
  return Array.from({ length: 16 }, (_, channel) => {
    const [outer, inner] = [Math.floor(channel / 4), channel % 4];
    // the first step sets 2×2 groups of sub-pixels, the second what is inside a group
    const dy = 2 * (outer >> 1) + (inner >> 1);
    const dx = 2 * (outer & 1) + (inner & 1);
    return dy * 4 + dx;
  });
}

/** `[ky][kx][in][out]` to `[out, in, ky, kx]`. */
function toKernel(
  values: Float32Array,
  kernel: number,
  inputs: number,
  outputs: number,
  rows?: readonly number[],
): Tensor {
  const result = new Float32Array(values.length);
  const taps = kernel * kernel;
  for (let tap = 0; tap < taps; tap++) {
    for (let input = 0; input < inputs; input++) {
      for (let output = 0; output < outputs; output++) {
        const from = rows?.[output] ?? output;
        result[(output * inputs + input) * taps + tap] = values[(tap * inputs + input) * outputs + from]!;
      }
    }
  }
  return tensor([outputs, inputs, kernel, kernel], result);
}

/** `[in][ky][kx][out]`, what transposing a kernel gives, to `[ky][kx][in][out]`, in place. */
function reorderTaps(values: Float32Array, kernel: number, inputs: number, outputs: number): void {
  const source = values.slice();
  const taps = kernel * kernel;
  for (let input = 0; input < inputs; input++) {
    for (let tap = 0; tap < taps; tap++) {
      const from = (input * taps + tap) * outputs;
      values.set(source.subarray(from, from + outputs), (tap * inputs + input) * outputs);
    }
  }
}

function transposed(
  matrix: Float32Array,
  rows: number,
  columns: number,
  order?: readonly number[],
): Float32Array {
  const result = new Float32Array(matrix.length);
  for (let column = 0; column < columns; column++) {
    const from = order?.[column] ?? column;
    for (let row = 0; row < rows; row++) result[column * rows + row] = matrix[row * columns + from]!;
  }
  return result;
}

function inOrder(values: Float32Array, order?: readonly number[]): Float32Array {
  return order ? Float32Array.from(order, (from) => values[from]!) : values.slice();
}

function constantOf(node: Node | undefined): Tensor | undefined {
  return isOp(node, "constant") ? node.arg : undefined;
}
