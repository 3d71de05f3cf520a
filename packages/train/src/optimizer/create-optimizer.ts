/** The optimiser that a recipe asks for. */

import type { Architecture } from "../shape/architecture.ts";
import { createFoldedSoap } from "./folded-soap.ts";
import type { CompiledKernels } from "../run/kernels.ts";
import type { Optimizer, OptimizerOptions } from "./optimizer.ts";
import { createWideAdam } from "./wide-adam.ts";

/** An optimiser that begins at these wide weights. */
export function createOptimizer(
  compiled: CompiledKernels,
  architecture: Architecture,
  initial: Float32Array,
  options: OptimizerOptions,
): Optimizer {
  const create = options.optimizer === "soap" ? createFoldedSoap : createWideAdam;
  return create(compiled, architecture, initial, options);
}
