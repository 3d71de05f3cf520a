/** Collapse on weights alone, for a trainer that holds no graph. */

import { addIdentityTap } from "../collapse/absorb-residual.ts";
import { projectBias, projectKernel } from "../collapse/merge-projection.ts";
import type {
  CollapsedBlockWeights,
  CollapsedSesrWeights,
  WideBlockWeights,
  WideSesrWeights,
} from "./weights.ts";

/**
 * The weights of the running network, from those of the training one. Same arithmetic as `collapse`;
 * the channels of the last block stay in the paper's order.
 */
export function collapseSesrWeights(weights: WideSesrWeights): CollapsedSesrWeights {
  return {
    first: collapseBlock(weights.first),
    middle: weights.middle.map((wide) => {
      const { kernel, bias } = collapseBlock(wide);
      return { kernel: addIdentityTap(kernel), bias, slopes: wide.slopes };
    }),
    last: collapseBlock(weights.last),
  };
}

function collapseBlock({ expand, expandBias, project, bias }: WideBlockWeights): CollapsedBlockWeights {
  return { kernel: projectKernel(expand, project), bias: projectBias(expandBias, project, bias) };
}
