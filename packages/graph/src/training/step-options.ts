/** How a training step moves the weights. */

import { checkNumber } from "@tatami/core";

/** Options of a training step. */
export interface TrainingStepOptions {
  /** The gradient's norm over all parameters is held at or below this. @defaultValue 1 */
  readonly clipNorm?: number;
  /** How long the mean of the gradient remembers. @defaultValue 0.9 */
  readonly beta1?: number;
  /** How long the mean of its square remembers. @defaultValue 0.999 */
  readonly beta2?: number;
  /** Keeps the division by the root of that square from running away. @defaultValue 1e-8 */
  readonly epsilon?: number;
  /** Whether to divide by the largest such mean so far (Reddi et al., 2018). @defaultValue false */
  readonly amsgrad?: boolean;
  /** How long a moving average of the weights remembers; none is kept when left out. */
  readonly averageDecay?: number;
}

/** Options with nothing left open. */
export type ResolvedStepOptions = Required<Omit<TrainingStepOptions, "averageDecay">> & {
  readonly averageDecay: number | undefined;
};

/** The numbers a step is told beside its state and its pictures, by the names of their inputs. */
export interface StepNumbers {
  readonly rate: number;
  /** Undoes the first moment's start at zero. */
  readonly firstCorrection: number;
  /** Undoes the second moment's start at zero. */
  readonly secondCorrection: number;
  /** What part of the average the new weights become; absent where there is no average. */
  readonly averageShare?: number;
}

/**
 * The numbers of one step. A young average follows closely, so that it soon forgets where it began.
 *
 * @param index of the step, from 0.
 * @param rate the learning rate.
 * @param options those that the step was made with.
 * @throws TatamiError `invalid-option` for options out of range.
 */
export function stepNumbers(index: number, rate: number, options: TrainingStepOptions = {}): StepNumbers {
  const { beta1, beta2, averageDecay } = resolveStepOptions(options);
  const correction = (beta: number): number => 1 / (1 - beta ** (index + 1));
  const numbers = { rate, firstCorrection: correction(beta1), secondCorrection: correction(beta2) };
  if (averageDecay === undefined) return numbers;
  return { ...numbers, averageShare: 1 - Math.min(averageDecay, (index + 1) / (index + 10)) };
}

/** Fills in defaults. @throws TatamiError `invalid-option`. */
export function resolveStepOptions(options: TrainingStepOptions): ResolvedStepOptions {
  const { averageDecay } = options;
  return {
    clipNorm: checkNumber("clipNorm", options.clipNorm ?? 1, smallest),
    beta1: checkNumber("beta1", options.beta1 ?? 0.9, 0, belowOne),
    beta2: checkNumber("beta2", options.beta2 ?? 0.999, 0, belowOne),
    epsilon: checkNumber("epsilon", options.epsilon ?? 1e-8, smallest),
    amsgrad: options.amsgrad ?? false,
    averageDecay:
      averageDecay === undefined ? undefined : checkNumber("averageDecay", averageDecay, 0, belowOne),
  };
}

/** Of float32's normal numbers: GPUs take what is smaller for zero. */
const smallest = 2 ** -126;
/** The largest float32 below 1. */
const belowOne = 1 - 2 ** -24;
