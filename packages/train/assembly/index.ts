/** Kernels of one training step. Planes are rows of pixels with a zero border; addresses and strides are bytes. */

export { adam } from "./adam";
export { averageWeights } from "./average-weights";
export { biasGradient } from "./bias-gradient";
export { convolve } from "./convolve";
export { convolveNarrow } from "./convolve-narrow";
export { convolvePrelu } from "./convolve-prelu";
export { convolvePreluGradient } from "./convolve-prelu-gradient";
export { multiply, multiplyTransposed, multiplyWide } from "./multiply-matrices";
export { residualLoss } from "./residual-loss";
export { weightGradient3x3 } from "./weight-gradient-3x3";
export { weightGradient5x5 } from "./weight-gradient-5x5";
export { weightGradientNarrow } from "./weight-gradient-narrow";

/** Where free memory begins. */
export function heapBase(): usize {
  return __heap_base;
}
