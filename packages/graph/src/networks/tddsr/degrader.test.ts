import { expect, test } from "vitest";
import { constant, spaceToDepth } from "../../build.ts";
import { parameter } from "../../build-training.ts";
import { createSeededRandom } from "../../random/seeded-random.ts";
import { randomTensor } from "../../random/random-tensor.ts";
import { runProgram } from "../../reference.ts";
import { tensor } from "../../tensor.ts";
import type { Node } from "../../node.ts";
import { blockPhase, checkDegrader, degrade, degraderWeights, reduceBicubic } from "./degrader.ts";
import { initialWeights } from "../network.ts";

function valueOf(build: (picture: Node) => Node, picture: ReturnType<typeof tensor>) {
  const outputs = { result: build(parameter("picture", picture.shape)) };
  return runProgram({ name: "test", outputs }, { picture })["result"]!;
}

test("half a slope is a slope: eight taps about each middle, whose weights are one", () => {
  const side = 24;
  const slope = tensor([1, 1, side, side]);
  slope.data.forEach((_, i) => (slope.data[i] = 0.1 + 0.02 * (i % side) + 0.01 * Math.floor(i / side)));
  const { data, shape } = valueOf(reduceBicubic, slope);
  expect(shape).toEqual([1, 1, 12, 12]);
  for (let y = 2; y < 10; y++)
    for (let x = 2; x < 10; x++)
      expect(data[y * 12 + x]).toBeCloseTo(0.1 + 0.02 * (2 * x + 0.5) + 0.01 * (2 * y + 0.5), 5);
});

test("begins near the bicubic picture, and another code, noise or place is another picture", () => {
  const shape = checkDegrader({});
  const weights = initialWeights(degraderWeights(shape), 1);
  const weight = (name: string): Node => constant(weights[name]!);
  const random = createSeededRandom(3);
  const large = randomTensor([1, 1, 16, 16], 0.2, 0.8, random);
  const draw = (code: number, noise: number, left = 0) =>
    valueOf((picture) => {
      const small = reduceBicubic(picture);
      const fill = (channels: number, value: number) =>
        constant(tensor([1, channels, 8, 8], new Float32Array(channels * 64).fill(value)));
      return degrade(weight, {
        large: spaceToDepth(picture, 2),
        small,
        noisy: fill(1, noise),
        code: fill(4, code),
        phase: constant(blockPhase(8, 8, left)),
      });
    }, large).data;
  const plain = valueOf(reduceBicubic, large).data;
  const first = draw(0, 0.5);
  first.forEach((value, i) => expect(Math.abs(value - plain[i]!)).toBeLessThan(0.05));
  for (const other of [draw(2, 0.5), draw(0, 0.9), draw(0, 0.5, 3)]) expect(other).not.toEqual(first);
});

test("phases are the same in every block, and alike at both of its edges", () => {
  const { data } = blockPhase(16, 8);
  expect(data[0]).toBeCloseTo(data[8]!, 6);
  expect(data[0]).toBeCloseTo(data[7]!, 6);
  expect(data[3]).toBeCloseTo(-data[0]!, 6);
});
