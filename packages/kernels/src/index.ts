/** WebAssembly SIMD kernels, and the memory they work on. */

export { loadKernels } from "./load-kernels.ts";
export type { KernelBuild, KernelKind, LoadedKernels } from "./load-kernels.ts";
export { createArena } from "./arena.ts";
export type { Arena } from "./arena.ts";
export type { Chain, ChainLayer } from "./inference/chain.ts";
export { checkChain } from "./inference/chain.ts";
export { layOutPlans } from "./inference/plan.ts";
export type { PlanLayout } from "./inference/plan.ts";
export { jobBytes, writeJob } from "./inference/job.ts";
export type { KernelJob } from "./inference/job.ts";
export { listFields } from "./layout.ts";
export type { Fields, Layout, LayoutField } from "./layout.ts";
export { planeLayout, scanLayout, scratchLayout } from "./generated/layouts.ts";
export { createInference } from "./inference/run.ts";
export type { Inference } from "./inference/run.ts";
export { createTrainingKernels } from "./training/instance.ts";
export type { Block, TrainingKernels } from "./training/instance.ts";
export { binaryCodes, lossCodes, operandCodes, orderCodes, unaryCodes } from "./training/codes.ts";
export type { TrainingExports } from "./training/exports.ts";
export { createReuseKernels } from "./reuse/reuse-kernels.ts";
export type { BytePlane, CarryJob, ReuseKernels, WindowDifference } from "./reuse/reuse-kernels.ts";
export { createResizeKernels } from "./resize/resize-kernels.ts";
export type { ResizeKernels, ResizeTaps } from "./resize/resize-kernels.ts";
export { createGuideKernels } from "./resize/guide-kernels.ts";
export type { GuideInit, GuideKernels, GuideTaps } from "./resize/guide-kernels.ts";
export { createFusionKernels } from "./fusion/fusion-kernels.ts";
export type { FusionKernels, FusionStep, FusionSums } from "./fusion/fusion-kernels.ts";
