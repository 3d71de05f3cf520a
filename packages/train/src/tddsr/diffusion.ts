/**
 * The diffusion between a large picture and its small one enlarged (ResShift, arXiv 2307.12348, its code), in pixels of luma,
 * and the way back without chance (SinSR, arXiv 2311.14760). Pictures are `[n, 4, h, w]`, their sub-pixels as channels.
 */

import type { Node } from "@tatami/graph";
import { add, largestNoise, restore, restorerState, subtract, times } from "@tatami/graph";
import type { WeightOf } from "./timed.ts";

/** √η at times 0 to 4: four steps, as ResShift's journal version has them (m 0.2, p 0.3). */
const roots = [0, 0.0316, 0.3764, 0.6673, 0.99] as const;

/** The last time: one step from here is the one-step restorer's. */
export const last: number = roots.length - 1;

/** Deviation of the noise for √η 1: LARGEST_NOISE at the last time. */
const kappa = largestNoise / roots[last]!;

/** A picture at a time: between the truth and the enlarged one, and noisy. @param noise of deviation 1 */
export function diffuse(truth: Node, large: Node, noise: Node, time: number): Node {
  const root = roots[time]!;
  const between = add(truth, times(subtract(large, truth), root * root));
  return add(between, times(noise, kappa * root));
}

/** Where the way back begins: the enlarged picture, noisy. */
export function lastState(large: Node, noise: Node): Node {
  return add(large, times(noise, largestNoise));
}

/** What the network takes the truth to be, seeing a state at a time. @param weightAt the network at a time */
export function predict(
  weightAt: (time: number) => WeightOf,
  state: Node,
  time: number,
  large: Node,
  small: Node,
): Node {
  return restore(weightAt(time), restorerState(state, roots[time]! / roots[last]!), large, small);
}

/** All the way back in so many steps, from the last time, without further noise. @param steps 1, 2 or 4 */
export function walkBack(
  weightAt: (time: number) => WeightOf,
  state: Node,
  large: Node,
  small: Node,
  steps: number,
): Node {
  const stride = last / steps;
  let current = state;
  for (let time = last; ; time -= stride) {
    const truth = predict(weightAt, current, time, large, small);
    if (time - stride <= 0) return truth;
    const [now, next] = [roots[time]!, roots[time - stride]!];
    // SinSR, equation 9: what keeps the noise that there is
    const keep = next / now;
    const toLarge = next * next - next * now;
    current = add(add(times(truth, 1 - keep - toLarge), times(current, keep)), times(large, toLarge));
  }
}
