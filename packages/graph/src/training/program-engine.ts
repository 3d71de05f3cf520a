/** The contract of training: a loss of any graph, and whatever computes it and its gradient. */

import type { Node } from "../node.ts";
import type { Shape } from "../ops/definition.ts";
import type { StepNumbers, TrainingStepOptions } from "./step-options.ts";
import type { StepState } from "./training-step.ts";

/** A loss, what it is a loss of, and what is to learn. Other leaves than those named here are constants. */
export interface TrainingLoss {
  /** One number: the mean over the examples. */
  readonly loss: Node;
  /** Other numbers worth watching, means over the examples too. @defaultValue none */
  readonly terms?: Readonly<Record<string, Node>>;
  /** What is to learn: the gradient is taken of these. */
  readonly weights: readonly Node<"parameter">[];
  /** Weights that stand still here, because another loss moves them. @defaultValue none */
  readonly fixed?: readonly Node<"parameter">[];
  /** What differs from example to example: dimension 0 counts the examples. */
  readonly examples: readonly Node<"parameter">[];
}

/**
 * Builds the loss over so many examples at once; names and shapes but for dimension 0 are the same for any number.
 * No example may look at another: the loss over a batch is the mean of the losses over its examples.
 */
export type LossBuilder = (examples: number) => TrainingLoss;

/** A tensor's place in a flat vector, in floats. */
export interface Span {
  readonly name: string;
  readonly shape: Shape;
  readonly start: number;
  readonly count: number;
}

/** A flat vector of named tensors, row-major, one behind the other. */
export interface FlatLayout {
  readonly spans: readonly Span[];
  /** Floats in all. */
  readonly count: number;
}

/** What a batch came to. */
export interface BatchResult {
  /** The mean over its examples. */
  readonly loss: number;
  readonly terms: Readonly<Record<string, number>>;
}

/** Runs training programs. Every one passes the same contract suite, judged by the reference. */
export interface ProgramEngine extends AsyncDisposable {
  readonly name: "wasm" | "onnx" | "cpu";
  /** What it runs on, for people: "WebAssembly, 2 threads". */
  readonly description: string;
  /**
   * Makes a loss ready for batches of this size.
   *
   * @throws TatamiError `invalid-model` for a loss that it cannot run, naming the op.
   */
  prepare(name: string, build: LossBuilder, batch: number): Promise<StepRunner>;
  /**
   * Makes whole steps ready, the optimiser among them: the loss, its gradient, Adam. Weights and moments stay where
   * they are computed, so this is for devices whose memory is far away. Engines for which that saves nothing have none.
   *
   * @throws TatamiError as `prepare`, and as `createTrainingStep`.
   */
  prepareStep?(
    name: string,
    build: LossBuilder,
    batch: number,
    options?: TrainingStepOptions,
  ): Promise<ResidentRunner>;
}

/** A loss made ready. Dispose of it. */
export interface StepRunner extends AsyncDisposable {
  /** Of `weights` and of the gradient. */
  readonly weights: FlatLayout;
  readonly fixed: FlatLayout;
  /** Where each example's tensors are to be written before {@link StepRunner.run}, by name. The same arrays every time. */
  readonly examples: readonly Readonly<Record<string, Float32Array>>[];
  /**
   * The mean loss over the examples, and its gradient: the same for any number of threads.
   *
   * @param weights by the layout of {@link StepRunner.weights}
   * @param fixed by the layout of {@link StepRunner.fixed}
   * @param gradient overwritten, by the layout of the weights
   * @throws TatamiError `worker-lost`, `device-lost`
   */
  run(weights: Float32Array, fixed: Float32Array, gradient: Float32Array): Promise<BatchResult>;
}

/** What a whole step came to. */
export interface StepResult extends BatchResult {
  /** Of the gradient over all weights, before it was clipped. Where it is not finite, the state is not worth keeping. */
  readonly gradientNorm: number;
}

/** Whole steps made ready, with the state of the training in them. Dispose of it. */
export interface ResidentRunner extends AsyncDisposable {
  readonly weights: FlatLayout;
  readonly fixed: FlatLayout;
  /** What is handed on from step to step: for a weight `w`, `w`, `w/first`, `w/second`, …; see `createTrainingStep`. */
  readonly state: readonly StepState[];
  /** As those of {@link StepRunner}: to be written before {@link ResidentRunner.step}. */
  readonly examples: readonly Readonly<Record<string, Float32Array>>[];
  /**
   * Sets the state, by the names of its inputs; before the first step at the latest. What is not given begins anew:
   * the average as the weights, moments at zero.
   *
   * @throws TatamiError `invalid-model` for weights that are missing, and for tensors of another size.
   */
  load(state: Readonly<Record<string, Float32Array>>): Promise<void>;
  /** A copy of the state, by the names of its inputs. */
  save(): Promise<Readonly<Record<string, Float32Array>>>;
  /** Sets the weights that stand still, by the layout of {@link ResidentRunner.fixed}; once is enough. */
  setFixed(values: Float32Array): Promise<void>;
  /**
   * Does a step.
   *
   * @param numbers of this step: see `stepNumbers`
   * @throws TatamiError `device-lost`, `out-of-memory`; the state is lost then, and is to be loaded anew elsewhere
   */
  step(numbers: StepNumbers): Promise<StepResult>;
  /**
   * Begins a step, and ends when the next may be begun and the examples be written anew: a device may still be at work
   * on it. A few steps may be under way; `result` tells how each ended, and errors as `step` does.
   */
  begin(numbers: StepNumbers): Promise<{ readonly result: Promise<StepResult> }>;
}

/** Parameters one behind the other, each beginning at a multiple of four floats. */
export function layOutFlat(parameters: readonly Node<"parameter">[]): FlatLayout {
  let start = 0;
  const spans = parameters.map(({ arg: { name, shape } }): Span => {
    const count = shape.reduce((product, size) => product * size, 1);
    const span = { name, shape, start, count };
    start = Math.ceil((start + count) / 4) * 4;
    return span;
  });
  return { spans, count: start };
}
