/** Depthwise convolution and its gradients, as ordinary ones of kernels that are zero between channels. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { largestDifference } from "../../largest-difference.ts";
import { randomTensor } from "../../random/random-tensor.ts";
import { createSeededRandom } from "../../random/seeded-random.ts";
import { tensor } from "../../tensor.ts";
import type { Tensor } from "../../tensor.ts";
import { opSizes } from "../op-cases.fixture.ts";
import { conv2dInputGradient } from "./conv2d-input-gradient.ts";
import { conv2dWeightGradient } from "./conv2d-weight-gradient.ts";
import { conv2d } from "./conv2d.ts";
import { depthwiseConv2d } from "./depthwise-conv2d.ts";
import { depthwiseInputGradient } from "./depthwise-input-gradient.ts";
import { depthwiseWeightGradient } from "./depthwise-weight-gradient.ts";

/** `[c, 1, kh, kw]` as `[c, c, kh, kw]`. */
function spread({ shape, data }: Tensor): Tensor {
  const [channels, , height, width] = shape as [number, number, number, number];
  const taps = height * width;
  const result = tensor([channels, channels, height, width]);
  for (let c = 0; c < channels; c++)
    result.data.set(data.subarray(c * taps, (c + 1) * taps), c * (channels + 1) * taps);
  return result;
}

/** What lies on the diagonal of `[c, c, kh, kw]`. */
function diagonal({ shape, data }: Tensor): Tensor {
  const [channels, , height, width] = shape as [number, number, number, number];
  const taps = height * width;
  const result = tensor([channels, 1, height, width]);
  for (let c = 0; c < channels; c++) {
    const from = c * (channels + 1) * taps;
    result.data.set(data.subarray(from, from + taps), c * taps);
  }
  return result;
}

describe("depthwiseConv2d", () => {
  it("and its gradients are those of conv2d without what lies between channels", () => {
    fc.assert(
      fc.property(opSizes, fc.integer(), ({ n, c, h, w, tall, wide }, seed) => {
        const random = createSeededRandom(seed);
        const [picture, outgoing] = [0, 1].map(() => randomTensor([n, c, h, w], -1, 1, random));
        const kernel = randomTensor([c, 1, tall, wide], -1, 1, random);
        const bias = randomTensor([c], -1, 1, random);
        const sides = { height: tall, width: wide };
        for (const [seen, wanted] of [
          [
            depthwiseConv2d.reference([picture!, kernel, bias], {}),
            conv2d.reference([picture!, spread(kernel), bias], {}),
          ],
          [
            depthwiseInputGradient.reference([outgoing!, kernel], {}),
            conv2dInputGradient.reference([outgoing!, spread(kernel)], {}),
          ],
          [
            depthwiseWeightGradient.reference([picture!, outgoing!], sides),
            diagonal(conv2dWeightGradient.reference([picture!, outgoing!], sides)),
          ],
        ] as const) {
          expect(largestDifference(seen, wanted)).toBeLessThan(1e-5);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("counts and reaches as its kernel says", () => {
    const sources = [[2, 6, 10, 20], [6, 1, 3, 5], [6]];
    expect(depthwiseConv2d.macs(sources, {})).toBe(2 * 10 * 20 * 6 * 15);
    expect(depthwiseConv2d.parameters(sources)).toBe(90);
    expect(depthwiseConv2d.halo(sources)).toBe(2);
  });
});
