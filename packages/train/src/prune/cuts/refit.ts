/**
 * What reads some channels takes over the part of those that go: a ridge least-squares fit of its kernel, in closed form
 * from the moments of its inputs, without any training.
 */

import { CholeskyDecomposition, Matrix } from "ml-matrix";
import { tensor } from "@tatami/graph";
import type { Tensor } from "@tatami/graph";
import type { ChannelGroup, PrunedNet } from "./net.ts";
import { keepChannels } from "./net.ts";
import type { InputMoments, Observation } from "./observe.ts";

/**
 * The ridge, relative to the mean square of what is kept: holds where channels are nearly copies of one another. Where
 * rounding leaves it too small it grows.
 */
const ridgeSteps = { least: 1e-5, growth: 10 };

/**
 * The net with only these channels of a group, and its readers refitted: their results change as little as they can, in
 * squares, over the places observed.
 */
export function removeChannels(
  net: PrunedNet,
  group: ChannelGroup,
  kept: readonly number[],
  observation: Observation,
): PrunedNet {
  const less = keepChannels(net, group, kept);
  const weights: Record<string, Tensor> = { ...less.weights };
  for (const name of group.consumers) {
    const [kernel, bias] = [net.weights[`${name}.kernel`]!, net.weights[`${name}.bias`]!];
    const fitted = refit(kernel, bias, kept, observation[name]!);
    weights[`${name}.kernel`] = fitted.kernel;
    weights[`${name}.bias`] = fitted.bias;
  }
  return { ...less, weights };
}

/**
 * min over Δ of E|Δᵀ·p_K − W_Rᵀ·p_R|² + ε|Δ|²: what the channels R that go contributed, foretold by those kept, K, and the
 * constant. Added to the kept weights.
 */
function refit(
  kernel: Tensor,
  bias: Tensor,
  kept: readonly number[],
  { channels, side, moments }: InputMoments,
): { kernel: Tensor; bias: Tensor } {
  const [outputs] = kernel.shape as readonly [number];
  const taps = side * side;
  const n = channels * taps + 1;
  const rowsOf = (some: readonly number[]): number[] =>
    some.flatMap((channel) => Array.from({ length: taps }, (_, tap) => channel * taps + tap));
  const staying = new Set(kept);
  const stay = [...rowsOf(kept), n - 1];
  const go = rowsOf(Array.from({ length: channels }, (_, at) => at).filter((at) => !staying.has(at)));
  const part = (rows: readonly number[], columns: readonly number[]): Matrix =>
    new Matrix(rows.map((row) => columns.map((column) => moments[row * n + column]!)));
  const gone = new Matrix(
    go.map((row) => Array.from({ length: outputs }, (_, at) => kernel.data[at * (n - 1) + row]!)),
  );
  const change = solveRidge(part(stay, stay), part(stay, go).mmul(gone));
  const fitted = tensor([outputs, kept.length, side, side]);
  const each = kept.length * taps;
  for (let output = 0; output < outputs; output++)
    for (let i = 0; i < each; i++)
      fitted.data[output * each + i] = kernel.data[output * (n - 1) + stay[i]!]! + change.get(i, output);
  const moved = bias.data.map((value, output) => value + change.get(each, output));
  return { kernel: fitted, bias: { shape: bias.shape, data: moved } };
}

/** Ridge least squares; the last unknown, the bias, is held down by nothing. */
function solveRidge(normal: Matrix, right: Matrix): Matrix {
  const last = normal.rows - 1;
  const unit = (normal.trace() - normal.get(last, last)) / last;
  for (let ridge = ridgeSteps.least; ; ridge *= ridgeSteps.growth) {
    const held = normal.clone();
    for (let i = 0; i < last; i++) held.set(i, i, held.get(i, i) + ridge * unit);
    const factors = new CholeskyDecomposition(held);
    if (factors.isPositiveDefinite()) return factors.solve(right);
  }
}
