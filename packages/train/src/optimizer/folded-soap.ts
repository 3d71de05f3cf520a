/**
 * SOAP on the folded weights: Adam in the eigenbases of the kernels' gradients (Vyas et al., 2024, arXiv 2409.11321).
 * A wide linear block preconditions its fold's gradient by its own weights; this does it by what the gradients are.
 */

import { createAdam } from "./adam.ts";
import type { Architecture } from "../shape/architecture.ts";
import { createAveragedWeights } from "./averaged-weights.ts";
import { foldWeights } from "../shape/fold.ts";
import { createKernelMatrix } from "./kernel-matrix.ts";
import type { CompiledKernels } from "../run/kernels.ts";
import { createKernels } from "../run/kernels.ts";
import { normOf } from "./norm.ts";
import { restoreMoments, saveMoments } from "./optimizer.ts";
import type { Optimizer, OptimizerOptions } from "./optimizer.ts";
import { createRotatedAdam, SOAP_DECAYS } from "./rotated-adam.ts";
import { foldedLayout, view } from "../shape/weight-layout.ts";

/** SOAP that begins at the fold of these wide weights. */
export function createFoldedSoap(
  compiled: CompiledKernels,
  architecture: Architecture,
  initial: Float32Array,
  options: OptimizerOptions,
): Optimizer {
  const kernels = createKernels(compiled);
  const layout = foldedLayout(architecture);
  const { count } = layout;
  const start = foldWeights(compiled, architecture, initial);
  const averaged = createAveragedWeights(kernels, start, options.averageDecay);
  const { weights, average } = averaged;
  const plainGradient = kernels.allocate(count);
  const plain = createAdam(kernels, count, SOAP_DECAYS);
  const matrices = layout.layers.map((layer) => createRotatedAdam(kernels, createKernelMatrix(layer)));
  const curvature = matrices.flatMap(({ state }) => state);
  const gradient = new Float32Array(count);

  return {
    gradient,
    fold: () => weights.floats(),
    foldAverage: () => average.floats().slice(),
    step(index, rate) {
      const norm = normOf(gradient);
      if (!Number.isFinite(norm)) return norm;
      const scale = Math.min(1, options.clipNorm / norm);
      for (const matrix of matrices) matrix.step(weights.floats(), gradient, index, rate, scale);
      // biases and slopes: plain Adam, the kernels' gradients left out
      plainGradient.floats().set(gradient);
      for (const layer of layout.layers) view(plainGradient.floats(), layer.weights).fill(0);
      plain.step(weights, plainGradient, index, rate, scale);
      averaged.follow(index);
      return norm;
    },
    save: () => ({
      ...averaged.save(),
      ...saveMoments(plain),
      curvature: joinBlocks(curvature.map((block) => block.floats())),
    }),
    restore(state) {
      averaged.restore(state);
      restoreMoments(plain, state);
      let next = 0;
      for (const block of curvature) {
        block.floats().set(state.curvature.subarray(next, next + block.count));
        next += block.count;
      }
    },
  };
}

function joinBlocks(parts: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let next = 0;
  for (const part of parts) {
    joined.set(part, next);
    next += part.length;
  }
  return joined;
}
