/** The wide weights and everything that moves them: fold, clip, Adam, moving average. */

import type { Architecture } from "./architecture.ts";
import type { Fold } from "./fold.ts";
import { createFold } from "./fold.ts";
import type { CompiledKernels } from "./kernels.ts";
import { createKernels } from "./kernels.ts";
import { wideLayout } from "./weight-layout.ts";

/** How the weights are moved. */
export interface OptimizerOptions {
  /** Divide by the largest second moment so far rather than the present one. */
  readonly amsgrad: boolean;
  /** The gradient's norm over all wide weights is held at or below this. */
  readonly clipNorm: number;
  /** Decay of the moving average of the weights that is shipped. */
  readonly averageDecay: number;
}

/** Flat wide vectors, as they go into a checkpoint. */
export interface OptimizerState {
  readonly weights: Float32Array;
  readonly average: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
  /** Empty without AMSGrad. */
  readonly largest: Float32Array;
}

/** Holds the wide weights in its own kernels' memory. */
export interface Optimizer {
  /** The folded weights of the present wide ones. */
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

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/** An optimiser that begins at these wide weights. */
export function createOptimizer(
  compiled: CompiledKernels,
  architecture: Architecture,
  initial: Float32Array,
  options: OptimizerOptions,
): Optimizer {
  const kernels = createKernels(compiled);
  const { count } = wideLayout(architecture);
  const room = () => kernels.allocate(count);
  const [weights, average, first, second, wideGradient] = [room(), room(), room(), room(), room()];
  const largest = options.amsgrad ? room() : undefined;
  const fold: Fold = createFold(kernels, architecture);
  weights.floats().set(initial);
  average.floats().set(initial);

  const folded = (of: typeof weights): Float32Array => {
    fold.fold(of);
    return fold.folded.floats();
  };
  return {
    gradient: fold.gradient.floats(),
    fold: () => folded(weights),
    foldAverage: () => folded(average).slice(),
    step(index, rate) {
      fold.unfoldGradient(weights, wideGradient);
      const norm = normOf(wideGradient.floats());
      if (!Number.isFinite(norm)) return norm;
      kernels.run.adam(
        weights.address,
        wideGradient.address,
        first.address,
        second.address,
        largest?.address ?? 0,
        count,
        rate,
        BETA1,
        BETA2,
        EPSILON,
        1 / (1 - BETA1 ** (index + 1)),
        1 / (1 - BETA2 ** (index + 1)),
        Math.min(1, options.clipNorm / norm),
      );
      // a young average follows closely, so that it never remembers the random start
      const decay = Math.min(options.averageDecay, (index + 1) / (index + 10));
      kernels.run.averageWeights(average.address, weights.address, count, decay);
      return norm;
    },
    save: () => ({
      weights: weights.floats().slice(),
      average: average.floats().slice(),
      first: first.floats().slice(),
      second: second.floats().slice(),
      largest: largest ? largest.floats().slice() : new Float32Array(0),
    }),
    restore(state) {
      weights.floats().set(state.weights);
      average.floats().set(state.average);
      first.floats().set(state.first);
      second.floats().set(state.second);
      largest?.floats().set(state.largest);
    },
  };
}

function normOf(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!;
  return Math.sqrt(sum);
}
