/** A linear block's two kernels and their product, one of them worked out from the other. */

/** W1 · W2 of `expand` `[rows][width]` and `project` `[width][outputs]`, summed in double precision. */
export function multiplyKernel(
  expand: Float32Array,
  project: Float32Array,
  width: number,
  outputs: number,
): Float32Array {
  const rows = expand.length / width;
  const product = new Float32Array(rows * outputs);
  const sums = new Float64Array(outputs);
  for (let row = 0; row < rows; row++) {
    sums.fill(0);
    for (let hidden = 0; hidden < width; hidden++) {
      const factor = expand[row * width + hidden]!;
      for (let output = 0; output < outputs; output++)
        sums[output]! += factor * project[hidden * outputs + output]!;
    }
    product.set(sums, row * outputs);
  }
  return product;
}

/**
 * Writes two kernels whose product is `kernel`, exactly: the first `outputs` hidden channels hold the kernel and
 * hand it on. The other hidden channels keep what `expand` holds, and `project` is zero for them: their gradient is
 * not, so they join in from the first step.
 */
export function factorKernel(
  kernel: Float32Array,
  width: number,
  outputs: number,
  expand: Float32Array,
  project: Float32Array,
): void {
  const rows = kernel.length / outputs;
  for (let row = 0; row < rows; row++) {
    expand.set(kernel.subarray(row * outputs, (row + 1) * outputs), row * width);
  }
  project.fill(0);
  for (let output = 0; output < outputs; output++) project[output * outputs + output] = 1;
}
