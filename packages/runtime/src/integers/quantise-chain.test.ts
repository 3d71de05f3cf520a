/** The integers of a chain, and what a network comes to on them. */

import type { Model } from "@tatami/graph";
import {
  conv2d,
  createSeededRandom,
  depthToSpace,
  input,
  prelu,
  randomTensor,
  runReference,
  tensor,
} from "@tatami/graph";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readChain } from "../read-chain.ts";
import { seededSesr } from "../testing/models.ts";
import { chainModel } from "../testing/random-chain.ts";
import { drawCalibrationPicture } from "./calibration-picture.ts";
import { runIntegerReference } from "./integer-reference.ts";
import { mostInteger, quantiseChain, toInteger } from "./quantise-chain.ts";

const pruned = chainModel({
  seed: 5,
  scale: 2,
  lastKernel: 5,
  centre: 0.5,
  addPicture: true,
  layers: [
    { outputs: 13, kernel: 5, activation: "prelu", residual: false },
    { outputs: 7, kernel: 3, activation: "prelu", residual: false },
    { outputs: 10, kernel: 3, activation: "relu", residual: false },
    { outputs: 13, kernel: 3, activation: "none", residual: true },
  ],
});

describe("toInteger", () => {
  it("takes the nearest, of two equally near the even one, and clips alike on both sides", () => {
    const seen = [0.4, 0.5, 0.6, 1.5, 2.5, -0.5, -1.5, -2.5, -2.6, 126.6, 127.5, 900, -127.4, -128, -900];
    const expected = [0, 0, 1, 2, 2, 0, -2, -2, -3, 127, 127, 127, -127, -127, -127];
    expect(seen.map((value) => toInteger(value, 1) + 0)).toEqual(expected);
    expect(toInteger(0.3, 0.1)).toBe(3);
  });
});

describe("quantiseChain", () => {
  it("uses the whole range of weights for each output, and stays within half a step of them", () => {
    for (const model of [seededSesr("m5", 2), pruned]) {
      const chain = readChain(model);
      const { layers, steps } = quantiseChain(chain);
      const last = chain.layers.length - 1;
      chain.layers.forEach((layer, index) => {
        const integers = layers[index];
        expect(integers === undefined).toBe(index === 0 || index === last);
        expect(steps[index] === undefined).toBe(index >= last - 1);
        if (!integers) return;
        const [taps, perOutput] = [layer.kernel ** 2, layer.inputs * layer.kernel ** 2];
        for (let output = 0; output < layer.outputs; output++) {
          const own = integers.weights.subarray(output * perOutput, (output + 1) * perOutput);
          expect(Math.max(...own.map(Math.abs))).toBe(mostInteger);
          own.forEach((integer, at) => {
            const step = integers.sumSteps[output]! / steps[index - 1]![Math.floor(at / taps)]!;
            const weight = layer.weights[output * perOutput + at]!;
            expect(Math.abs(integer * step - weight)).toBeLessThanOrEqual(step * 0.5001);
          });
        }
      });
    }
  });

  it("works the same chain out once", () => {
    expect(quantiseChain(readChain(pruned))).toBe(quantiseChain(readChain(pruned)));
  });

  it("refuses a chain of which no layer would run on integers", () => {
    const short = chainModel({
      seed: 1,
      scale: 2,
      lastKernel: 3,
      centre: undefined,
      addPicture: false,
      layers: [{ outputs: 8, kernel: 3, activation: "relu", residual: false }],
    });
    expect(() => quantiseChain(readChain(short))).toThrowError(
      expect.objectContaining({
        code: "invalid-model",
        message: "Of 2 convolutions none lies between the first and the last, which do not run on integers.",
      }),
    );
  });

  it("has steps for channels that nothing stirs", () => {
    const silent = (inputs: number, outputs: number) =>
      [tensor([outputs, inputs, 1, 1]), tensor([outputs])] as const;
    const features = conv2d(conv2d(input(), ...silent(1, 4)), ...silent(4, 4));
    const output = depthToSpace(conv2d(features, ...silent(4, 4)), 2);
    const model: Model = { name: "silent", scale: 2, halo: 0, output };
    const { steps, layers } = quantiseChain(readChain(model));
    for (const step of [...steps[0]!, ...layers[1]!.sumSteps]) expect(step).toBeGreaterThan(0);
    expect([...runIntegerReference(model, tensor([1, 1, 1, 1], Float32Array.of(1))).data]).toEqual([
      0, 0, 0, 0,
    ]);
  });
});

describe("runIntegerReference", () => {
  it("rounds to the steps between layers, and nowhere else", () => {
    const one = (inputs: number, outputs: number, numbers: readonly number[]) =>
      tensor([outputs, inputs, 1, 1], Float32Array.from(numbers));
    const bias = (outputs: number) => tensor([outputs]);
    const first = prelu(conv2d(input(), one(1, 2, [1, -2]), bias(2)), tensor([2], Float32Array.of(1, 0.5)));
    const second = conv2d(first, one(2, 2, [1, 0, 0, 1]), bias(2));
    const last = conv2d(second, one(2, 4, [1, 0, 0, 1, 1, 1, 1, -1]), bias(4));
    const model: Model = { name: "small", scale: 2, halo: 0, output: depthToSpace(last, 2) };
    const { steps } = quantiseChain(readChain(model));
    const luma = 0.3;
    const stored = [luma, -luma].map((value, channel) => {
      const step = steps[0]![channel]!;
      return Math.round(value / step) * step;
    });
    const [a, b] = stored as [number, number];
    const seen = runIntegerReference(model, tensor([1, 1, 1, 1], Float32Array.of(luma))).data;
    [a, b, a + b, a - b].forEach((expected, at) => expect(seen[at]).toBeCloseTo(expected, 6));
    expect(a).not.toBeCloseTo(luma, 6);
  });

  it("comes close to the network in floats, picture by picture of a batch", () => {
    const leaves = Float32Array.from(drawCalibrationPicture());
    const pictures = tensor([2, 1, 64, 64], Float32Array.from([...leaves, ...leaves.toReversed()]));
    for (const model of [seededSesr("m3", 2), pruned]) {
      const [seen, floats] = [runIntegerReference(model, pictures), runReference(model, pictures)];
      expect(seen.shape).toEqual(floats.shape);
      const squares = seen.data.reduce((sum, value, at) => sum + (value - floats.data[at]!) ** 2, 0);
      expect(squares).toBeGreaterThan(0);
      expect(-10 * Math.log10(squares / seen.data.length)).toBeGreaterThan(35);
    }
  });

  it("gives a picture the same numbers alone as within a batch", () => {
    const random = createSeededRandom(3);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), (width, height) => {
        const both = randomTensor([2, 1, height, width], 0, 1, random);
        const second = tensor([1, 1, height, width], both.data.slice(width * height));
        const all = runIntegerReference(pruned, both).data;
        expect(all.slice(all.length / 2)).toEqual(runIntegerReference(pruned, second).data);
      }),
      { numRuns: 10 },
    );
  });
});
