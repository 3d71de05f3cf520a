/** Adam's moments of one vector, and its step (Kingma and Ba, 2015, algorithm 1). */

import type { Block, Kernels } from "../run/kernels.ts";

/** How long the moments remember. */
export interface AdamDecays {
  /** Of the first moment. */
  readonly beta1: number;
  /** Of the second. */
  readonly beta2: number;
}

/** The moments, which are all that must be kept to go on exactly. */
export interface Adam {
  readonly first: Block;
  readonly second: Block;
  /** With AMSGrad only. */
  readonly largest: Block | undefined;
  /**
   * Moves a vector against its gradient.
   *
   * @param index of the step, from 0
   * @param scale multiplies the gradient first
   */
  step(weights: Block, gradient: Block, index: number, rate: number, scale: number): void;
}

/** Keeps a step finite where nothing has moved yet. */
const epsilon = 1e-8;

/**
 * Moments of nothing seen yet.
 *
 * @param count floats, a multiple of 4
 * @param amsgrad whether to divide by the largest second moment so far (Reddi et al., 2018)
 */
export function createAdam(kernels: Kernels, count: number, decays: AdamDecays, amsgrad = false): Adam {
  const { beta1, beta2 } = decays;
  const [first, second] = [kernels.allocate(count), kernels.allocate(count)];
  const largest = amsgrad ? kernels.allocate(count) : undefined;
  return {
    first,
    second,
    largest,
    step(weights, gradient, index, rate, scale) {
      kernels.run.adam(
        weights.address,
        gradient.address,
        first.address,
        second.address,
        largest?.address ?? 0,
        count,
        rate,
        beta1,
        beta2,
        epsilon,
        1 / (1 - beta1 ** (index + 1)),
        1 / (1 - beta2 ** (index + 1)),
        scale,
      );
    },
  };
}
