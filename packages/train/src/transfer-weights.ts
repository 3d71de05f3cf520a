/** Starting a network from one that is trained already, as SESR starts ×4 from ×2 (section 5.1). */

import { invalidOption } from "@tatami/core";
import type { Architecture } from "./architecture.ts";
import { createInitialWeights } from "./initial-weights.ts";
import { view, wideLayout } from "./weight-layout.ts";

/** A wide vector and the network it belongs to. */
export interface WideWeights {
  readonly architecture: Architecture;
  readonly weights: Float32Array;
}

/**
 * A start for `architecture` with every layer of `from` that has the same shape at the same place, and the PReLU
 * slopes; the last block, when the scale differs, begins at random.
 *
 * (The published SESR script means to do this but assigns to `set_weights` instead of calling it, so its ×4
 * networks are trained from scratch.)
 *
 * @throws TatamiError `invalid-option` when blocks, features or width differ.
 */
export function transferWeights(from: WideWeights, architecture: Architecture, seed: number): Float32Array {
  for (const key of ["blocks", "features", "width"] as const) {
    const [seen, wanted] = [from.architecture[key], architecture[key]];
    if (seen !== wanted) throw invalidOption(`from.architecture.${key}`, `${wanted}, the recipe's`, seen);
  }
  const weights = createInitialWeights(architecture, seed);
  const [source, target] = [wideLayout(from.architecture), wideLayout(architecture)];
  target.layers.forEach((layer, index) => {
    const old = source.layers[index]!;
    if (old.outputs !== layer.outputs) return;
    for (const part of ["expand", "project", "bias"] as const) {
      view(weights, layer[part]).set(view(from.weights, old[part]));
    }
  });
  view(weights, target.slopes).set(view(from.weights, source.slopes));
  return weights;
}
