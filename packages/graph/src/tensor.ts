/** Numbers with a shape: the only data a graph holds. */

/** Row-major float32 numbers. Pictures are NCHW, kernels OIHW. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** How many numbers a shape holds. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((count, dimension) => count * dimension, 1);
}

/** A tensor; zeros when no data is given. */
export function tensor(
  shape: readonly number[],
  data: Float32Array = new Float32Array(elementCount(shape)),
): Tensor {
  return { shape, data };
}
