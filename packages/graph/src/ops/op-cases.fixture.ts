/** For every op that is differentiated, a graph of it and tensors of numbers for it, for tests. */

import fc from "fast-check";
import * as build from "../build.ts";
import * as training from "../build-training.ts";
import type { Differentiable } from "../derivative.fixture.ts";
import type { Op } from "../node.ts";
import { windowOrders, windowsAlong } from "./sequence/window-order.ts";
import { randomTensor } from "../random/random-tensor.ts";
import { createSeededRandom } from "../random/seeded-random.ts";
import { tensor } from "../tensor.ts";
import type { Tensor } from "../tensor.ts";

/** Small sizes. */
export interface OpSizes {
  readonly n: number;
  readonly c: number;
  readonly o: number;
  readonly h: number;
  readonly w: number;
  /** Odd. */
  readonly tall: number;
  readonly wide: number;
}

/** Any sizes. */
export const opSizes: fc.Arbitrary<OpSizes> = fc.record({
  n: fc.integer({ min: 1, max: 3 }),
  c: fc.integer({ min: 1, max: 4 }),
  o: fc.integer({ min: 1, max: 3 }),
  h: fc.integer({ min: 1, max: 5 }),
  w: fc.integer({ min: 1, max: 5 }),
  tall: fc.constantFrom(1, 3, 5),
  wide: fc.constantFrom(1, 3, 5),
});

/** Ops through which no gradient passes. */
type Flat = "input" | "constant" | "parameter" | "isPositive" | "sign" | "isWithin";

/** A case of an op, its numbers drawn from a seed. */
export function opCase(op: Exclude<Op, Flat>, sizes: OpSizes, seed: number): Differentiable {
  const random = createSeededRandom(seed);
  const some = (...shape: readonly number[]): Tensor => randomTensor(shape, -1, 1, random);
  const apart = (...shape: readonly number[]): Tensor => {
    const data = some(...shape).data.map((value) => 0.7 * value + 0.3 * (value < 0 ? -1 : 1));
    return tensor(shape, data);
  };
  const positive = (...shape: readonly number[]): Tensor => randomTensor(shape, 0.5, 1.5, random);
  return cases[op]({ ...sizes, some, apart, positive });
}

/** What a case is made from: small sizes, and tensors of random numbers. */
interface Given extends OpSizes {
  /** Numbers of −1..1. */
  some(...shape: readonly number[]): Tensor;
  /** Numbers of ±0.3..±1: no small step reaches a kink at 0. */
  apart(...shape: readonly number[]): Tensor;
  /** Numbers of 0.5..1.5. */
  positive(...shape: readonly number[]): Tensor;
}

type Case = (given: Given) => Differentiable;

