/** Losses that are special in what they are made of: terms, masks, shared and standing weights, norms of matrices. */

import type { Node } from "@tatami/graph";
import {
  absolute,
  add,
  clip,
  constant,
  conv2d,
  expand,
  gradient,
  logarithm,
  matrixMultiply,
  mean,
  multiply,
  parameter,
  plus,
  relu,
  reshape,
  sigmoid,
  slice,
  spectralNorm,
  subtract,
  sum,
  tensor,
  times,
  transpose,
} from "@tatami/graph";
import type { ProgramCase } from "./program-case.ts";
import { charbonnier, createLearner, squaredError } from "./program-case.ts";

const sumOfSquares = (source: Node, axes: readonly number[]): Node => sum(multiply(source, source), axes);

const clipped: ProgramCase = {
  name: "L1 of a clipped picture, L2 and Charbonnier as terms",
  ranges: { x: [-0.5, 1.5], y: [0, 1] },
  build: (batch) => {
    const net = createLearner();
    const [x, y] = [parameter("x", [batch, 1, 7, 9]), parameter("y", [batch, 1, 7, 9])];
    const output = net.conv("a", x, 1, 3);
    const terms = {
      absolute: mean(absolute(subtract(clip(output, 0, 1), y))),
      squared: squaredError(output, y),
      charbonnier: charbonnier(output, y),
    };
    const loss = add(terms.absolute, times(add(terms.squared, times(terms.charbonnier, 0.5)), 0.1));
    return { loss, terms, weights: net.weights, examples: [x, y] };
  },
};

const masked: ProgramCase = {
  name: "a mask of zeros and ones, and how much of it there is",
  masks: ["mask"],
  build: (batch) => {
    const net = createLearner();
    const [x, y] = [parameter("x", [batch, 3, 7, 9]), parameter("y", [batch, 3, 7, 9])];
    const mask = parameter("mask", [batch, 1, 7, 9]);
    const difference = absolute(
      subtract(net.conv("b", relu(net.conv("a", multiply(x, mask), 5, 3)), 3, 3), y),
    );
    const loss = mean(multiply(difference, mask));
    return { loss, terms: { covered: mean(mask) }, weights: net.weights, examples: [x, y, mask] };
  },
};

const sizes: ProgramCase = {
  name: "examples of different sizes: two pictures, a vector, one number",
  build: (batch) => {
    const net = createLearner();
    const [low, high] = [parameter("low", [batch, 3, 7, 9]), parameter("high", [batch, 1, 5, 4])];
    const [code, weight] = [parameter("code", [batch, 6]), parameter("weight", [batch, 1, 1, 1])];
    const moved = reshape(matrixMultiply(code, net.weight("project", 6, 4)), [batch, 4, 1, 1]);
    const pooled = mean(relu(add(net.conv("a", low, 4, 3), moved)), [2, 3]);
    const guess = multiply(net.conv("b", pooled, 1, 1), weight);
    const loss = mean(absolute(subtract(high, guess)));
    return { loss, weights: net.weights, examples: [low, high, code, weight] };
  },
};

const shared: ProgramCase = {
  name: "weights used twice, on two pictures and in the fold",
  build: (batch) => {
    const net = createLearner();
    const [x, y] = [parameter("x", [batch, 4, 7, 9]), parameter("y", [batch, 4, 7, 9])];
    const [kernel, bias] = [net.weight("kernel", 4, 4, 3, 3), net.weight("bias", 4)];
    const twice = conv2d(relu(conv2d(x, kernel, bias)), kernel, bias);
    const folded = conv2d(x, multiply(kernel, kernel), bias);
    return { loss: squaredError(add(twice, folded), y), weights: net.weights, examples: [x, y] };
  },
};

const decayed: ProgramCase = {
  name: "a penalty of weights alone, which is a term too",
  build: (batch) => {
    const net = createLearner();
    const [x, y] = [parameter("x", [batch, 3, 7, 9]), parameter("y", [batch, 4, 7, 9])];
    const distance = squaredError(net.conv("a", x, 4, 3), y);
    const decay = times(
      net.weights.map((each) => asNumber(sumOfSquares(each, axesOf(each)))).reduce(add),
      0.01,
    );
    const loss = add(reshape(distance, [1]), decay);
    return { loss, terms: { decay, distance }, weights: net.weights, examples: [x, y] };
  },
};

