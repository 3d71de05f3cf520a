/** Kernels of one training step. Addresses are bytes; planes are described in memory. */

export { adam } from "./adam";
export { averageWeights } from "./average-weights";
export { convolvePlane } from "./convolve-plane";
export { depthwisePlane, turnDepthwise } from "./depthwise/depthwise-plane";
export { depthwiseWeightGradient } from "./depthwise/depthwise-weight-gradient";
export { binary } from "./elementwise/binary";
export { lossGradient } from "./elementwise/loss-gradient";
export { accumulate, multiplyAdd } from "./elementwise/multiply-add";
export { unary } from "./elementwise/unary";
export { matrixProduct } from "./matrix-product";
export { clearChannels, clearPlane } from "./movement/clear";
export { copyChannels } from "./movement/copy-channels";
export { depthToSpacePlane, spaceToDepthPlane } from "./movement/depth-to-space";
export { addStrided, copyStrided } from "./movement/strided";
export { orthonormalizeRows } from "./orthonormalize-rows";
export {
  copyPlane, preluGradientPlane, preluInputGradient, preluPlane, preluSlopeGradient,
} from "./prelu-plane";
export { sumChannels } from "./reductions/sum-channels";
export { sumPixels } from "./reductions/sum-pixels";
export { sumAll, sumLoss, sumProducts } from "./reductions/sum-rows";
export { cumulateStrided } from "./sequence/cumulate-strided";
export { selectiveScan } from "./sequence/selective-scan";
export { unwindowPlane, windowPlane } from "./sequence/window-plane";
export { weightGradient } from "./weight-gradient";
export { kernelGradient, transformKernel } from "./winograd-kernel";
export { winogradPlane } from "./winograd-plane";
export { winogradWeightGradient } from "./winograd-weight-gradient";

/** Where free memory begins. */
export function heapBase(): usize {
  return __heap_base;
}