const { depthToSpace, multiply } = build;
const cases: Readonly<Record<Exclude<Op, Flat>, Case>> = {
  conv2d: ({ n, c, o, h, w, tall, wide, some }) => ({
    values: [some(n, c, h, w), some(o, c, tall, wide), some(o)],
    build: ([x, kernel, bias]) => build.conv2d(x!, kernel!, bias),
  }),
  conv2dInputGradient: ({ n, c, o, h, w, tall, wide, some }) => ({
    values: [some(n, o, h, w), some(o, c, tall, wide)],
    build: ([outgoing, kernel]) => training.conv2dInputGradient(outgoing!, kernel!),
  }),
  conv2dWeightGradient: ({ n, c, o, h, w, tall, wide, some }) => ({
    values: [some(n, c, h, w), some(n, o, h, w)],
    build: ([x, outgoing]) => training.conv2dWeightGradient(x!, outgoing!, tall, wide),
  }),
  depthwiseConv2d: ({ n, c, h, w, tall, wide, some }) => ({
    values: [some(n, c, h, w), some(c, 1, tall, wide), some(c)],
    build: ([x, kernel, bias]) => build.depthwiseConv2d(x!, kernel!, bias),
  }),
  depthwiseInputGradient: ({ n, c, h, w, tall, wide, some }) => ({
    values: [some(n, c, h, w), some(c, 1, tall, wide)],
    build: ([outgoing, kernel]) => training.depthwiseInputGradient(outgoing!, kernel!),
  }),
  depthwiseWeightGradient: ({ n, c, h, w, tall, wide, some }) => ({
    values: [some(n, c, h, w), some(n, c, h, w)],
    build: ([x, outgoing]) => training.depthwiseWeightGradient(x!, outgoing!, tall, wide),
  }),
  add: ({ n, c, h, w, some }) => ({
    values: [some(n, c, h, w), some(1, c, 1, w)],
    build: ([a, b]) => build.add(a!, b!),
  }),
  subtract: ({ n, c, h, w, some }) => ({
    values: [some(n, c, h, w), some(n, 1, 1, 1)],
    build: ([a, b]) => build.subtract(a!, b!),
  }),
  multiply: ({ n, c, h, w, some }) => ({
    values: [some(n, c, h, w), some(1, 1, h, 1)],
    build: ([a, b]) => multiply(multiply(a!, b!), a!),
  }),
  divide: ({ n, c, h, w, some, positive }) => ({
    values: [some(n, c, h, w), positive(1, c, 1, 1)],
    build: ([a, b]) => build.divide(a!, b!),
  }),
  absolute: ({ n, c, apart }) => ({
    values: [apart(n, c)],
    build: ([x]) => multiply(build.absolute(x!), x!),
  }),
  squareRoot: ({ n, c, positive }) => ({
    values: [positive(n, c)],
    build: ([x]) => build.squareRoot(x!),
  }),
  exponential: ({ n, c, some }) => ({
    values: [some(n, c)],
    build: ([x]) => build.exponential(x!),
  }),
  logarithm: ({ n, c, positive }) => ({
    values: [positive(n, c)],
    build: ([x]) => build.logarithm(x!),
  }),
  sigmoid: ({ n, c, some }) => ({
    values: [some(n, c)],
    build: ([x]) => build.sigmoid(build.times(x!, 2)),
  }),
  relu: ({ n, c, h, w, apart }) => ({
    values: [apart(n, c, h, w)],
    build: ([x]) => multiply(build.relu(x!), x!),
  }),
  prelu: ({ n, c, h, w, apart, some }) => ({
    values: [apart(n, c, h, w), some(c)],
    build: ([x, slopes]) => build.prelu(x!, slopes!),
  }),
  preluInputGradient: ({ n, c, h, w, apart, some }) => ({
    values: [some(n, c, h, w), apart(n, c, h, w), some(c)],
    build: ([outgoing, x, slopes]) => training.preluInputGradient(outgoing!, x!, slopes!),
  }),
  preluSlopeGradient: ({ n, c, h, w, apart, some }) => ({
    values: [some(n, c, h, w), apart(n, c, h, w)],
    build: ([outgoing, x]) => training.preluSlopeGradient(outgoing!, x!),
  }),
  // The kinks at −0.3 and 0.9 lie where `apart` has no number once it is moved by 0.6.
  clip: ({ n, c, h, w, apart }) => ({
    values: [apart(n, c, h, w)],
    build: ([x]) => build.clip(build.plus(x!, 0.6), 0.6, 2),
  }),
  concat: ({ n, c, o, h, some }) => ({
    values: [some(n, c, h), some(n, o, h), some(n, c, h)],
    build: (parts) => build.concat(parts, 1),
  }),
  slice: ({ n, c, h, some }) => ({
    values: [some(n, c + 2, h)],
    build: ([x]) => build.slice(x!, 1, 1, c + 1),
  }),
  pad: ({ n, c, h, o, some }) => ({
    values: [some(n, c, h)],
    build: ([x]) => training.pad(x!, 1, o - 1, c),
  }),
  depthToSpace: ({ n, c, h, w, o, some }) => ({
    values: [some(n, c * o * o, h, w)],
    build: ([x]) => depthToSpace(x!, o),
  }),
  spaceToDepth: ({ n, c, h, w, o, some }) => ({
    values: [some(n, c, h * o, w * o)],
    build: ([x]) => build.spaceToDepth(x!, o),
  }),
  // sizes and shifts of every kind, from the sizes that are drawn
  window: ({ n, c, h, w, o, some }) => ({
    values: [some(n, c, h * o, w * o)],
    build: ([x]) => build.window(x!, { size: o, order: windowOrders[(h + w) % 4]!, shift: c % o }),
  }),
  unwindow: ({ n, c, h, w, o, some }) => {
    const cut = { size: o, order: windowOrders[(h + c) % 4]!, shift: w % o };
    return {
      values: [
        some(n, c, windowsAlong(h * o, cut) * windowsAlong(w * o, cut), o * o),
        some(n, 1, h * o, w * o),
      ],
      build: ([x, like]) => build.unwindow(x!, like!, cut),
    };
  },
  // h and w say which of q, k and v are shared by the heads
  selectiveScan: ({ n, c, o, h, w, tall, some }) => ({
    values: [
      some(n, (h & 1 ? o : 1) * tall, 2, 4),
      some(n, (w & 1 ? o : 1) * tall, 2, 4),
      some(n, (h & 2 ? o : 1) * c, 2, 4),
      some(n, o, 2, 4),
    ],
    build: ([q, k, v, g]) =>
      build.selectiveScan(q!, k!, v!, g!, { states: tall, values: c, reversed: (w & 2) !== 0 }),
  }),
  cumulativeSum: ({ n, c, h, w, some }) => ({
    values: [some(n, c, h, w)],
    build: ([x]) => training.cumulativeSum(x!, (h + w) % 4, w % 2 === 0),
  }),
  sum: ({ n, c, h, w, some }) => ({
    values: [some(n, c, h, w)],
    build: ([x]) => build.sum(x!, [0, 2]),
  }),
  mean: ({ n, c, h, w, some }) => ({
    values: [some(n, c, h, w)],
    build: ([x]) => build.mean(x!, [1, 3]),
  }),
  expand: ({ n, c, h, w, some }) => ({
    values: [some(1, c, 1, w)],
    build: ([x]) => training.expand(x!, [n, c, h, w]),
  }),
  reshape: ({ n, c, h, w, some }) => ({
    values: [some(n, c, h, w)],
    build: ([x]) => training.reshape(x!, [w, n * c, h]),
  }),
  transpose: ({ n, c, h, w, some }) => ({
    values: [some(n, c, h, w)],
    build: ([x]) => training.transpose(x!, [2, 0, 3, 1]),
  }),
  matrixMultiply: ({ n, c, o, some }) => ({
    values: [some(n, c), some(c, o)],
    build: ([a, b]) => training.matrixMultiply(a!, b!),
  }),
};

/** The ops that have cases. */
export const differentiatedOps: readonly Exclude<Op, Flat>[] = Object.keys(cases) as Exclude<Op, Flat>[];
