/** What moves a flat vector of weights against its gradient, whatever the weights are of. */

import type { FlatLayout } from "@tatami/graph";
import type { Block, Kernels } from "../run/kernels.ts";
import type { Adam, AdamDecays } from "./adam.ts";
import { createAdam } from "./adam.ts";
import { createAveragedWeights } from "./averaged-weights.ts";
import { createRotatedAdam, soapDecays } from "./rotated-adam.ts";
import { createSpanMatrix } from "./span-matrix.ts";

/** How weights are moved: by Adam, or by SOAP, which turns kernels' gradients into their own axes first. */
export type OptimizerName = "adam" | "soap";

/** How weights are moved. */
export interface OptimizerOptions {
  readonly optimizer: OptimizerName;
  /** Adam: divide by the largest second moment so far rather than the present one. */
  readonly amsgrad: boolean;
  /** The gradient's norm over all weights is held at or below this. */
  readonly clipNorm: number;
  /** Decay of the moving average of the weights that is shipped. */
  readonly averageDecay: number;
}

/** Vectors by name, as they go into a checkpoint. */
export type Vectors = Readonly<Record<string, Float32Array>>;

/** Holds the weights in its own kernels' memory. */
export interface FlatOptimizer {
  /** The present weights; ask again after a step. */
  weights(): Float32Array;
  /** Their moving average: what is scored and shipped. */
  average(): Float32Array;
  /** To be written before {@link FlatOptimizer.step}. */
  readonly gradient: Float32Array;
  /**
   * One step.
   *
   * @param index from 0
   * @returns the gradient's norm before clipping; when it is not finite nothing was changed
   */
  step(index: number, rate: number): number;
  save(): Vectors;
  restore(vectors: Vectors): void;
}

/** What an optimiser does with a gradient that has been clipped by `scale`. */
interface Method {
  move(weights: Block, gradient: Float32Array, index: number, rate: number, scale: number): void;
  readonly state: Readonly<Record<string, readonly Block[]>>;
}

const adamDecays: AdamDecays = { beta1: 0.9, beta2: 0.999 };

/** An optimiser that begins at these weights. @param layout of the vector, whose count is a multiple of four */
export function createFlatOptimizer(
  kernels: Kernels,
  layout: FlatLayout,
  initial: Float32Array,
  options: OptimizerOptions,
): FlatOptimizer {
  const averaged = createAveragedWeights(kernels, initial, options.averageDecay);
  const { weights, average } = averaged;
  const gradient = new Float32Array(layout.count);
  const method =
    options.optimizer === "soap"
      ? createSoap(kernels, layout)
      : createPlainAdam(kernels, layout, options.amsgrad);
  return {
    weights: () => weights.floats(),
    average: () => average.floats(),
    gradient,
    step(index, rate) {
      const norm = normOf(gradient);
      if (!Number.isFinite(norm)) return norm;
      method.move(weights, gradient, index, rate, Math.min(1, options.clipNorm / norm));
      averaged.follow(index);
      return norm;
    },
    save: () => ({
      ...averaged.save(),
      ...Object.fromEntries(Object.entries(method.state).map(([name, blocks]) => [name, joinBlocks(blocks)])),
    }),
    restore(vectors) {
      averaged.restore({ weights: vectors["weights"]!, average: vectors["average"]! });
      for (const [name, blocks] of Object.entries(method.state)) splitBlocks(vectors[name]!, blocks);
    },
  };
}

/** Adam, with AMSGrad's largest moment when asked for. */
function createPlainAdam(kernels: Kernels, { count }: FlatLayout, amsgrad: boolean): Method {
  const incoming = kernels.allocate(count);
  const adam = createAdam(kernels, count, adamDecays, amsgrad);
  return {
    move(weights, gradient, index, rate, scale) {
      incoming.floats().set(gradient);
      adam.step(weights, incoming, index, rate, scale);
    },
    state: momentsOf(adam),
  };
}

/**
 * SOAP: Adam in the eigenbases of the kernels' gradients (Vyas et al., 2024, arXiv 2409.11321). A wide linear block
 * preconditions its fold's gradient by its own weights; this does it by what the gradients are. Vectors, biases and
 * slopes, get plain Adam.
 */
function createSoap(kernels: Kernels, layout: FlatLayout): Method {
  const incoming = kernels.allocate(layout.count);
  const plain = createAdam(kernels, layout.count, soapDecays);
  const matrices = layout.spans.flatMap((span) => {
    const matrix = createSpanMatrix(span);
    return matrix ? [{ span, rotated: createRotatedAdam(kernels, matrix) }] : [];
  });
  return {
    move(weights, gradient, index, rate, scale) {
      const moved = weights.floats();
      for (const { rotated } of matrices) rotated.step(moved, gradient, index, rate, scale);
      const rest = incoming.floats();
      rest.set(gradient);
      for (const { span } of matrices) rest.fill(0, span.start, span.start + span.count);
      plain.step(weights, incoming, index, rate, scale);
    },
    state: { ...momentsOf(plain), curvature: matrices.flatMap(({ rotated }) => rotated.state) },
  };
}

function momentsOf({ first, second, largest }: Adam): Readonly<Record<string, readonly Block[]>> {
  return { first: [first], second: [second], ...(largest && { largest: [largest] }) };
}

function joinBlocks(parts: readonly Block[]): Float32Array {
  const joined = new Float32Array(parts.reduce((sum, { count }) => sum + count, 0));
  let next = 0;
  for (const part of parts) {
    joined.set(part.floats(), next);
    next += part.count;
  }
  return joined;
}

function splitBlocks(joined: Float32Array, parts: readonly Block[]): void {
  let next = 0;
  for (const part of parts) {
    part.floats().set(joined.subarray(next, next + part.count));
    next += part.count;
  }
}

/** The Euclidean norm, summed in double precision. */
function normOf(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!;
  return Math.sqrt(sum);
}
