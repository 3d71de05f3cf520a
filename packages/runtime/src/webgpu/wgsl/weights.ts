/** A layer's weights in the order shaders read them. */

import type { ChainLayer } from "@tatami/kernels";
import { paddedInputs } from "../variant.ts";

/** A weight by output group, lane of that group, input channel, row and column of the kernel; 0 beyond the layer's channels. */
export function weightAt(
  layer: ChainLayer,
  output: number,
  input: number,
  row: number,
  column: number,
): number {
  if (output >= layer.outputs || input >= layer.inputs) return 0;
  return layer.weights[((output * layer.inputs + input) * layer.kernel + row) * layer.kernel + column]!;
}

/**
 * `[input group][row][column][output group][input lane][output lane]`: what one step of a shader's loop reads lies
 * together, in vectors over output lanes.
 */
export function packWeights(layer: ChainLayer): Float32Array<ArrayBuffer> {
  const { kernel } = layer;
  const inputs = paddedInputs(layer);
  const lanes = Math.min(inputs, 4);
  const outputs = Math.ceil(layer.outputs / 4) * 4;
  const packed = new Float32Array(inputs * outputs * kernel * kernel);
  let at = 0;
  for (let first = 0; first < inputs; first += lanes)
    for (let row = 0; row < kernel; row++)
      for (let column = 0; column < kernel; column++)
        for (let output = 0; output < outputs; output += 4)
          for (let lane = 0; lane < lanes; lane++)
            for (let o = 0; o < 4; o++) packed[at++] = weightAt(layer, output + o, first + lane, row, column);
  return packed;
}

/** How many vectors {@link packWeights} gives. */
export function packedVectors(layer: ChainLayer): number {
  return (paddedInputs(layer) * Math.ceil(layer.outputs / 4) * 4 * layer.kernel ** 2) / 4;
}
