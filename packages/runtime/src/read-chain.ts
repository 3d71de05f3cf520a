/** A model as the chain of convolutions that the WebGPU passes run, and the WebAssembly kernels quickest. */

import { TatamiError } from "@tatami/core";
import type { Model, Node, Tensor } from "@tatami/graph";
import { isOp, topologicalOrder } from "@tatami/graph";
import type { Chain, ChainLayer } from "@tatami/kernels";
import { checkChain } from "@tatami/kernels";

/**
 * Reads a collapsed network: convolutions with PReLU or ReLU, a residual over any number of them, the picture less
 * a constant in front, the picture added at the end, depth-to-space last. The same model gives the same chain.
 *
 * @throws TatamiError `invalid-model` that names the first node that does not fit.
 */
export function readChain(model: Model): Chain {
  const known = chains.get(model);
  if (known) return known;
  const chain = read(model);
  chains.set(model, chain);
  return chain;
}

/** The model as a chain, which runs quickest; nothing for any other graph. */
export function findChain(model: Model): Chain | undefined {
  try {
    return readChain(model);
  } catch (error) {
    if (TatamiError.is(error, "invalid-model")) return undefined;
    throw error;
  }
}

const chains = new WeakMap<Model, Chain>();

function read(model: Model): Chain {
  const layers: ChainLayer[] = [];
  // the node that stands for each layer's output so far; a node that has been built upon stands for nothing
  const outputs: Node[] = [];
  let picture: Node | undefined;
  let centred: Node | undefined;
  let centre = 0;
  let addPicture = false;
  let ended: Node | undefined;

  const extend = (node: Node, index: number, change: Partial<ChainLayer>): void => {
    layers[index] = { ...layers[index]!, ...change };
    outputs[index] = node;
  };
  const visit = (node: Node): void => {
    const [first, second] = node.sources;
    const last = layers.length - 1;
    if (isOp(node, "constant")) return;
    if (isOp(node, "input")) {
      picture = node;
      centred ??= node;
    } else if (isOp(node, "subtract") && first === picture && isScalar(second)) {
      centre = second.arg.data[0]!;
      centred = node;
    } else if (isOp(node, "conv2d") && first === (last < 0 ? centred : outputs[last])) {
      layers.push(readLayer(node));
      outputs.push(node);
    } else if (isOp(node, "prelu") && first === outputs[last] && plain(layers[last]) && isConstant(second)) {
      extend(node, last, { slopes: second.arg.data });
    } else if (isOp(node, "relu") && first === outputs[last] && plain(layers[last])) {
      extend(node, last, { slopes: new Float32Array(layers[last]!.outputs) });
    } else if (isOp(node, "add") && addsPicture(node)) {
      addPicture = true;
      outputs[last] = node;
    } else if (isOp(node, "add") && residualOf(node) >= 0 && layers[last]!.residual === undefined) {
      extend(node, last, { residual: residualOf(node) });
    } else if (isOp(node, "depthToSpace") && first === outputs[last] && node.arg.block === model.scale) {
      ended = node;
    } else throw unfit(model, node);
  };
  const addsPicture = ({ sources }: Node): boolean =>
    !addPicture && sources.includes(outputs.at(-1)!) && sources.includes(picture!);
  const residualOf = ({ sources: [a, b] }: Node): number => {
    const last = outputs.at(-1);
    const other = a === last ? b : b === last ? a : undefined;
    return other === undefined ? -1 : outputs.slice(0, -1).indexOf(other);
  };

  for (const node of topologicalOrder(model.output)) visit(node);
  if (ended !== model.output) throw unfit(model, model.output);
  return checkChain({ scale: model.scale, centre, addPicture, layers });
}

function readLayer(node: Node<"conv2d">): ChainLayer {
  const [, kernel, bias] = node.sources;
  if (!isConstant(kernel) || !isConstant(bias))
    throw new TatamiError({
      code: "invalid-model",
      message: "A convolution's kernel or bias is computed, not constant.",
      fix: "Use a collapsed network, or an engine that takes any graph: webgpu, wasm, onnx-wasm or cpu (options.backends).",
    });
  const [outputs, inputs, side, otherSide] = kernel.arg.shape as [number, number, number, number];
  if (side !== otherSide)
    throw new TatamiError({
      code: "invalid-model",
      message: `A convolution's kernel is ${side}×${otherSide}, not square.`,
      fix: "Use an engine that takes any graph: webgpu, wasm, onnx-wasm or cpu (options.backends).",
    });
  return { kernel: side, inputs, outputs, weights: kernel.arg.data, bias: bias.arg.data };
}

function plain(layer: ChainLayer | undefined): boolean {
  return layer !== undefined && layer.slopes === undefined && layer.residual === undefined;
}

function isConstant(node: Node | undefined): node is Node<"constant"> & { readonly arg: Tensor } {
  return node !== undefined && isOp(node, "constant");
}

function isScalar(node: Node | undefined): node is Node<"constant"> & { readonly arg: Tensor } {
  return isConstant(node) && node.arg.data.length === 1;
}

function unfit(model: Model, node: Node): TatamiError<"invalid-model"> {
  return new TatamiError({
    code: "invalid-model",
    message: `This engine runs chains of convolutions; "${model.name}" has a ${node.op} where none can be.`,
    fix: "Use a collapsed network, or an engine that takes any graph: webgpu, wasm, onnx-wasm or cpu (options.backends).",
    detail: { model: model.name, op: node.op },
  });
}
