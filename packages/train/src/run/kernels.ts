/** The training kernels, compiled for this process. */

import type { KernelBuild, LoadedKernels, TrainingKernels } from "@tatami/kernels";
import { createTrainingKernels } from "@tatami/kernels";
import { loadTrainingKernels } from "@tatami/runtime/programs";

export type { Block, KernelBuild } from "@tatami/kernels";

/** A compiled build, ready to be instantiated any number of times, in any worker. */
export type CompiledKernels = LoadedKernels;

/** One instance of the kernels with its own memory, freed with it. */
export type Kernels = TrainingKernels;

/**
 * Compiles a build.
 *
 * @param build @defaultValue relaxed where the engine knows it, else plain SIMD
 * @throws TatamiError `unsupported-environment` when the engine has no such SIMD.
 */
export function compileKernels(build?: KernelBuild): Promise<CompiledKernels> {
  return loadTrainingKernels(build);
}

/** An instance with its own memory. */
export function createKernels(compiled: CompiledKernels): Kernels {
  return createTrainingKernels(compiled.module);
}
