/** SESR's loss as a graph: the network runs folded, and the gradient reaches the wide weights. */

import { checkInteger } from "@tatami/core";
import { absolute, add, clip, constant, conv2d, mean, subtract } from "../build.ts";
import { matrixMultiply, parameter, reshape } from "../build-training.ts";
import { addIdentityTap } from "../collapse/absorb-residual.ts";
import type { Node } from "../node.ts";
import type { Shape } from "../ops/definition.ts";
import { tensor } from "../tensor.ts";
import type { Tensor } from "../tensor.ts";
import type { SesrConfig } from "./config.ts";
import { buildSesr } from "./network.ts";
import type { SesrNodes } from "./network.ts";
import type { WideSesrWeights } from "./weights.ts";

/** Crops of one training step. */
export interface SesrBatch {
  /** Crops. */
  readonly batch: number;
  /** Of a low-resolution crop, in pixels. */
  readonly width: number;
  readonly height: number;
}

/** The loss, what it compares, and what is to learn. */
export interface SesrTrainingLoss {
  /** Mean of |clip(output, 0, 1) − truth| over all pixels of the batch. */
  readonly loss: Node;
  /** `[n, 1, s·h, s·w]`, not clipped. */
  readonly output: Node;
  /** `[n, 1, h, w]`, Y′/255; named `low`. */
  readonly low: Node<"parameter">;
  /** `[n, 1, s·h, s·w]`, Y′/255; named `high`. */
  readonly high: Node<"parameter">;
  /** All wide weights, named `first.expand`, `first.project`, `first.bias`, `middle0.expand`, … `last.bias`. */
  readonly parameters: readonly Node<"parameter">[];
}

/** A linear block whose weights are parameters: the shapes are those of `WideBlockWeights`, without `expandBias`. */
interface WideBlockNodes {
  /** `[p, i, k, k]` */
  readonly expand: Node<"parameter">;
  /** `[o, p]` */
  readonly project: Node<"parameter">;
  /** `[o]` */
  readonly bias: Node<"parameter">;
}

/**
 * The loss of SESR in training (arXiv 2103.09404, section 3, and its code's "efficient training"): every linear block
 * is folded to one kernel, W = W2 · W1 with 1 added to the middle tap of a residual block, so that the
 * picture goes through the small network, and the gradient goes on through the fold to W1 and W2.
 *
 * @throws TatamiError `invalid-option` for a batch without pictures or pixels.
 */
export function createSesrTrainingLoss(config: SesrConfig, crops: SesrBatch): SesrTrainingLoss {
  const { features, depth, scale, expandedWidth } = config;
  const [batch, height, width] = (["batch", "height", "width"] as const).map((side) =>
    checkInteger(side, crops[side], 1),
  ) as [number, number, number];
  const parameters: Node<"parameter">[] = [];
  const learned = (name: string, shape: Shape): Node<"parameter"> => {
    const made = parameter(name, shape);
    parameters.push(made);
    return made;
  };
  const block = (name: string, inputs: number, outputs: number, side: number): WideBlockNodes => ({
    expand: learned(`${name}.expand`, [expandedWidth, inputs, side, side]),
    project: learned(`${name}.project`, [outputs, expandedWidth]),
    bias: learned(`${name}.bias`, [outputs]),
  });
  const weights: SesrNodes<WideBlockNodes> = {
    first: block("first", 1, features, 5),
    middle: Array.from({ length: depth }, (_, at) => ({
      ...block(`middle${at}`, features, features, 3),
      slopes: learned(`middle${at}.slopes`, [features]),
    })),
    last: block("last", features, scale ** 2, 5),
  };
  const low = parameter("low", [batch, 1, height, width]);
  const high = parameter("high", [batch, 1, height * scale, width * scale]);
  const residual = constant(addIdentityTap(tensor([features, features, 3, 3])));
  const output = buildSesr(config, low, weights, {
    block: (wide, picture) => conv2d(picture, foldKernel(wide), wide.bias),
    residualBlock: (wide, picture) => conv2d(picture, add(foldKernel(wide), residual), wide.bias),
  });
  const loss = mean(absolute(subtract(clip(output, 0, 1), high)));
  return { loss, output, low, high, parameters };
}

/** Wide weights under the names of the loss's parameters. Biases of the expanding convolutions are not among them. */
export function nameSesrWeights(weights: WideSesrWeights): Readonly<Record<string, Tensor>> {
  const blocks = { first: weights.first, last: weights.last };
  const middle = Object.fromEntries(weights.middle.map((each, at) => [`middle${at}`, each]));
  return Object.fromEntries(
    Object.entries({ ...blocks, ...middle }).flatMap(([name, block]) =>
      Object.entries<Tensor>({ ...block })
        .filter(([part]) => part !== "expandBias")
        .map(([part, value]) => [`${name}.${part}`, value]),
    ),
  );
}

function foldKernel({ expand, project }: WideBlockNodes): Node {
  const [width, inputs, height, length] = expand.arg.shape as [number, number, number, number];
  const outputs = project.arg.shape[0]!;
  const folded = matrixMultiply(project, reshape(expand, [width, inputs * height * length]));
  return reshape(folded, [outputs, inputs, height, length]);
}
