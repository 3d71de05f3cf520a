import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { conv2d as build, input } from "../../build.ts";
import { randomTensor } from "../../random/random-tensor.ts";
import { runReference } from "../../reference.ts";
import { createSeededRandom } from "../../random/seeded-random.ts";
import { tensor } from "../../tensor.ts";
import type { Tensor } from "../../tensor.ts";
import { conv2d } from "./conv2d.ts";

function random(shape: readonly number[], seed: number): Tensor {
  return randomTensor(shape, -0.5, 0.5, createSeededRandom(seed));
}

/** The definition of a convolution, written as its sum. */
function slow(picture: Tensor, kernel: Tensor, bias: Tensor): Tensor {
  const [n, inputs, height, width] = picture.shape as [number, number, number, number];
  const [outputs, , kh, kw] = kernel.shape as [number, number, number, number];
  const result = tensor([n, outputs, height, width]);
  let at = 0;
  for (let item = 0; item < n; item++)
    for (let o = 0; o < outputs; o++)
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) {
          let sum = bias.data[o]!;
          for (let i = 0; i < inputs; i++)
            for (let ky = 0; ky < kh; ky++)
              for (let kx = 0; kx < kw; kx++) {
                const [sy, sx] = [y + ky - (kh - 1) / 2, x + kx - (kw - 1) / 2];
                if (sy < 0 || sx < 0 || sy >= height || sx >= width) continue;
                const weight = kernel.data[((o * inputs + i) * kh + ky) * kw + kx]!;
                sum += weight * picture.data[((item * inputs + i) * height + sy) * width + sx]!;
              }
          result.data[at++] = sum;
        }
  return result;
}

const side = fc.constantFrom(1, 3, 5);

describe("conv2d", () => {
  it("is the sum that defines it, borders included", () => {
    fc.assert(
      fc.property(
        fc.record({
          n: fc.integer({ min: 1, max: 3 }),
          inputs: fc.integer({ min: 1, max: 4 }),
          outputs: fc.integer({ min: 1, max: 4 }),
          height: fc.integer({ min: 1, max: 7 }),
          width: fc.integer({ min: 1, max: 7 }),
          kh: side,
          kw: side,
          seed: fc.integer(),
        }),
        ({ n, inputs, outputs, height, width, kh, kw, seed }) => {
          const picture = random([n, inputs, height, width], seed);
          const kernel = random([outputs, inputs, kh, kw], seed + 1);
          const bias = random([outputs], seed + 2);
          const got = conv2d.reference([picture, kernel, bias], {});
          const want = slow(picture, kernel, bias);
          expect(got.shape).toEqual(want.shape);
          for (const [i, value] of want.data.entries()) expect(got.data[i]).toBeCloseTo(value, 5);
        },
      ),
    );
  });

  it("gives a tile's pixels bit for bit as the whole picture's", () => {
    const picture = random([1, 3, 12, 14], 1);
    const graph = build(input(3), random([2, 3, 5, 3], 2), random([2], 3));
    const whole = runReference(graph, picture);
    // Rows 3..10 and columns 4..12, with the halo of 2 that the kernel needs.
    const [top, left, height, width] = [3, 4, 7, 8];
    const tile = tensor([1, 3, height, width]);
    for (let c = 0; c < 3; c++)
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++)
          tile.data[(c * height + y) * width + x] = picture.data[(c * 12 + top + y) * 14 + left + x]!;
    const part = runReference(graph, tile);
    for (let c = 0; c < 2; c++)
      for (let y = 2; y < height - 2; y++)
        for (let x = 2; x < width - 2; x++)
          expect(part.data[(c * height + y) * width + x]).toBe(
            whole.data[(c * 12 + top + y) * 14 + left + x],
          );
  });

  it.each([
    [
      "too many channels",
      [1, 3, 4, 4],
      [2, 2, 3, 3],
      [2],
      /picture has 3 channels, kernel \[2, 2, 3, 3\] takes 2/,
    ],
    ["an even kernel", [1, 2, 4, 4], [2, 2, 2, 3], [2], /sides are 2 and 3, not odd/],
    ["a short bias", [1, 2, 4, 4], [2, 2, 3, 3], [1], /wants a bias of \[2\], not \[1\]/],
    ["a flat kernel", [1, 2, 4, 4], [2, 2], [2], /four dimensions \[o, i, kh, kw\], not \[2, 2\]/],
    ["a flat picture", [4, 4], [2, 2, 3, 3], [2], /picture of four dimensions/],
  ])("refuses %s", (_what, picture, kernel, bias, message) => {
    expect(() => conv2d.shape([picture, kernel, bias], {})).toThrowError(
      expect.objectContaining({ code: "invalid-model", message: expect.stringMatching(message) }),
    );
  });
});
