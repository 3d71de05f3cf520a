/**
 * Starting a network from one that is trained already, whatever the two shapes: as SESR starts ×4 from ×2
 * (section 5.1), and deeper and wider networks from smaller ones as Net2Net grows them (arXiv 1511.05641).
 */

import { invalidOption } from "@tatami/core";
import type { Architecture } from "./architecture.ts";
import { keptBlocks } from "./describe-transfer.ts";
import { createInitialWeights } from "./initial-weights.ts";
import { factorKernel, multiplyKernel } from "./linear-block.ts";
import { foldedLayout, view, wideLayout } from "./weight-layout.ts";
import type { WideLayer } from "./weight-layout.ts";

/** A wide vector and the network it belongs to. */
export interface WideWeights {
  readonly architecture: Architecture;
  readonly weights: Float32Array;
}

/** A folded vector, as a shipped model holds it, and its network; the architecture's width means nothing. */
export interface FoldedWeights {
  readonly architecture: Architecture;
  readonly folded: Float32Array;
}

/** What a run may start from. */
export type StartWeights = WideWeights | FoldedWeights;

/** One layer of the network that is there, without its residual. */
interface SourceLayer {
  /** `[ky][kx][in][out]`, what the linear block's two kernels multiply to. */
  readonly kernel: Float32Array;
  readonly bias: Float32Array;
  readonly inputs: number;
  readonly outputs: number;
  /** The block as it is, where its wide weights are known. */
  readonly wide?: { readonly expand: Float32Array; readonly project: Float32Array };
}

/**
 * A start for `architecture` from a trained network of any other. The two compute the same function, to rounding,
 * when the new one has the same scale and at least as many blocks and features:
 *
 * - further blocks, spread evenly, begin as the identity: nothing beside their residual, and PReLU slopes of 1;
 * - further features begin at random and are read by nothing that is old;
 * - another width factors the folded kernel W = W1 · W2 + R anew: W1 = W − R into as many hidden channels as there
 *   are outputs and W2 the identity there; the other hidden channels begin at random with W2 = 0.
 *
 * Fewer blocks or features leave out some. At another scale the last block begins at random. (The published SESR
 * script means to start ×4 from ×2 but assigns to `set_weights` instead of calling it, so its ×4 networks are
 * trained from scratch.)
 *
 * @throws TatamiError `invalid-option` when the width has less room than a layer has outputs.
 */
export function transferWeights(from: StartWeights, architecture: Architecture, seed: number): Float32Array {
  const weights = createInitialWeights(architecture, seed);
  const layout = wideLayout(architecture);
  const { blocks, features, scale } = architecture;
  const source = sourceLayers(from);
  const slopes = view(weights, layout.slopes);
  const kept = keptBlocks(from.architecture.blocks, blocks);

  const begin = (layer: WideLayer, old: SourceLayer): void => startLayer(weights, layer, architecture, old);
  begin(layout.layers[0]!, source.layers[0]!);
  kept.forEach((block, index) => {
    const layer = layout.layers[1 + index]!;
    const own = slopes.subarray(index * features, (index + 1) * features);
    if (block === undefined) {
      view(weights, layer.project).fill(0);
      own.fill(1);
      return;
    }
    begin(layer, source.layers[1 + block]!);
    const width = from.architecture.features;
    own.set(source.slopes.subarray(block * width, block * width + Math.min(width, features)));
  });
  if (from.architecture.scale === scale) begin(layout.layers.at(-1)!, source.layers.at(-1)!);
  return weights;
}

/** Writes one layer: as it was where nothing changed, else factored anew. */
function startLayer(
  weights: Float32Array,
  layer: WideLayer,
  { width }: Architecture,
  old: SourceLayer,
): void {
  const expand = view(weights, layer.expand);
  const project = view(weights, layer.project);
  const sameShape = layer.inputs === old.inputs && layer.outputs === old.outputs;
  view(weights, layer.bias).set(old.bias.subarray(0, layer.outputs));
  if (sameShape && old.wide && old.wide.expand.length === expand.length) {
    expand.set(old.wide.expand);
    project.set(old.wide.project);
    return;
  }
  if (width < layer.outputs) {
    throw invalidOption(
      "recipe.architecture.width",
      `at least ${layer.outputs}, a layer's outputs, to start from another network`,
      width,
    );
  }
  const { kernel, inputs, outputs } = layer;
  // what new features begin with: the random start's own kernel
  const start = multiplyKernel(expand, project, width, outputs);
  for (let tap = 0; tap < kernel * kernel; tap++) {
    for (let input = 0; input < inputs; input++) {
      const row = (tap * inputs + input) * outputs;
      for (let output = 0; output < Math.min(outputs, old.outputs); output++) {
        const known = input < old.inputs;
        start[row + output] = known ? old.kernel[(tap * old.inputs + input) * old.outputs + output]! : 0;
      }
    }
  }
  factorKernel(start, width, outputs, expand, project);
}

/** The source as kernels without residuals. */
function sourceLayers(from: StartWeights): { layers: readonly SourceLayer[]; slopes: Float32Array } {
  if ("weights" in from) {
    const { architecture, weights } = from;
    const { layers, slopes } = wideLayout(architecture);
    return {
      slopes: view(weights, slopes),
      layers: layers.map((layer) => {
        const [expand, project] = [view(weights, layer.expand), view(weights, layer.project)];
        const kernel = multiplyKernel(expand, project, architecture.width, layer.outputs);
        return { ...layer, kernel, bias: view(weights, layer.bias), wide: { expand, project } };
      }),
    };
  }
  const { layers, slopes } = foldedLayout(from.architecture);
  return {
    slopes: view(from.folded, slopes),
    layers: layers.map((layer) => {
      const kernel = view(from.folded, layer.weights).slice();
      const centre = (layer.kernel * layer.kernel - 1) / 2;
      for (let channel = 0; layer.residual && channel < layer.inputs; channel++) {
        kernel[(centre * layer.inputs + channel) * layer.outputs + channel]! -= 1;
      }
      return { kernel, bias: view(from.folded, layer.bias), inputs: layer.inputs, outputs: layer.outputs };
    }),
  };
}
