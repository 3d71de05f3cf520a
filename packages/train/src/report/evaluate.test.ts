import { createPlane } from "@tatami/core";
import {
  createNetworkModel,
  initialWeights,
  largestDifference,
  networkOf,
  runReference,
} from "@tatami/graph";
import { extendPlane } from "@tatami/patches";
import { createModelRunner } from "@tatami/runtime/programs";
import { expect, test } from "vitest";
import { compileKernels } from "../run/kernels.ts";
import { createEnlarge, toPlane, toTensor } from "./evaluate.ts";
import { randomPlane } from "./model-enlarge.ts";

test("a picture beside its model's alignment is continued as frames are, and cut again", async () => {
  const mamba = networkOf("mamba");
  const shape = mamba.check({ features: 8, rounds: 1, states: 4, window: 8 });
  const model = createNetworkModel(mamba, shape, "small", initialWeights(mamba.weights(shape), 3));
  expect(model.alignment).toBe(8);
  const plane = createPlane({ width: 21, height: 13 });
  plane.data.forEach((_, i) => (plane.data[i] = 40 + ((i * 37) % 150)));
  const enlarge = createEnlarge(await compileKernels(), model);
  const made = enlarge({ width: 21, height: 13, data: Float32Array.from(plane.data) });
  expect([made.width, made.height]).toEqual([42, 26]);
  const { data, ...size } = extendPlane(plane, { width: 24, height: 16 });
  const expected = toPlane(runReference(model, toTensor({ ...size, data: Float32Array.from(data) })));
  for (let y = 0; y < 26; y++)
    for (let x = 0; x < 42; x++)
      expect(Math.abs(made.data[y * 42 + x]! - expected.data[y * 48 + x]!)).toBeLessThan(1e-2);
});

test.each([
  ["sesr", { blocks: 2, features: 4, width: 8 }],
  ["mamba", { features: 4, rounds: 2, states: 2, window: 4 }],
] as const)(
  "a picture too large for one piece is enlarged in patches that equal the whole: %s",
  async (name, given) => {
    const network = networkOf(name);
    const shape = network.check(given);
    const model = createNetworkModel(network, shape, "small", initialWeights(network.weights(shape), 3));
    const compiled = await compileKernels();
    const plane = randomPlane(1208, 16);
    const made = createEnlarge(compiled, model)(plane);
    const whole = toPlane(createModelRunner(compiled, model).run(toTensor(plane)));
    expect([made.width, made.height]).toEqual([whole.width, whole.height]);
    expect(largestDifference(toTensor(made), toTensor(whole))).toBeLessThan(1e-6);
  },
);
