import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import type { ChainLayer } from "./chain.ts";
import { packWeights, padChannels } from "./pack-weights.ts";
import { transformKernel } from "./transform-kernel.ts";

function layer(inputs: number, outputs: number, kernel: number): ChainLayer {
  const weights = Float32Array.from({ length: inputs * outputs * kernel * kernel }, (_, i) => i + 1);
  return { kernel, inputs, outputs, weights, bias: new Float32Array(outputs) };
}

describe("packWeights", () => {
  it("puts each weight at [tap][input][output], and zeros where channels fill up vectors", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 21 }),
        fc.constantFrom(1, 3, 5),
        (inputs, outputs, kernel) => {
          const given = layer(inputs, outputs, kernel);
          const packed = packWeights(given, false);
          const [storedInputs, storedOutputs] = [inputs === 1 ? 1 : round(inputs), round(outputs)];
          expect(packed).toHaveLength(kernel * kernel * storedInputs * storedOutputs);
          let found = 0;
          for (let tap = 0; tap < kernel * kernel; tap++)
            for (let input = 0; input < inputs; input++)
              for (let output = 0; output < outputs; output++, found++)
                expect(packed[(tap * storedInputs + input) * storedOutputs + output]).toBe(
                  given.weights[(output * inputs + input) * kernel * kernel + tap],
                );
          expect(packed.filter((value) => value !== 0)).toHaveLength(found);
        },
      ),
    );
  });

  it("has 36 places for a transformed kernel", () => {
    const given = layer(4, 4, 3);
    const packed = packWeights(given, true);
    const from = (2 * 4 + 1) * 9;
    const transformed = transformKernel(given.weights.subarray(from, from + 9));
    transformed.forEach((value, place) => expect(packed[(place * 4 + 1) * 4 + 2]).toBe(Math.fround(value)));
  });
});

test("pads channels with zeros to whole vectors", () => {
  expect([...padChannels(Float32Array.of(1, 2, 3, 4, 5))]).toEqual([1, 2, 3, 4, 5, 0, 0, 0]);
});

function round(channels: number): number {
  return Math.ceil(channels / 4) * 4;
}
