/**
 * Folding: a linear block of two convolutions with nothing between becomes one (SESR, algorithms 1 and 2, in closed
 * form: W = W1 · W2, and 1 at the centre of a residual block), and gradients of the fold go back to the wide weights.
 */

import type { Architecture } from "./architecture.ts";
import type { Block, CompiledKernels, Kernels } from "../run/kernels.ts";
import { createKernels } from "../run/kernels.ts";
import type { Layer } from "./architecture.ts";
import { foldedLayout, view, wideLayout } from "./weight-layout.ts";

/** The fold of one network, done at every step. */
export interface Fold {
  /** Writes `folded` from the wide weights. */
  fold(wide: Block): void;
  /** Writes the gradient of the wide weights from the gradient that {@link Fold.gradient} holds. */
  unfoldGradient(wide: Block, wideGradient: Block): void;
  readonly folded: Block;
  readonly gradient: Block;
}

/** Room for the folded weights, their gradient, and what the products need. */
export function createFold(kernels: Kernels, architecture: Architecture): Fold {
  const { run } = kernels;
  const { width } = architecture;
  const wideSpans = wideLayout(architecture);
  const foldedSpans = foldedLayout(architecture);
  const folded = kernels.allocate(foldedSpans.count);
  const gradient = kernels.allocate(foldedSpans.count);
  const transposed = kernels.allocate(width * Math.max(...foldedSpans.layers.map((layer) => layer.outputs)));

  return {
    folded,
    gradient,
    fold(wide) {
      const target = folded.floats();
      const source = wide.floats();
      wideSpans.layers.forEach((layer, index) => {
        const place = foldedSpans.layers[index]!;
        run.multiply(
          wide.address + layer.expand.start * 4,
          wide.address + layer.project.start * 4,
          folded.address + place.weights.start * 4,
          rowsOf(layer),
          width,
          layer.outputs,
        );
        if (layer.residual) addIdentity(layer, view(target, place.weights));
        view(target, place.bias).set(view(source, layer.bias));
      });
      view(target, foldedSpans.slopes).set(view(source, wideSpans.slopes));
    },
    unfoldGradient(wide, wideGradient) {
      const source = gradient.floats();
      const target = wideGradient.floats();
      wideSpans.layers.forEach((layer, index) => {
        const place = foldedSpans.layers[index]!;
        const weights = gradient.address + place.weights.start * 4;
        transpose(view(wide.floats(), layer.project), width, layer.outputs, transposed.floats());
        run.multiplyWide(
          weights,
          transposed.address,
          wideGradient.address + layer.expand.start * 4,
          rowsOf(layer),
          layer.outputs,
          width,
        );
        run.multiplyTransposed(
          wide.address + layer.expand.start * 4,
          weights,
          wideGradient.address + layer.project.start * 4,
          rowsOf(layer),
          width,
          layer.outputs,
        );
        view(target, layer.bias).set(view(source, place.bias));
      });
      view(target, wideSpans.slopes).set(view(source, foldedSpans.slopes));
    },
  };
}

/** The folded weights of wide ones, once. */
export function foldWeights(
  compiled: CompiledKernels,
  architecture: Architecture,
  wide: Float32Array,
): Float32Array {
  const kernels = createKernels(compiled);
  const block = kernels.allocate(wide.length);
  const fold = createFold(kernels, architecture);
  block.floats().set(wide);
  fold.fold(block);
  return fold.folded.floats().slice();
}

function rowsOf(layer: Layer): number {
  return layer.kernel * layer.kernel * layer.inputs;
}

/** The short residual is a kernel with 1 at its centre, channel to the same channel. */
function addIdentity(layer: Layer, weights: Float32Array): void {
  const centre = (layer.kernel * layer.kernel - 1) / 2;
  for (let channel = 0; channel < layer.inputs; channel++) {
    weights[(centre * layer.inputs + channel) * layer.outputs + channel]! += 1;
  }
}

function transpose(matrix: Float32Array, rows: number, columns: number, target: Float32Array): void {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      target[column * rows + row] = matrix[row * columns + column]!;
  }
}
