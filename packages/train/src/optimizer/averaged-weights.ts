/** Weights and their moving average: what is trained, and what is shipped. */

import type { Block, Kernels } from "../run/kernels.ts";

/** Copies of both. */
export interface AveragedState {
  readonly weights: Float32Array;
  readonly average: Float32Array;
}

/** Two vectors of one size. */
export interface AveragedWeights {
  readonly weights: Block;
  readonly average: Block;
  /** Takes the weights of a step, counted from 0, into the average. */
  follow(index: number): void;
  save(): AveragedState;
  restore(state: AveragedState): void;
}

/** Both begin at `start`, whose length is a multiple of 4. @param decay of the average */
export function createAveragedWeights(kernels: Kernels, start: Float32Array, decay: number): AveragedWeights {
  const [weights, average] = [kernels.allocate(start.length), kernels.allocate(start.length)];
  weights.floats().set(start);
  average.floats().set(start);
  return {
    weights,
    average,
    follow(index) {
      // a young average follows closely, so that it never remembers the start
      const young = Math.min(decay, (index + 1) / (index + 10));
      kernels.run.averageWeights(average.address, weights.address, start.length, young);
    },
    save: () => ({ weights: weights.floats().slice(), average: average.floats().slice() }),
    restore(state) {
      weights.floats().set(state.weights);
      average.floats().set(state.average);
    },
  };
}
