/** Whether the running JavaScript engine has relaxed SIMD; said aloud where it has not. */

import { loadKernels } from "@tatami/kernels";

/** Whether the relaxed build of the kernels can be tested here. */
export const hasRelaxedSimd: boolean = await loadKernels("inference", "relaxed").then(
  () => true,
  () => false,
);

if (!hasRelaxedSimd)
  console.warn("This JavaScript engine has no relaxed SIMD: the kernels' relaxed build is NOT tested.");
