/** Adam on the wide weights: fold, take the gradient back, clip, step, moving average (SESR, section 4). */

import { createAdam } from "./adam.ts";
import type { Architecture } from "../shape/architecture.ts";
import { createAveragedWeights } from "./averaged-weights.ts";
import type { Fold } from "../shape/fold.ts";
import { createFold } from "../shape/fold.ts";
import type { CompiledKernels } from "../run/kernels.ts";
import { createKernels } from "../run/kernels.ts";
import { restoreMoments, saveMoments } from "./optimizer.ts";
import type { Optimizer, OptimizerOptions } from "./optimizer.ts";
import { normOf } from "./norm.ts";
import { wideLayout } from "../shape/weight-layout.ts";

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
  const averaged = createAveragedWeights(kernels, initial, options.averageDecay);
  const { weights, average } = averaged;
  const wideGradient = kernels.allocate(count);
  const adam = createAdam(kernels, count, DECAYS, options.amsgrad);
  const fold: Fold = createFold(kernels, architecture);

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
      averaged.follow(index);
      return norm;
    },
    save: () => ({ ...averaged.save(), ...saveMoments(adam), curvature: new Float32Array(0) }),
    restore(state) {
      averaged.restore(state);
      restoreMoments(adam, state);
    },
  };
}
