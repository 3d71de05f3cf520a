/** Collapse: a network as it trains becomes the smaller network that computes the same. */

import { reachOf } from "../model/halo.ts";
import type { Model } from "../model/model.ts";
import { rewrite } from "../rewrite/rewrite.ts";
import type { Rewrite } from "../rewrite/rewrite.ts";
import { absorbResidual } from "./absorb-residual.ts";
import { foldConstants } from "./fold-constants.ts";
import { mergeDepthToSpace } from "./merge-depth-to-space.ts";
import { mergeProjection } from "./merge-projection.ts";

/** The rules of collapse, in the order they are tried. */
export const collapseRules: readonly Rewrite[] = [
  foldConstants,
  mergeProjection,
  absorbResidual,
  mergeDepthToSpace,
];

/**
 * The same function in fewer operations: every rule of {@link collapseRules} until none applies.
 * Results differ by rounding alone (SESR: at most 1e-5). A collapsed model comes back as it is.
 */
export function collapse(model: Model): Model {
  const output = rewrite(model.output, collapseRules);
  if (output === model.output) return model;
  const { name, scale } = model;
  return { name, scale, ...reachOf(output), output };
}