const standing: ProgramCase = {
  name: "weights that stand still, behind those that learn and before them",
  build: (batch) => {
    const [net, other] = [createLearner(), createLearner()];
    const x = parameter("x", [batch, 3, 7, 9]);
    const before = relu(other.conv("before", x, 4, 3));
    const made = net.conv("made", before, 3, 3);
    const judged = mean(logarithm(sigmoid(other.conv("critic", made, 1, 3))));
    return { loss: times(judged, -1), weights: net.weights, fixed: other.weights, examples: [x] };
  },
};

const spectral: ProgramCase = {
  name: "spectral norms: matrices, and vectors that stand still",
  build: (batch) => {
    const net = createLearner();
    const x = parameter("x", [batch, 3, 7, 9]);
    const [left, one] = [parameter("left", [4]), constant(tensor([1], Float32Array.of(1)))];
    const [kernel, bias] = [net.weight("kernel", 4, 3, 3, 3), net.weight("bias", 4)];
    const features = relu(conv2d(x, spectralNorm(kernel, left, 2).weight, bias));
    const score = conv2d(features, spectralNorm(net.weight("last", 1, 4, 1, 1), one).weight);
    const turned = transpose(reshape(kernel, [4, 27]), [1, 0]);
    const apart = subtract(matrixMultiply(reshape(kernel, [4, 27]), turned), identity(4));
    const loss = add(
      mean(relu(plus(times(score, -1), 1))),
      reshape(times(mean(absolute(apart)), 0.1), [1, 1, 1, 1]),
    );
    return { loss, weights: net.weights, fixed: [left], examples: [x] };
  },
};

const idle: ProgramCase = {
  name: "weights that the loss does not need, and some that it cannot move",
  build: (batch) => {
    const net = createLearner();
    const [x, y] = [parameter("x", [batch, 3, 7, 9]), parameter("y", [batch, 3, 7, 9])];
    const dead = relu(plus(clip(net.conv("dead", x, 3, 3), -1, 1), -2));
    const size = mean(absolute(net.weight("watched", 5)));
    net.weight("absent", 2, 3);
    const loss = squaredError(add(net.conv("a", x, 3, 3), dead), y);
    return { loss, terms: { size }, weights: net.weights, examples: [x, y] };
  },
};

const variation: ProgramCase = {
  name: "differences of neighbours, and rows and columns repeated",
  build: (batch) => {
    const net = createLearner();
    const x = parameter("x", [batch, 3, 7, 9]);
    const output = net.conv("a", x, 3, 3);
    const across = subtract(slice(output, 3, 1, 9), slice(output, 3, 0, 8));
    const down = subtract(slice(output, 2, 1, 7), slice(output, 2, 0, 6));
    const rows = expand(mean(output, [3]), [batch, 3, 7, 9]);
    const loss = add(add(mean(absolute(across)), mean(absolute(down))), squaredError(output, rows));
    return { loss, weights: net.weights, examples: [x] };
  },
};

const penalty: ProgramCase = {
  name: "a gradient in the loss: the critic's slope at every picture",
  build: (batch) => {
    const net = createLearner();
    const x = parameter("x", [batch, 2, 7, 9]);
    const score = sum(sigmoid(net.conv("b", sigmoid(net.conv("a", x, 4, 3)), 1, 3)), [0, 1, 2, 3]);
    const [slope] = gradient(score, [x]);
    const terms = { slope: times(sumOfSquares(slope!, [0, 1, 2, 3]), 1 / batch) };
    return { loss: terms.slope, terms, weights: net.weights, examples: [x] };
  },
};

function identity(size: number): Node {
  const value = tensor([size, size]);
  for (let i = 0; i < size; i++) value.data[i * (size + 1)] = 1;
  return constant(value);
}

function axesOf(node: Node<"parameter">): readonly number[] {
  return node.arg.shape.map((_, axis) => axis);
}

function asNumber(node: Node): Node {
  return reshape(node, [1]);
}

/** Losses. */
export const lossCases: readonly ProgramCase[] = [
  clipped,
  masked,
  sizes,
  shared,
  decayed,
  standing,
  spectral,
  idle,
  variation,
  penalty,
];
