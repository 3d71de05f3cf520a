/** Weights in the order the kernels read them. */

import type { ChainLayer } from "./chain.ts";
import { storedChannels } from "./chain.ts";
import { transformKernel } from "./transform-kernel.ts";

/**
 * A layer's weights, `[place][inputs][outputs]`: a place is a tap `ky, kx`, or one of the 36 of a transformed kernel.
 * Channels that only fill up vectors are zero.
 */
export function packWeights(layer: ChainLayer, winograd: boolean): Float32Array {
  const inputs = storedChannels(layer.inputs);
  const outputs = Math.ceil(layer.outputs / 4) * 4;
  const taps = layer.kernel ** 2;
  const places = winograd ? 36 : taps;
  const packed = new Float32Array(places * inputs * outputs);
  for (let output = 0; output < layer.outputs; output++) {
    for (let input = 0; input < layer.inputs; input++) {
      const from = (output * layer.inputs + input) * taps;
      const kernel = layer.weights.subarray(from, from + taps);
      const values = winograd ? transformKernel(kernel) : kernel;
      for (let place = 0; place < places; place++)
        packed[(place * inputs + input) * outputs + output] = values[place]!;
    }
  }
  return packed;
}

/** Values a channel, filled up with zeros. */
export function padChannels(values: Float32Array): Float32Array {
  const padded = new Float32Array(Math.ceil(values.length / 4) * 4);
  padded.set(values);
  return padded;
}
