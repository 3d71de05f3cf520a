/** A folded network's weights and their gradients inside the kernels' memory. */

import { createScratch } from "@tatami/kernels";
import type { Architecture } from "./architecture.ts";
import type { Block, Kernels } from "../run/kernels.ts";
import type { KernelLayer } from "./kernel-layer.ts";
import { createKernelLayer } from "./kernel-layer.ts";
import { foldedLayout, view } from "./weight-layout.ts";

/** All layers, and the PReLU slopes `[blocks][features]`. */
export interface NetworkWeights {
  readonly layers: readonly KernelLayer[];
  readonly slopes: Block;
  readonly slopeGradient: Block;
  /** Takes a folded vector. */
  load(folded: Float32Array): void;
  clearGradient(): void;
  /** Writes the gradient as a folded vector. */
  saveGradient(folded: Float32Array): void;
}

/**
 * Room for the weights of one network.
 *
 * @param differentiable whether gradients will be asked for
 */
export function createNetworkWeights(
  kernels: Kernels,
  architecture: Architecture,
  differentiable: boolean,
): NetworkWeights {
  const layout = foldedLayout(architecture);
  const scratch = createScratch(kernels, Math.max(architecture.features, architecture.scale ** 2));
  const layers = layout.layers.map((layer) => createKernelLayer(kernels, layer, scratch, differentiable));
  const slopes = kernels.allocate(layout.slopes.count);
  const slopeGradient = kernels.allocate(layout.slopes.count);
  return {
    layers,
    slopes,
    slopeGradient,
    load(folded) {
      layout.layers.forEach((place, index) =>
        layers[index]!.load(view(folded, place.weights), view(folded, place.bias)),
      );
      slopes.floats().set(view(folded, layout.slopes));
    },
    clearGradient() {
      for (const layer of layers) layer.clearGradient();
      slopeGradient.floats().fill(0);
    },
    saveGradient(folded) {
      layout.layers.forEach((place, index) =>
        layers[index]!.saveGradient(view(folded, place.weights), view(folded, place.bias)),
      );
      view(folded, layout.slopes).set(slopeGradient.floats());
    },
  };
}
