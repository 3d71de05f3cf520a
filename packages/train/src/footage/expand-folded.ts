/** Making a shipped network trainable again. */

import type { FoldedWeights, WideWeights } from "../shape/transfer-weights.ts";
import { transferWeights } from "../shape/transfer-weights.ts";

/** Hidden channels that small networks are trained with; deeper or wider ones have fewer (SESR, section 5.1). */
const [SMALL_WIDTH, LARGE_WIDTH] = [256, 64];

/**
 * A wide network that computes what a folded one does: W1 = W − R in as many hidden channels as there are outputs and
 * W2 the identity there; the other hidden channels begin small and random, with zeros in W2, so they change nothing
 * before the first step.
 *
 * @param width hidden channels. @defaultValue what the paper trains a network of this size with
 */
export function expandFolded(from: FoldedWeights, seed: number, width?: number): WideWeights {
  const { blocks, features } = from.architecture;
  const usual = blocks >= 11 || features > 16 ? LARGE_WIDTH : SMALL_WIDTH;
  const architecture = { ...from.architecture, width: width ?? usual };
  return { architecture, weights: transferWeights(from, architecture, seed) };
}
