/** A whole training step as one program: loss, gradients, clipping by global norm, Adam. */

import { checkNumber } from "@tatami/core";
import { add, clip, constant, multiply, subtract } from "../build.ts";
import { allAxes, divide, parameter, plus, reshape, squareRoot, sum, times } from "../build-training.ts";
import { gradient } from "../gradient.ts";
import { invalidModel } from "../invalid-model.ts";
import type { Node } from "../node.ts";
import { parametersOf } from "../program.ts";
import type { Program } from "../program.ts";
import { probeShape } from "../shape.ts";
import { tensor } from "../tensor.ts";

/** How the weights are moved. */
export interface TrainingStepOptions {
  /** The gradient's norm over all parameters is held at or below this. @defaultValue 1 */
  readonly clipNorm?: number;
  /** How long the mean of the gradient remembers. @defaultValue 0.9 */
  readonly beta1?: number;
  /** How long the mean of its square remembers. @defaultValue 0.999 */
  readonly beta2?: number;
  /** Keeps the division by the root of that square from running away. @defaultValue 1e-8 */
  readonly epsilon?: number;
}

/** A tensor that a step takes and gives: what comes out under `output` goes in under `input` the next time. */
export interface StepState {
  readonly input: string;
  readonly output: string;
  readonly shape: readonly number[];
  /** Weights begin as the caller likes, moments at zero. */
  readonly kind: "weights" | "firstMoment" | "secondMoment";
}

/** A program that does one step. Beside its state it gives `loss` and `gradientNorm`, one number each. */
export interface TrainingStep extends Program {
  readonly state: readonly StepState[];
}

/** Names of the three numbers of {@link stepNumbers}, as inputs of a step. */
const numberNames = ["rate", "firstCorrection", "secondCorrection"] as const;

/**
 * One step of Adam (Kingma and Ba, 2015, algorithm 1), the gradient clipped by its global norm (Pascanu et
 * al., 2013) before. For a weight `w` the inputs are `w`, `w/first` and `w/second`, the outputs `w/next`,
 * `w/first/next` and `w/second/next`; the numbers of {@link stepNumbers} and whatever else the loss needs
 * are inputs too. When `gradientNorm` is not finite nothing that came out may be kept.
 *
 * @param loss one number, made of parameters.
 * @param parameters those that learn.
 * @throws TatamiError `invalid-model` for a loss without a gradient (see `gradient`), for no parameters and
 * for names that are taken; `invalid-option` for a norm, share or epsilon out of range.
 */
export function createTrainingStep(
  name: string,
  loss: Node,
  parameters: readonly Node<"parameter">[],
  options: TrainingStepOptions = {},
): TrainingStep {
  const { clipNorm, beta1, beta2, epsilon } = resolveOptions(options);
  if (parameters.length === 0) {
    throw invalidModel(
      `Training step "${name}" has no parameters to learn.`,
      "Name the parameters of the loss that are to learn.",
    );
  }
  const gradients = gradient(loss, parameters);
  const norm = squareRoot(gradients.map((each) => asNumber(sumOfSquares(each), 1)).reduce(add));
  const factor = clip(divide(constant(tensor([1], Float32Array.of(clipNorm))), norm), 0, 1);
  const numbers = numberNames.map((each) => parameter(each, [1]));
  const fitted = createFitting([factor, ...numbers]);
  const outputs: Record<string, Node> = { loss: asNumber(loss, 1), gradientNorm: norm };
  const state: StepState[] = [];
  for (const [at, weights] of parameters.entries()) {
    const { name: label, shape } = weights.arg;
    const [scale, rate, firstCorrection, secondCorrection] = fitted(shape.length) as Four;
    const clipped = multiply(gradients[at]!, scale);
    const first = follow(parameter(`${label}/first`, shape), clipped, beta1);
    const second = follow(parameter(`${label}/second`, shape), multiply(clipped, clipped), beta2);
    const divisor = plus(squareRoot(multiply(second, secondCorrection)), epsilon);
    const change = divide(multiply(first, multiply(rate, firstCorrection)), divisor);
    const next = subtract(weights, change);
    Object.assign(outputs, {
      [`${label}/next`]: next,
      [`${label}/first/next`]: first,
      [`${label}/second/next`]: second,
    });
    state.push(
      { input: label, output: `${label}/next`, shape, kind: "weights" },
      { input: `${label}/first`, output: `${label}/first/next`, shape, kind: "firstMoment" },
      { input: `${label}/second`, output: `${label}/second/next`, shape, kind: "secondMoment" },
    );
  }
  // Names that are taken are found here rather than at the first step.
  parametersOf({ name, outputs });
  return { name, outputs, state };
}

/**
 * What a step is told beside its state and its pictures: the learning rate, and what undoes the moments'
 * start at zero.
 *
 * @param index of the step, from 0. @param options those that the step was made with.
 */
export function stepNumbers(
  index: number,
  rate: number,
  options: TrainingStepOptions = {},
): Readonly<Record<(typeof numberNames)[number], number>> {
  const { beta1, beta2 } = resolveOptions(options);
  const correction = (beta: number): number => 1 / (1 - beta ** (index + 1));
  return { rate, firstCorrection: correction(beta1), secondCorrection: correction(beta2) };
}

/** Of float32's normal numbers: GPUs take what is smaller for zero. */
const smallest = 2 ** -126;

function resolveOptions(options: TrainingStepOptions): Required<TrainingStepOptions> {
  return {
    clipNorm: checkNumber("clipNorm", options.clipNorm ?? 1, smallest),
    beta1: checkNumber("beta1", options.beta1 ?? 0.9, 0, 1 - 2 ** -24),
    beta2: checkNumber("beta2", options.beta2 ?? 0.999, 0, 1 - 2 ** -24),
    epsilon: checkNumber("epsilon", options.epsilon ?? 1e-8, smallest),
  };
}

type Four = [Node, Node, Node, Node];

/** A mean that forgets. The two shares are rounded so that they add up to 1: a constant stays what it is. */
function follow(mean: Node, value: Node, beta: number): Node {
  const kept = Math.fround(beta);
  return add(times(mean, kept), times(value, 1 - kept));
}

function sumOfSquares(source: Node): Node {
  return sum(multiply(source, source), allAxes(source));
}

/** One number under a shape of so many dimensions. */
function asNumber(source: Node, dimensions: number): Node {
  if (probeShape(source).length === dimensions) return source;
  return reshape(
    source,
    Array.from({ length: dimensions }, () => 1),
  );
}

/** Single numbers fitted to tensors of any number of dimensions, once for each number of dimensions. */
function createFitting(numbers: readonly Node[]): (dimensions: number) => readonly Node[] {
  const known = new Map<number, readonly Node[]>();
  return (dimensions) => {
    const fitted = known.get(dimensions) ?? numbers.map((each) => asNumber(each, dimensions));
    known.set(dimensions, fitted);
    return fitted;
  };
}
