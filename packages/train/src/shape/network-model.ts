/** Between named weights and the models of `@tatami/graph`. */

import type { Model, NetworkName, Node, Tensor } from "@tatami/graph";
import {
  add,
  constant,
  conv2d,
  createNetworkModel,
  createSeededRandom,
  input,
  isOp,
  largestDifference,
  networkOf,
  parameter,
  randomTensor,
  rewrite,
  runReference,
  sesrSizes,
  tensor,
  topologicalOrder,
} from "@tatami/graph";
import type { NetworkShape } from "../campaign/recipe.ts";
import type { Tensors } from "../objective/super-resolution.ts";

/** A network, of whichever kind. */
export interface NetworkKind {
  readonly name: string;
  readonly network: NetworkName;
  readonly architecture: NetworkShape;
}

/** The network as it runs: what is scored and shipped. @param folded its weights that run, by name */
export function networkModel({ name, network, architecture }: NetworkKind, folded: Tensors): Model {
  return createNetworkModel(networkOf(network), architecture, name, folded);
}

/**
 * The network as SESR draws it before its collapse (section 3): every linear block as the two convolutions that it is,
 * and its short residual as an addition. What a fold has to equal, by arithmetic of its own.
 */
export function wideOutput({ network, architecture }: Omit<NetworkKind, "name">, wide: Tensors): Node {
  const kind = networkOf(network);
  const blocks = new Map(
    kind.weights(architecture).flatMap(({ name, shape, block }) => (block ? [[name, { shape, block }]] : [])),
  );
  const weight = (name: string): Node => {
    const spec = blocks.get(name);
    return spec ? parameter(name, spec.shape) : constant(wide[name]!);
  };
  const { output } = kind.build(architecture, weight, input());
  const unfold = (node: Node): Node | undefined => {
    const [picture, kernel, bias] = isOp(node, "conv2d") ? node.sources : [];
    if (!picture || !kernel || !bias || !isOp(kernel, "parameter")) return undefined;
    const { block } = blocks.get(kernel.arg.name)!;
    const stem = kernel.arg.name.replace(/\.kernel$/, "");
    const project = wide[`${stem}.project`]!;
    const hidden = conv2d(picture, wide[`${stem}.expand`]!);
    const narrow = conv2d(hidden, tensor([...project.shape, 1, 1], project.data), bias);
    return block.residual ? add(narrow, picture) : narrow;
  };
  return rewrite(output, [{ name: "a kernel as two convolutions", apply: unfold }]);
}

/** The rounding that a network and what was read of it may differ by: a Mamba network's rate is the logarithm of what runs. */
const tolerance = 1e-5;

/** The shape and folded weights of a model that is a collapsed SESR; nothing for any other. */
export function readSesr(
  model: Model,
): { readonly network: "sesr"; readonly architecture: NetworkShape; readonly weights: Tensors } | undefined {
  const nodes = topologicalOrder(model.output);
  const convolutions = nodes.filter((node) => isOp(node, "conv2d"));
  const activations = nodes.filter((node) => isOp(node, "prelu"));
  const blocks = convolutions.length - 2;
  if (blocks < 1 || activations.length !== blocks) return undefined;
  const weights: Record<string, Tensor> = {};
  for (const [index, node] of convolutions.entries()) {
    const name = index === 0 ? "first" : index > blocks ? "last" : `middle${index - 1}`;
    const [kernel, bias] = node.sources.slice(1).map(constantOf);
    const side = name.startsWith("middle") ? 3 : 5;
    if (!kernel || !bias || kernel.shape[2] !== side || kernel.shape[3] !== side) return undefined;
    weights[`${name}.kernel`] = kernel;
    weights[`${name}.bias`] = bias;
  }
  for (const [index, node] of activations.entries()) {
    const slopes = constantOf(node.sources[1]);
    if (!slopes) return undefined;
    weights[`middle${index}.slopes`] = slopes;
  }
  const widths = convolutions.slice(0, -1).map((node) => constantOf(node.sources[1])!.shape[0]!);
  const width = Math.max(usualWidth(blocks, widths), ...widths);
  const architecture: NetworkShape = { blocks, features: widths, width, scale: model.scale };
  const kind = { name: model.name, network: "sesr", architecture } as const;
  return computesAs(model, kind, weights) ? { network: "sesr", architecture, weights } : undefined;
}

/** Hidden channels that the paper trains the next larger of its networks with. */
function usualWidth(blocks: number, widths: readonly number[]): number {
  const sizes = Object.values(sesrSizes);
  const larger = sizes.find((size) => size.blocks >= blocks && size.features >= Math.max(...widths));
  return (larger ?? sesrSizes.xl).width;
}

/** Whether a network of these weights computes what the model does: its operations alone do not say all of it. */
export function computesAs(model: Model, kind: NetworkKind, weights: Tensors): boolean {
  try {
    const made = networkModel(kind, weights);
    const { alignment = 1 } = made;
    const [width, height] = [9, 13].map((least) => alignment * Math.ceil(least / alignment)) as [
      number,
      number,
    ];
    const picture = randomTensor([1, 1, height, width], 0, 1, createSeededRandom(1));
    return largestDifference(runReference(made, picture), runReference(model, picture)) <= tolerance;
  } catch {
    return false; // weights that fit no network of the kind
  }
}

/** The numbers of a constant; nothing for another node. */
export function constantOf(node: Node | undefined): Tensor | undefined {
  return node && isOp(node, "constant") ? node.arg : undefined;
}
