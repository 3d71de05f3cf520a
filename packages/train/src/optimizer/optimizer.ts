/** What moves the weights. */

import type { Adam } from "./adam.ts";

export type { OptimizerName, OptimizerOptions } from "./flat-optimizer.ts";

/** Flat vectors, as they go into a checkpoint: of wide weights with Adam, of folded ones with SOAP. */
export interface OptimizerState {
  readonly weights: Float32Array;
  readonly average: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
  /** Empty without AMSGrad. */
  readonly largest: Float32Array;
  /** What SOAP knows of the kernels: covariances, bases and moments. Empty with Adam. */
  readonly curvature: Float32Array;
}

/** Holds the weights in its own kernels' memory. */
export interface Optimizer {
  /** The folded weights of the present ones. */
  fold(): Float32Array;
  /** The folded weights of the moving average. */
  foldAverage(): Float32Array;
  /** Where the gradient of the folded weights is to be written before {@link Optimizer.step}. */
  readonly gradient: Float32Array;
  /**
   * One step.
   *
   * @param index from 0
   * @returns the gradient's norm before clipping; when it is not finite nothing was changed
   */
  step(index: number, rate: number): number;
  save(): OptimizerState;
  restore(state: OptimizerState): void;
}

/** Copies of Adam's moments. */
export function saveMoments({
  first,
  second,
  largest,
}: Adam): Pick<OptimizerState, "first" | "second" | "largest"> {
  return {
    first: first.floats().slice(),
    second: second.floats().slice(),
    largest: largest ? largest.floats().slice() : new Float32Array(0),
  };
}

/** Puts them back. */
export function restoreMoments({ first, second, largest }: Adam, state: OptimizerState): void {
  first.floats().set(state.first);
  second.floats().set(state.second);
  largest?.floats().set(state.largest);
}
