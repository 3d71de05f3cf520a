/**
 * From a loss in decibels to the cells that go to the next network. What a network adds to the bicubic filter has about as
 * much energy as a larger one has error, so an energy beside the frame's own mean costs a ratio of errors: decibels, whatever
 * the frame shows. One that were the same for all frames would be too much for smooth ones and nothing for busy ones; in
 * proportion to the mean it would be too little for smooth ones, which gain least.
 */

import { factors, losses } from "./factors.generated.ts";

/** Decibels below the largest network alone, where nobody says otherwise: what does not show, a tenth of what lies between sizes of network. */
export const usualLoss = 0.02;

/** Energy in levels² below which a cell stays with the smallest network whatever the frame: what rounding to levels makes, twelvefold. */
export const leastEnergy = 1;

/** Power of the frame's mean energy that thresholds grow by: takes least time for the same loss on the pictures it was tried on. */
export const meanPower = 0.75;

/**
 * How much energy sends cells to each larger network, as factors of the frame's mean energy to the power of
 * {@link meanPower}, in levels²: one less than there are networks, rising. Calibrated on pictures (`bench/routing/fit.ts` of `@tatami/train`) for shipped networks; of three each
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
 * @param wanted as {@link routingFactors}: 0 gives a network everything, Infinity nothing
 * @param unit of the energies: what one of levels² in the studio range, at strength 1, is in it
 */
export function energiesAbove(
  energies: Float32Array,
  wanted: readonly number[],
  unit: number,
): readonly number[] {
  const mean = energies.reduce((sum, energy) => sum + energy, 0) / energies.length;
  const whole = unit * (mean / unit) ** meanPower;
  // 0 times Infinity is not a number
  return wanted.map((factor) =>
    factor <= 0 ? 0 : factor === Infinity ? factor : Math.max(leastEnergy * unit, factor * whole),
  );
}

function careful(step: number): readonly number[] {
  const all = Object.values(factors);
  return losses.map((_, index) => 2 ** step * Math.min(...all.map((fitted) => fitted[index]!)));
}

/** Between two calibrated losses factors grow by a constant ratio, from none evenly; beyond the last they are as there. */
function factorAt(fitted: readonly number[], loss: number): number {
  if (loss === Infinity) return loss;
  const next = losses.findIndex((known) => known >= loss);
  if (next < 0) return fitted.at(-1)!;
  const [from, low] = next === 0 ? [0, 0] : [losses[next - 1]!, fitted[next - 1]!];
  const [high, way] = [fitted[next]!, (loss - from) / (losses[next]! - from)];
  // rounding must not lift it above the next
  return Math.min(high, low === 0 ? high * way : low * (high / low) ** way);
}
