/** A whole training step as one program: loss, gradients, clipping by global norm, Adam. */

import { add, allAxes, clip, constant, divide, multiply, squareRoot, sum } from "../build.ts";
import { parameter, reshape } from "../build-training.ts";
import { gradient } from "../gradient.ts";
import { invalidModel } from "../invalid-model.ts";
import type { Node } from "../node.ts";
import { parametersOf } from "../program.ts";
import type { Program } from "../program.ts";
import { probeShape } from "../shape.ts";
import { tensor } from "../tensor.ts";
import { adam } from "./adam.ts";
import type { AdamNumbers, StateKind } from "./adam.ts";
import { resolveStepOptions } from "./step-options.ts";
import type { TrainingStepOptions } from "./step-options.ts";

/** A tensor that a step takes and gives: what comes out under `output` goes in under `input` the next time. */
export interface StepState {
  readonly input: string;
  readonly output: string;
  readonly shape: readonly number[];
  /** Weights begin as the caller likes and the average as the weights; everything else begins at zero. */
  readonly kind: StateKind;
}

/** A program that does one step. Beside its state it gives `loss` and `gradientNorm`, one number each. */
export interface TrainingStep extends Program {
  readonly state: readonly StepState[];
}

/**
 * One step of Adam, the gradient clipped by its global norm before (Pascanu et al., 2013). For a weight `w`
 * the inputs are `w`, `w/first` and `w/second`, the outputs `w/next`, `w/first/next` and `w/second/next`;
 * also `w/largest` and `w/average` where the options ask for them. The numbers of `stepNumbers` are inputs
 * `[1]` by their names, and whatever else the loss needs. When `gradientNorm` is not finite, nothing that
 * came out may be kept.
 *
 * @param loss one number, made of parameters.
 * @param parameters those that learn.
 * @throws TatamiError `invalid-model` for a loss without a gradient (see `gradient`), for no parameters and
 * for names that are taken; `invalid-option` for options out of range.
 */
export function createTrainingStep(
  name: string,
  loss: Node,
  parameters: readonly Node<"parameter">[],
  options: TrainingStepOptions = {},
): TrainingStep {
  const resolved = resolveStepOptions(options);
  if (parameters.length === 0) {
    throw invalidModel(
      `Training step "${name}" has no parameters to learn.`,
      "Name the parameters of the loss that are to learn.",
    );
  }
  const gradients = gradient(loss, parameters);
  const norm = squareRoot(gradients.map((each) => asNumber(sumOfSquares(each), 1)).reduce(add));
  const most = constant(tensor([1], Float32Array.of(resolved.clipNorm)));
  const fitted = createFitting({
    scale: clip(divide(most, norm), 0, 1),
    rate: parameter("rate", [1]),
    firstCorrection: parameter("firstCorrection", [1]),
    secondCorrection: parameter("secondCorrection", [1]),
    averageShare: resolved.averageDecay === undefined ? undefined : parameter("averageShare", [1]),
  });
  const outputs: Record<string, Node> = { loss: asNumber(loss, 1), gradientNorm: norm };
  const state: StepState[] = [];
  for (const [at, weights] of parameters.entries()) {
    const { name: label, shape } = weights.arg;
    const moved = adam(weights, gradients[at]!, fitted(shape.length), resolved);
    for (const [kind, node] of Object.entries(moved) as [StateKind, Node][]) {
      const input = kind === "weights" ? label : `${label}/${kind}`;
      outputs[`${input}/next`] = node;
      state.push({ input, output: `${input}/next`, shape, kind });
    }
  }
  // Names that are taken are found here rather than at the first step.
  parametersOf({ name, outputs });
  return { name, outputs, state };
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

/** The numbers fitted to tensors of any number of dimensions, once for each number of dimensions. */
function createFitting(numbers: AdamNumbers): (dimensions: number) => AdamNumbers {
  const known = new Map<number, AdamNumbers>();
  return (dimensions) => {
    const fit = (each: Node): Node => asNumber(each, dimensions);
    const { scale, rate, firstCorrection, secondCorrection, averageShare } = numbers;
    const fitted = known.get(dimensions) ?? {
      scale: fit(scale),
      rate: fit(rate),
      firstCorrection: fit(firstCorrection),
      secondCorrection: fit(secondCorrection),
      averageShare: averageShare && fit(averageShare),
    };
    known.set(dimensions, fitted);
    return fitted;
  };
}
