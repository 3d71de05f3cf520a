/**
 * SOAP on the folded weights: Adam in the eigenbases of the kernels' gradients (Vyas et al., 2024, arXiv 2409.11321).
 * A wide linear block preconditions its fold's gradient by its own weights; this does it by what the gradients are.
 */

import { createAdam } from "./adam.ts";
import type { Architecture } from "../architecture.ts";
import { createFold } from "../fold.ts";
import { createKernelMatrix } from "./kernel-matrix.ts";
import type { CompiledKernels } from "../kernels.ts";
import { createKernels } from "../kernels.ts";
import { averagingDecay, normOf } from "./arithmetic.ts";
import type { Optimizer, OptimizerOptions } from "./optimizer.ts";
import { createRotatedAdam, SOAP_DECAYS } from "./rotated-adam.ts";
import { foldedLayout, view } from "../weight-layout.ts";

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
  const room = () => kernels.allocate(count);
  const [weights, average, plainGradient] = [room(), room(), room()];
  const plain = createAdam(kernels, count, SOAP_DECAYS);
  const { first, second } = plain;
  const matrices = layout.layers.map((layer) => createRotatedAdam(kernels, createKernelMatrix(layer)));
  const curvature = matrices.flatMap(({ state }) => state);
  const start = foldOnce(compiled, architecture, initial);
  weights.floats().set(start);
  average.floats().set(start);
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
      const decay = averagingDecay(index, options.averageDecay);
      kernels.run.averageWeights(average.address, weights.address, count, decay);
      return norm;
    },
    save: () => ({
      weights: weights.floats().slice(),
      average: average.floats().slice(),
      first: first.floats().slice(),
      second: second.floats().slice(),
      largest: new Float32Array(0),
      curvature: joinBlocks(curvature.map((block) => block.floats())),
    }),
    restore(state) {
      weights.floats().set(state.weights);
      average.floats().set(state.average);
      first.floats().set(state.first);
      second.floats().set(state.second);
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

/** The fold of wide weights that are not needed afterwards. */
function foldOnce(compiled: CompiledKernels, architecture: Architecture, wide: Float32Array): Float32Array {
  const kernels = createKernels(compiled);
  const block = kernels.allocate(wide.length);
  const fold = createFold(kernels, architecture);
  block.floats().set(wide);
  fold.fold(block);
  return fold.folded.floats().slice();
}
