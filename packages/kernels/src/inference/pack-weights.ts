/** Weights in the order the kernels read them: blocks of sixteen output channels, then of four. */

import type { ChainLayer } from "./chain.ts";
import { storedChannels } from "./chain.ts";
import { transformKernel } from "./transform-kernel.ts";

/** The block of outputs that begins at `first`, of `outputs` stored channels. */
function blockSize(first: number, outputs: number): number {
  return outputs - first >= 16 ? 16 : 4;
}

/**
 * A layer's weights, `[block][place][inputs][outputs of the block]`: a place is a tap `ky, kx`, or one of the 36 of a
 * transformed kernel. Channels that only fill up vectors are zero.
 */
export function packWeights(layer: ChainLayer, winograd: boolean): Float32Array {
  const inputs = storedChannels(layer.inputs);
  const outputs = Math.ceil(layer.outputs / 4) * 4;
  const taps = layer.kernel ** 2;
  const places = winograd ? 36 : taps;
  const packed = new Float32Array(places * inputs * outputs);
  let block = 0;
  for (let first = 0; first < outputs;) {
    const size = blockSize(first, outputs);
    for (let output = first; output < Math.min(first + size, layer.outputs); output++) {
      for (let input = 0; input < layer.inputs; input++) {
        const from = (output * layer.inputs + input) * taps;
        const kernel = layer.weights.subarray(from, from + taps);
        const values = winograd ? transformKernel(kernel) : kernel;
        for (let place = 0; place < places; place++)
          packed[block + (place * inputs + input) * size + output - first] = values[place]!;
      }
    }
    block += places * inputs * size;
    first += size;
  }
  return packed;
}

/** Values a channel, filled up with zeros. */
export function padChannels(values: Float32Array): Float32Array {
  const padded = new Float32Array(Math.ceil(values.length / 4) * 4);
  padded.set(values);
  return padded;
}
