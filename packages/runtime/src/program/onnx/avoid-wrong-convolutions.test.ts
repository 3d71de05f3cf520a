/** Convolutions that WebGPU computes wrongly are given channels of zeros, and mean what they meant. */

import type { Node } from "@tatami/graph";
import {
  conv2d,
  conv2dWeightGradient,
  createSeededRandom,
  largestDifference,
  parameter,
  randomTensor,
  runProgram,
  topologicalOrder,
} from "@tatami/graph";
import { describe, expect, it } from "vitest";
import { avoidWrongConvolutions } from "./avoid-wrong-convolutions.ts";

const random = createSeededRandom(1);
const draw = (...shape: readonly number[]) => randomTensor(shape, -1, 1, random);

const convolution = (inputs: number, outputs: number, side: number): Node =>
  conv2d(parameter("one", [2, inputs, 5, 4]), parameter("other", [outputs, inputs, side, side]));
const weightGradient = (items: number, outputs: number): Node =>
  conv2dWeightGradient(parameter("one", [items, 3, 5, 4]), parameter("other", [items, outputs, 5, 4]), 3, 3);

describe("avoidWrongConvolutions", () => {
  it.each([
    ["6 channels to 4", convolution(6, 4, 3), true],
    ["15 channels to 16, 5×5", convolution(15, 16, 5), true],
    ["6 channels to 5", convolution(6, 5, 3), false],
    ["3 channels to 4", convolution(3, 4, 3), false],
    ["12 channels to 4", convolution(12, 4, 3), false],
    ["6 channels to 4 by 1×1", convolution(6, 4, 1), false],
    ["the gradient of weights to 4 channels over 9 examples", weightGradient(9, 4), true],
    ["the gradient of weights to 5 channels over 9 examples", weightGradient(9, 5), false],
    ["the gradient of weights over 8 examples", weightGradient(8, 4), false],
  ])("leaves the meaning of %s", (_what, result, padded) => {
    const before = { name: "one", outputs: { result, again: result } };
    const after = avoidWrongConvolutions(before);
    const order = topologicalOrder(...Object.values(after.outputs));
    expect(order.some(({ op }) => op === "pad")).toBe(padded);
    if (!padded) expect(after.outputs["result"]).toBe(result);
    expect(after.outputs["again"]).toBe(after.outputs["result"]);
    const shapes = result.sources.map(({ arg }) => (arg as { readonly shape: readonly number[] }).shape);
    const bindings = { one: draw(...shapes[0]!), other: draw(...shapes[1]!) };
    const [seen, right] = [runProgram(after, bindings), runProgram(before, bindings)];
    expect(largestDifference(seen["result"]!, right["result"]!)).toBe(0);
  });
});
