/** The training kernels, compiled for this process. */

import { allowRelaxedSimd } from "#relaxed-simd";
import type { KernelBuild, LoadedKernels } from "@tatami/kernels";
import { loadKernels } from "@tatami/kernels";

/**
 * Compiles the kernels that train.
 *
 * @param build @defaultValue relaxed where the engine knows it, in Node 20 too, else plain SIMD
 * @throws TatamiError `unsupported-environment` when the engine has no such SIMD.
 */
export function loadTrainingKernels(build?: KernelBuild): Promise<LoadedKernels> {
  if (build !== "simd") allowRelaxedSimd();
  return loadKernels("training", build);
}
