/** From a loss in decibels to the energies above which cells go to the next network, by calibration. */

import { calibrated, losses } from "./thresholds.generated.ts";

/** Decibels below the largest network alone, where nobody says otherwise: what does not show, a tenth of what lies between sizes of network. */
export const usualLoss = 0.02;

/**
 * The energy of cells, in levels² of the smallest network's own addition, above which each further network is worth its
 * cost: one less than there are networks. Calibrated on pictures (`bench/routing/fit.ts` of `@tatami/train`) for pairs of
 * shipped networks; of three each step is given half of the loss.
 *
 * @param names of shipped networks of one scale and track, the smallest first
 * @param loss mean decibels below the largest network alone, from 0, where it makes everything, to Infinity, where the smallest does
 * @returns nothing where one of them was not calibrated
 */
export function routingThresholds(names: readonly string[], loss: number): readonly number[] | undefined {
  const steps = names.slice(1);
  const each = loss / Math.max(1, steps.length);
  const found = steps.map((larger, index) => {
    const fitted = calibrated[`${names[0]}:${names[index]}>${larger}`];
    return fitted && thresholdAt(fitted, each);
  });
  if (found.includes(undefined)) return undefined;
  // a larger network is never wanted where a smaller one is not
  let least = 0;
  return found.map((threshold) => (least = Math.max(least, threshold!)));
}

/** Between two calibrated losses thresholds grow evenly; beyond the last as between the last two. */
function thresholdAt(fitted: readonly number[], loss: number): number {
  if (loss === Infinity) return loss;
  const next = losses.findIndex((known) => known >= loss);
  const end = next < 0 ? losses.length - 1 : next;
  const [from, to] = [end === 0 ? 0 : losses[end - 1]!, losses[end]!];
  const low = end === 0 ? 0 : fitted[end - 1]!;
  return low + ((fitted[end]! - low) * (loss - from)) / (to - from);
}
