/**
 * From a loss in decibels to the cells that go to the next network. What a network adds to the bicubic filter has about as
 * much energy as a larger one has error, so an energy in units of the frame's own mean costs a ratio of errors: decibels,
 * whatever the frame shows. One that were the same for all frames would be too much for smooth ones and nothing for busy ones.
 */

import { factors, losses } from "./factors.generated.ts";

/** Decibels below the largest network alone, where nobody says otherwise: what does not show, a tenth of what lies between sizes of network. */
export const usualLoss = 0.02;

/** Energy in levels² below which a cell stays with the smallest network whatever the frame: what rounding to levels makes, twelvefold. */
export const leastEnergy = 1;

/**
 * The energies above which cells go to each larger network, as multiples of the frame's mean energy: one less than there are
 * networks, rising. Calibrated on pictures (`bench/routing/fit.ts` of `@tatami/train`) for shipped networks; of three each
 * step is given half of the loss. Others' are the least that was found for any, doubled for the third of three.
 *
 * @param names of networks, the smallest first
 * @param loss mean decibels below the largest network alone, from 0, where it makes everything, to Infinity, where the smallest does
 */
export function routingFactors(names: readonly string[], loss: number): readonly number[] {
  const steps = names.slice(1);
  const each = loss / Math.max(1, steps.length);
  let least = 0;
  // a larger network is never wanted where a smaller one is not
  return steps.map((larger, index) => {
    const fitted = factors[`${names[0]}:${names[index]}>${larger}`] ?? careful(index);
    return (least = Math.max(least, factorAt(fitted, each)));
  });
}

/**
 * The energies above which cells go to each larger network.
 *
 * @param energies of all cells of a frame
 * @param wanted multiples of their mean, rising: 0 gives a network everything, Infinity nothing
 * @param least as {@link leastEnergy}, in the unit of the energies
 */
export function energiesAbove(
  energies: Float32Array,
  wanted: readonly number[],
  least: number,
): readonly number[] {
  const mean = energies.reduce((sum, energy) => sum + energy, 0) / energies.length;
  // 0 times Infinity is not a number
  return wanted.map((factor) =>
    factor <= 0 ? 0 : factor === Infinity ? factor : Math.max(least, factor * mean),
  );
}

function careful(step: number): readonly number[] {
  const all = Object.values(factors);
  return losses.map((_, index) => 2 ** step * Math.min(...all.map((fitted) => fitted[index]!)));
}

/** Between two calibrated losses factors grow evenly; beyond the last they are as there. */
function factorAt(fitted: readonly number[], loss: number): number {
  if (loss === Infinity) return loss;
  const next = losses.findIndex((known) => known >= loss);
  if (next < 0) return fitted.at(-1)!;
  const [from, low] = next === 0 ? [0, 0] : [losses[next - 1]!, fitted[next - 1]!];
  const factor = low + ((fitted[next]! - low) * (loss - from)) / (losses[next]! - from);
  // rounding must not lift it above the next
  return Math.min(factor, fitted[next]!);
}
