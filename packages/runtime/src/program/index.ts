/** Training programs on the kernels, and any model on them: what needs no onnxruntime and no GPU. */

export { loadTrainingKernels } from "./load-training-kernels.ts";
export { createGraphRunner, createModelRunner } from "./run-model.ts";
export type { GraphRunner, ModelRunner } from "./run-model.ts";
export { createWasmProgramEngine } from "./wasm-engine.ts";
export type { WasmProgramOptions } from "./wasm-engine.ts";
