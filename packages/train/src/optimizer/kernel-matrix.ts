/** A convolution's kernel as a matrix: its output channels, or its input channels where those are more, are the columns. */

import type { KernelMatrix } from "./span-matrix.ts";
import type { FoldedLayer } from "../shape/weight-layout.ts";
import { view } from "../shape/weight-layout.ts";

/** Rows of a matrix come in fours, as the kernels take them. */
const UNIT = 4;

/** The matrix of one layer: as few rows as can be, since its rows' covariance grows with their square. */
export function createKernelMatrix(layer: FoldedLayer): KernelMatrix {
  const { inputs, outputs } = layer;
  const taps = layer.kernel * layer.kernel;
  const turned = inputs > outputs;
  const columns = turned ? inputs : outputs;
  const rows = Math.ceil(layer.weights.count / columns / UNIT) * UNIT;
  // entry i of the matrix is this one of the kernel, [ky][kx][in][out]
  const place = new Int32Array(layer.weights.count);
  for (let tap = 0; tap < taps; tap++) {
    for (let input = 0; input < inputs; input++) {
      for (let output = 0; output < outputs; output++) {
        const [row, column] = turned ? [output, input] : [input, output];
        const group = turned ? outputs : inputs;
        place[(tap * group + row) * columns + column] = (tap * inputs + input) * outputs + output;
      }
    }
  }
  return {
    rows,
    columns,
    gather(vector, factor, matrix) {
      const kernel = view(vector, layer.weights);
      for (let i = 0; i < place.length; i++) matrix[i] = factor * kernel[place[i]!]!;
    },
    addTo(vector, matrix) {
      const kernel = view(vector, layer.weights);
      for (let i = 0; i < place.length; i++) kernel[place[i]!]! += matrix[i]!;
    },
  };
}
