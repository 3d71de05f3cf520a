/** The definition of a network on 8-bit integers: what the shaders must compute, in the plainest form. */

import type { Model, Tensor } from "@tatami/graph";
import { tensor } from "@tatami/graph";
import { readChain } from "../read-chain.ts";
import { convolve } from "./convolve.ts";
import { quantiseChain, toInteger } from "./quantise-chain.ts";
import { runLayers } from "./run-layers.ts";

/**
 * Computes `[n, 1, h, w]` as `[n, 1, s·h, s·w]`: the first and the last convolution in floats, those between on integers,
 * whose sums are exact. An engine may differ where a number lies between two integers, by what that integer is worth.
 *
 * @throws TatamiError `invalid-model` for a network that is no chain of three or more convolutions.
 */
export function runIntegerReference(model: Model, input: Tensor): Tensor {
  const { chain, layers, steps } = quantiseChain(readChain(model));
  const [n, , height, width] = input.shape as [number, number, number, number];
  const area = width * height;
  const output = tensor([n, 1, height * chain.scale, width * chain.scale]);
  for (let picture = 0; picture < n; picture++) {
    const luma = Float64Array.from(input.data.subarray(picture * area, (picture + 1) * area));
    const larger = runLayers(
      chain,
      luma,
      { width, height },
      {
        store: (layer, values) =>
          values.map((value, at) => {
            const step = steps[layer]?.[Math.floor(at / area)];
            return step === undefined ? value : toInteger(value, step);
          }),
        sums(layer, stored) {
          const integers = layers[layer];
          if (!integers) return undefined;
          const sums = convolve(stored, { width, height }, { ...chain.layers[layer]!, ...integers });
          return sums.map((sum, at) => sum * integers.sumSteps[Math.floor(at / area)]!);
        },
        added: (layer, stored) => stored.map((value, at) => value * steps[layer]![Math.floor(at / area)]!),
      },
    );
    output.data.set(larger, picture * larger.length);
  }
  return output;
}
