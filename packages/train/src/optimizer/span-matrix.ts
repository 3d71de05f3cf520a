/** A tensor of a flat vector as a matrix: its output channels, or its input channels where those are more, are the columns. */

import type { Span } from "@tatami/graph";

/** Rows and columns of a matrix come in fours, as the kernels take them. */
const unit = 4;
/** A side longer than this costs more to turn than it gains: such tensors are left to Adam. */
const longest = 1024;

/** The shape of one, and the way between a flat vector of weights and it. */
export interface KernelMatrix {
  /** A multiple of four; the last ones may be nothing but zeros. */
  readonly rows: number;
  /** A multiple of four. */
  readonly columns: number;
  /** Copies the tensor's part of a flat vector into `[rows][columns]`, times `factor`. */
  gather(vector: Float32Array, factor: number, matrix: Float32Array): void;
  /** Adds `[rows][columns]` to the tensor's part of a flat vector. */
  addTo(vector: Float32Array, matrix: Float32Array): void;
}

/**
 * The matrix of a convolution's kernel `[o, i, kh, kw]` or of a matrix `[o, i]`: as few rows as can be, since its rows'
 * covariance grows with their square. Nothing for tensors of another form, and for those too long.
 */
export function createSpanMatrix({ shape, start, count }: Span): KernelMatrix | undefined {
  if (shape.length !== 2 && shape.length !== 4) return undefined;
  const [outputs, inputs, height = 1, width = 1] = shape as readonly [number, number, number?, number?];
  const taps = height * width;
  const turned = inputs > outputs;
  const group = turned ? outputs : inputs;
  const columns = roundUp(turned ? inputs : outputs);
  const rows = roundUp(taps * group);
  if (Math.min(rows, columns) <= 1 || Math.max(rows, columns) > longest) return undefined;
  // entry i of the tensor is this one of the matrix
  const place = new Int32Array(count);
  for (let output = 0; output < outputs; output++) {
    for (let input = 0; input < inputs; input++) {
      for (let tap = 0; tap < taps; tap++) {
        const [row, column] = turned ? [output, input] : [input, output];
        place[(output * inputs + input) * taps + tap] = (tap * group + row) * columns + column;
      }
    }
  }
  return {
    rows,
    columns,
    gather(vector, factor, matrix) {
      for (let i = 0; i < count; i++) matrix[place[i]!] = factor * vector[start + i]!;
    },
    addTo(vector, matrix) {
      for (let i = 0; i < count; i++) vector[start + i]! += matrix[place[i]!]!;
    },
  };
}

function roundUp(count: number): number {
  return Math.ceil(count / unit) * unit;
}
