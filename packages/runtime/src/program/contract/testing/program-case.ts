/** Losses that every program engine is tried with, and the numbers they are tried on. */

import type { FlatLayout, LossBuilder, Node, ProgramEngine, Shape, StepRunner } from "@tatami/graph";
import {
  conv2d,
  createSeededRandom,
  divide,
  mean,
  multiply,
  outputShape,
  parameter,
  plus,
  squareRoot,
  subtract,
} from "@tatami/graph";

/** What a loss is tried on. */
export interface CaseNumbers {
  /** What numbers are drawn from, by the names of weights and examples. @defaultValue −0.5 to 0.5 */
  readonly ranges?: Readonly<Record<string, readonly [low: number, high: number]>>;
  /** Weights that are given. @defaultValue all are drawn */
  readonly values?: Readonly<Record<string, Float32Array>>;
  /** Examples that are 0 or 1. @defaultValue none */
  readonly masks?: readonly string[];
}

/** A loss to be computed on each engine. */
export interface ProgramCase extends CaseNumbers {
  readonly name: string;
  readonly build: LossBuilder;
  /** @defaultValue 3 */
  readonly batch?: number;
  /** How far engines may differ, as a part. @defaultValue 1e-5 */
  readonly tolerance?: number;
}

/** A case by the beginning of its name. @throws Error when there is none */
export function caseOf(cases: readonly ProgramCase[], beginning: string): ProgramCase {
  const found = cases.find(({ name }) => name.startsWith(beginning));
  if (!found) throw new Error(`There is no case "${beginning}…".`);
  return found;
}

/** What a batch came to, and its gradient, a copy for each weight. */
export interface CaseOutcome {
  readonly loss: number;
  readonly terms: Readonly<Record<string, number>>;
  readonly gradients: Readonly<Record<string, Float32Array>>;
}

/** A runner and the vectors that it is to be run on. */
export interface FilledRunner {
  readonly runner: StepRunner;
  readonly weights: Float32Array;
  readonly fixed: Float32Array;
}

/** Prepares a case on an engine, with the numbers that every engine gets. */
export async function prepareCase(engine: ProgramEngine, each: ProgramCase): Promise<FilledRunner> {
  const runner = await engine.prepare(each.name, each.build, each.batch ?? 3);
  fillExamples(runner.examples, each);
  return { runner, weights: fillFlat(runner.weights, each), fixed: fillFlat(runner.fixed, each) };
}

/** Runs once, into a vector that holds other numbers. */
export async function runOnce({ runner, weights, fixed }: FilledRunner): Promise<CaseOutcome> {
  const gradient = new Float32Array(runner.weights.count).fill(7);
  const { loss, terms } = await runner.run(weights, fixed, gradient);
  return { loss, terms, gradients: splitFlat(runner.weights, gradient) };
}

/** A copy of each tensor of a flat vector, by name. */
export function splitFlat(layout: FlatLayout, values: Float32Array): Record<string, Float32Array> {
  return Object.fromEntries(
    layout.spans.map(({ name, start, count }) => [name, values.slice(start, start + count)]),
  );
}

/** Draws examples, by their names, so that no order matters. */
export function fillExamples(
  examples: readonly Readonly<Record<string, Float32Array>>[],
  { ranges = {}, masks = [] }: CaseNumbers,
  round = 0,
): void {
  for (const [at, tensors] of examples.entries())
    for (const [name, values] of Object.entries(tensors)) {
      const draw = drawFrom(`${name} ${at} ${round}`, ranges[name]);
      for (let i = 0; i < values.length; i++) values[i] = masks.includes(name) ? Number(draw() > 0) : draw();
    }
}

/** Draws weights, by their names. */
export function fillFlat(layout: FlatLayout, { ranges = {}, values = {} }: CaseNumbers): Float32Array {
  const filled = new Float32Array(layout.count);
  for (const { name, start, count } of layout.spans) {
    const draw = drawFrom(name, ranges[name]);
    filled.set(values[name] ?? Float32Array.from({ length: count }, draw), start);
  }
  return filled;
}

function drawFrom(key: string, [low, high]: readonly [number, number] = [-0.5, 0.5]): () => number {
  let seed = 0;
  for (const letter of key) seed = (Math.imul(seed, 31) + letter.codePointAt(0)!) | 0;
  const random = createSeededRandom(seed);
  return () => low + (high - low) * random();
}

/**
 * How far numbers are from what is right, as a part of it; tensors by the norm of the difference. A gradient that is
 * next to nothing beside the whole (that of a bias before a normalisation, which is 0 but for rounding) is judged by
 * a hundredth of the whole.
 */
export function differences(seen: CaseOutcome, right: CaseOutcome): Readonly<Record<string, number>> {
  const whole = lengthOf(Float32Array.from(Object.values(right.gradients).map(lengthOf)));
  const numbers = Object.entries({ loss: right.loss, ...right.terms });
  const found: Readonly<Record<string, number>> = { loss: seen.loss, ...seen.terms };
  return Object.fromEntries([
    ...numbers.map(([name, value]) => [name, Math.abs(found[name]! - value) / Math.abs(value)] as const),
    ...Object.entries(right.gradients).map(([name, values]) => {
      const part = seen.gradients[name] ?? new Float32Array();
      const difference = lengthOf(values.map((value, i) => value - part[i]!));
      return [`∂${name}`, difference / Math.max(lengthOf(values), whole / 100)] as const;
    }),
  ]);
}

/** √Σx². */
export function lengthOf(values: Float32Array): number {
  return Math.sqrt(values.reduce((total, value) => total + value * value, 0));
}

/** Weights as they are asked for. */
export interface Learner {
  readonly weights: readonly Node<"parameter">[];
  weight(name: string, ...shape: readonly number[]): Node<"parameter">;
  /** A convolution with weights of its own, `name.kernel` and `name.bias`. */
  conv(name: string, picture: Node, outputs: number, height: number, width?: number): Node;
}

/** Collects weights. */
export function createLearner(): Learner {
  const weights: Node<"parameter">[] = [];
  const weight = (name: string, ...shape: readonly number[]): Node<"parameter"> => {
    const made = parameter(name, shape);
    weights.push(made);
    return made;
  };
  return {
    weights,
    weight,
    conv: (name, picture, outputs, height, width = height) => {
      const kernel = weight(`${name}.kernel`, outputs, channelsOf(picture), height, width);
      return conv2d(picture, kernel, weight(`${name}.bias`, outputs));
    },
  };
}

/** The shape of a node whose graph has no input. */
export function shapeOf(node: Node): Shape {
  return outputShape({ name: "", scale: 1, halo: 0, output: node }, [1, 1, 1, 1]);
}

/** Mean of squared differences. */
export function squaredError(one: Node, other: Node): Node {
  const difference = subtract(one, other);
  return mean(multiply(difference, difference));
}

/** Mean of √(d² + ε²) (Charbonnier et al., 1994). */
export function charbonnier(one: Node, other: Node): Node {
  const difference = subtract(one, other);
  return mean(squareRoot(plus(multiply(difference, difference), 1e-3)));
}

/** Every example's channels moved to mean 0 and scaled to variance 1, pixel by pixel. */
export function channelNorm(picture: Node): Node {
  const centred = subtract(picture, mean(picture, [1]));
  const variance = mean(multiply(centred, centred), [1]);
  return divide(centred, squareRoot(plus(variance, 1e-2)));
}

function channelsOf(node: Node): number {
  return shapeOf(node)[1]!;
}
