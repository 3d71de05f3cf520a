/**
 * From a loss in decibels to the cells that go to the next network. What a network adds to the bicubic filter has about as
 * much energy as a larger one has error, so leaving cells that hold a share of a frame's energy costs a ratio of errors:
 * decibels, whatever the frame shows. An energy that were the same for all frames would be too much for smooth ones and
 * nothing for busy ones.
 */

import { losses, shares } from "./shares.generated.ts";

/** Decibels below the largest network alone, where nobody says otherwise: what does not show, a tenth of what lies between sizes of network. */
export const usualLoss = 0.02;

/** Energy in levels² below which a cell stays with the smallest network whatever the frame: what rounding to levels makes, twelvefold. */
export const leastEnergy = 1;

/**
 * The shares of a frame's energy that may stay below each larger network, in cells that have least: one less than there are
 * networks, rising. Calibrated on pictures (`bench/routing/fit.ts` of `@tatami/train`) for shipped networks; of three each
 * step is given half of the loss. Others' are the least that was found for any on that step.
 *
 * @param names of networks, the smallest first
 * @param loss mean decibels below the largest network alone, from 0, where it makes everything, to Infinity, where the smallest does
 */
export function routingShares(names: readonly string[], loss: number): readonly number[] {
  const steps = names.slice(1);
  const each = loss / Math.max(1, steps.length);
  let least = 0;
  // a larger network is never wanted where a smaller one is not
  return steps.map((larger, index) => {
    const fitted = shares[`${names[0]}:${names[index]}>${larger}`] ?? careful(index > 0);
    return (least = Math.max(least, shareAt(fitted, each)));
  });
}

/**
 * The energies above which cells go to each larger network.
 *
 * @param energies of all cells of a frame
 * @param wanted shares of their sum, rising: 0 gives a network everything, 1 nothing
 * @param least as {@link leastEnergy}, in the unit of the energies
 */
export function energiesAbove(
  energies: Float32Array,
  wanted: readonly number[],
  least: number,
): readonly number[] {
  const sorted = energies.toSorted();
  const total = sorted.reduce((sum, energy) => sum + energy, 0);
  let [cell, below] = [0, 0];
  return wanted.map((share) => {
    if (share <= 0) return 0;
    if (share >= 1) return Infinity;
    while (cell < sorted.length && below + sorted[cell]! <= share * total) below += sorted[cell++]!;
    return Math.max(least, cell === 0 ? 0 : sorted[cell - 1]!);
  });
}

/** @param further whether this is of a step that does not begin at the smallest network */
function careful(further: boolean): readonly number[] {
  const alike = Object.entries(shares).filter(([key]) => {
    const [smallest, smaller] = key.split(/[:>]/);
    return (smallest !== smaller) === further;
  });
  return losses.map((_, index) => Math.min(1, ...alike.map(([, fitted]) => fitted[index]!)));
}

/** Between two calibrated losses shares grow evenly; beyond the last as between the last two, to 1. */
function shareAt(fitted: readonly number[], loss: number): number {
  if (loss === Infinity) return 1;
  const next = losses.findIndex((known) => known >= loss);
  const end = next < 0 ? losses.length - 1 : next;
  const [from, to] = [end === 0 ? 0 : losses[end - 1]!, losses[end]!];
  const low = end === 0 ? 0 : fitted[end - 1]!;
  return Math.min(1, low + ((fitted[end]! - low) * (loss - from)) / (to - from));
}
