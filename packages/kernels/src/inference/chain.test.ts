import { describe, expect, it, test } from "vitest";
import type { Chain, ChainLayer } from "./chain.ts";
import { checkChain, isWinograd } from "./chain.ts";
import { ringCapacity } from "./plan.ts";

function layer(inputs: number, outputs: number, kernel = 3, more: Partial<ChainLayer> = {}): ChainLayer {
  const weights = new Float32Array(inputs * outputs * kernel * kernel);
  return { kernel, inputs, outputs, weights, bias: new Float32Array(outputs), ...more };
}
const chain = (layers: readonly ChainLayer[], scale = 2): Chain => ({
  scale,
  centre: 0,
  addPicture: false,
  layers,
});

describe("checkChain", () => {
  it("takes channels and kernels of any number that fit together", () => {
    const good = chain([layer(1, 5, 5), layer(5, 7), layer(7, 5, 1, { residual: 0 }), layer(5, 4, 7)]);
    expect(checkChain(good)).toBe(good);
  });

  it("refuses what does not fit together, naming the layer", () => {
    const wrong: [Chain, RegExp][] = [
      [chain([layer(1, 4)]), /it has 1 layers/],
      [chain([layer(1, 4, 4), layer(4, 4)]), /layer 0's kernel is 4×4/],
      [chain([layer(1, 4, 11), layer(4, 4)]), /layer 0's kernel is 11×11/],
      [chain([layer(1, 8), layer(4, 4)]), /layer 1 takes 4 channels of 8/],
      [chain([layer(1, 1), layer(1, 4)]), /layer 1 takes a single channel/],
      [chain([{ ...layer(1, 8), bias: new Float32Array(7) }, layer(8, 4)]), /layer 0's weights/],
      [chain([layer(1, 8, 3, { slopes: new Float32Array(3) }), layer(8, 4)]), /layer 0 has 3 slopes/],
      [chain([layer(1, 8), layer(8, 6, 3, { residual: 0 }), layer(6, 4)]), /layer 1's residual/],
      [chain([layer(1, 8), layer(8, 9)]), /its last layer does not end in 4 plain channels/],
    ];
    for (const [bad, message] of wrong)
      expect(() => checkChain(bad)).toThrow(
        expect.objectContaining({ code: "invalid-model", message: expect.stringMatching(message) }),
      );
  });
});

test("runs every 3×3 layer between the first and the last by Winograd, whatever its channels", () => {
  const mixed = chain([layer(1, 6), layer(6, 10), layer(10, 8, 5), layer(8, 4)]);
  expect(mixed.layers.map((_, index) => isWinograd(mixed, index))).toEqual([false, true, false, false]);
});

test("runs the last layer by Winograd where it is 5×5", () => {
  const usual = chain([layer(1, 16, 5), layer(16, 16, 5), layer(16, 4, 5)]);
  expect(usual.layers.map((_, index) => isWinograd(usual, index))).toEqual([false, false, true]);
});

test("keeps as many more rows as a residual's reader lies later, and the picture to the end", () => {
  const residual = chain([layer(1, 4), layer(4, 4), layer(4, 4, 3, { residual: 0 }), layer(4, 4)]);
  expect([0, 1, 2, 3].map((ring) => ringCapacity(residual, ring))).toEqual([28, 16, 12, 12]);
});
