/** What the ops of training steps refuse, and that models may not hold them. */

import { describe, expect, it } from "vitest";
import * as build from "../build.ts";
import * as training from "../build-training.ts";
import type { Model } from "../model/model.ts";
import type { Node } from "../node.ts";
import { runProgram, runReference } from "../reference.ts";
import { replaceNodes } from "../rewrite/replace-nodes.ts";
import { tensor } from "../tensor.ts";
import { verify } from "../model/verify.ts";

const of = (...shape: readonly number[]): Node => build.constant(tensor(shape));

describe("an op of training steps refuses", () => {
  it.each([
    ["a sum along a missing axis", () => build.sum(of(2, 3), [2]), /axes \[2\] of \[2, 3\]/],
    ["a mean along an axis twice", () => build.mean(of(2, 3), [0, 0]), /axes \[0, 0\]/],
    ["expanding 2 to 4", () => training.expand(of(2, 1), [4, 3]), /repeat \[2, 1\] to \[4, 3\]/],
    ["another number of numbers", () => training.reshape(of(2, 3), [5]), /make \[5\] of \[2, 3\]/],
    ["an order without an axis", () => training.transpose(of(2, 3), [0, 0]), /into the order \[0, 0\]/],
    ["less than no zeros", () => training.pad(of(2), 0, -1, 1), /-1 and 1 zeros around axis 0/],
    ["matrices that do not meet", () => training.matrixMultiply(of(2, 3), of(2, 3)), /\[2, 3\] by \[2, 3\]/],
    ["blocks that do not fit", () => build.spaceToDepth(of(1, 1, 4, 6), 4), /6×4 pixels into blocks/],
    [
      "a gradient of other channels",
      () => training.conv2dInputGradient(of(1, 3, 4, 4), of(2, 5, 3, 3)),
      /does not give 3 channels/,
    ],
    [
      "a picture and a result of two sizes",
      () => training.conv2dWeightGradient(of(1, 3, 4, 4), of(1, 2, 4, 5), 3, 3),
      /are not a convolution's picture and result/,
    ],
    [
      "a kernel of other channels",
      () => build.depthwiseConv2d(of(1, 3, 4, 4), of(2, 1, 3, 3)),
      /kernel \[2, 1, 3, 3\] is not one of odd sides for each of 3 channels/,
    ],
    [
      "a bias of other channels",
      () => build.depthwiseConv2d(of(1, 3, 4, 4), of(3, 1, 3, 3), of(2)),
      /wants a bias of \[3\], not \[2\]/,
    ],
    [
      "a depthwise gradient of an even kernel",
      () => training.depthwiseInputGradient(of(1, 3, 4, 4), of(3, 1, 2, 3)),
      /kernel \[3, 1, 2, 3\] is not one of odd sides/,
    ],
    [
      "a depthwise picture and result of two sizes",
      () => training.depthwiseWeightGradient(of(1, 3, 4, 4), of(1, 2, 4, 4), 3, 3),
      /are not a depthwise convolution's picture and result/,
    ],
    [
      "a prelu's gradient of another shape",
      () => training.preluInputGradient(of(1, 3, 4, 4), of(1, 3, 4, 5), of(3)),
      /a gradient of \[1, 3, 4, 4\] is not that of a picture of \[1, 3, 4, 5\]/,
    ],
    [
      "slopes of other channels",
      () => training.preluInputGradient(of(1, 3, 4, 4), of(1, 3, 4, 4), of(2)),
      /3 channels wants slopes of \[3\], not \[2\]/,
    ],
    [
      "a range the wrong way round",
      () => training.isWithin(of(2), 1, 0),
      /isWithin: the minimum 1 is above the maximum 0/,
    ],
    ["a parameter of no size", () => training.parameter("x", [2, 0]), /"x" cannot have shape \[2, 0\]/],
    ["a parameter without a name", () => training.parameter("", [2]), /"" cannot have shape/],
    ["a divisor larger than the first", () => build.divide(of(1), of(2)), /cannot repeat \[2\] to \[1\]/],
  ])("%s", (_what, make, message) => {
    expect(make).toThrowError(
      expect.objectContaining({ code: "invalid-model", message: expect.stringMatching(message) }),
    );
  });
});

describe("a model", () => {
  it("may not hold ops that are for training, nor parameters", () => {
    const model = (output: Node): Model => ({ name: "wrong", scale: 1, halo: 0, output });
    const kernel = training.parameter("kernel", [1, 1, 3, 3]);
    for (const [output, op] of [
      [training.isPositive(build.input()), "isPositive"],
      [build.conv2d(build.input(), kernel), "parameter"],
    ] as const) {
      const [first] = verify(model(output));
      expect(first?.message).toBe(`The op ${op} is for training steps, not for models.`);
      expect(first?.fix).toMatch(/\.$/);
    }
    expect(() => runReference(build.conv2d(build.input(), kernel), tensor([1, 1, 2, 2]))).toThrowError(
      /nothing is bound to it/,
    );
  });

  it("becomes a program when parameters take the place of its input and weights", () => {
    const picture = build.input();
    const kernel = build.constant(tensor([1, 1, 1, 1], Float32Array.of(3)));
    const model = build.relu(build.conv2d(picture, kernel.arg));
    const held = model.sources[0]!.sources[1]!;
    const x = training.parameter("x", [1, 1, 1, 2]);
    const w = training.parameter("w", [1, 1, 1, 1]);
    const output = replaceNodes(
      model,
      new Map<Node, Node>([
        [picture, x],
        [held, w],
      ]),
    );
    const bindings = {
      x: tensor([1, 1, 1, 2], Float32Array.of(1, -2)),
      w: tensor([1, 1, 1, 1], Float32Array.of(5)),
    };
    const program = { name: "program", outputs: { output } };
    expect([...runProgram(program, bindings)["output"]!.data]).toEqual([5, 0]);
    expect(() => runProgram(program, { x: bindings.x })).toThrowError(/"w" is \[1, 1, 1, 1\], and nothing/);
    expect(() => runProgram(program, { ...bindings, w: tensor([1]) })).toThrowError(/its tensor \[1\]/);
    const short = tensor([1, 1, 1, 1], new Float32Array(0));
    expect(() => runProgram(program, { ...bindings, w: short })).toThrowError(/\[1, 1, 1, 1\] of 0 numbers/);
    expect(replaceNodes(model, new Map())).toBe(model);
  });
});
