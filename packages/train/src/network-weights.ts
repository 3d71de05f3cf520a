/** A folded network's weights and their gradients inside the kernels' memory. */

import type { Architecture } from "./architecture.ts";
import type { Block, Kernels } from "./kernels.ts";
import type { BlockedKernel } from "./pack-weights.ts";
import { blocksOf, packBackward, packForward, unpackForward } from "./pack-weights.ts";
import { foldedLayout, view } from "./weight-layout.ts";

/** One layer as kernels see it. */
export interface KernelLayer extends BlockedKernel {
  readonly forward: Block;
  readonly backward: Block;
  readonly bias: Block;
  readonly weightGradient: Block;
  readonly biasGradient: Block;
}

/** All layers, and the PReLU slopes `[blocks][features]`. */
export interface NetworkWeights {
  readonly layers: readonly KernelLayer[];
  readonly slopes: Block;
  readonly slopeGradient: Block;
  /** Sixteen zeros: what a gradient begins with. */
  readonly zeros: Block;
  /** Takes a folded vector. */
  load(folded: Float32Array): void;
  clearGradient(): void;
  /** Writes the gradient as a folded vector. */
  saveGradient(folded: Float32Array): void;
}

/** Room for the weights of one network. */
export function createNetworkWeights(kernels: Kernels, architecture: Architecture): NetworkWeights {
  const layout = foldedLayout(architecture);
  const layers = layout.layers.map((layer): KernelLayer => {
    const count = layer.weights.count;
    return {
      ...blocksOf(layer),
      forward: kernels.allocate(count),
      backward: kernels.allocate(count),
      bias: kernels.allocate(layer.outputs),
      weightGradient: kernels.allocate(count),
      biasGradient: kernels.allocate(layer.outputs),
    };
  });
  const slopes = kernels.allocate(layout.slopes.count);
  const slopeGradient = kernels.allocate(layout.slopes.count);
  return {
    layers,
    slopes,
    slopeGradient,
    zeros: kernels.allocate(16),
    load(folded) {
      layout.layers.forEach((place, index) => {
        const layer = layers[index]!;
        const weights = view(folded, place.weights);
        packForward(layer, weights, layer.forward.floats());
        packBackward(layer, weights, layer.backward.floats());
        layer.bias.floats().set(view(folded, place.bias));
      });
      slopes.floats().set(view(folded, layout.slopes));
    },
    clearGradient() {
      for (const layer of layers) {
        layer.weightGradient.floats().fill(0);
        layer.biasGradient.floats().fill(0);
      }
      slopeGradient.floats().fill(0);
    },
    saveGradient(folded) {
      layout.layers.forEach((place, index) => {
        const layer = layers[index]!;
        unpackForward(layer, layer.weightGradient.floats(), view(folded, place.weights));
        view(folded, place.bias).set(layer.biasGradient.floats());
      });
      view(folded, layout.slopes).set(slopeGradient.floats());
    },
  };
}
