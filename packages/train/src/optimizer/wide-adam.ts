/** Adam on the wide weights: fold, take the gradient back, clip, step, moving average (SESR, section 4). */

import { createAdam } from "./adam.ts";
import type { Architecture } from "../architecture.ts";
import type { Fold } from "../fold.ts";
import { createFold } from "../fold.ts";
import type { CompiledKernels } from "../kernels.ts";
import { createKernels } from "../kernels.ts";
import type { Optimizer, OptimizerOptions } from "./optimizer.ts";
import { averagingDecay, normOf } from "./arithmetic.ts";
import { wideLayout } from "../weight-layout.ts";

const DECAYS = { beta1: 0.9, beta2: 0.999 };

/** Adam that begins at these wide weights. */
export function createWideAdam(
  compiled: CompiledKernels,
  architecture: Architecture,
  initial: Float32Array,
  options: OptimizerOptions,
): Optimizer {
  const kernels = createKernels(compiled);
  const { count } = wideLayout(architecture);
  const room = () => kernels.allocate(count);
  const [weights, average, wideGradient] = [room(), room(), room()];
  const adam = createAdam(kernels, count, DECAYS, options.amsgrad);
  const { first, second, largest } = adam;
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
      adam.step(weights, wideGradient, index, rate, Math.min(1, options.clipNorm / norm));
      const decay = averagingDecay(index, options.averageDecay);
      kernels.run.averageWeights(average.address, weights.address, count, decay);
      return norm;
    },
    save: () => ({
      weights: weights.floats().slice(),
      average: average.floats().slice(),
      first: first.floats().slice(),
      second: second.floats().slice(),
      largest: largest ? largest.floats().slice() : new Float32Array(0),
      curvature: new Float32Array(0),
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
