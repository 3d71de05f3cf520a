/** Runs a model on patches: WebGPU passes and WebAssembly kernels of our own, onnxruntime-web on WebGPU or WebAssembly, and the CPU reference. */

export { createCpuBackend } from "./cpu/backend.ts";
export { createEngine } from "./engine.ts";
export type { BackendFactory, Engine, EngineOptions } from "./engine.ts";
export { requireHardwareAdapter } from "./onnx/adapter.ts";
export { createOnnxBackend } from "./onnx/backend.ts";
export { defaultThreads } from "./onnx/ort-options.ts";
export type { OrtOptions, OrtProvider, WasmPaths } from "./onnx/ort-options.ts";
export { runIntegerReference } from "./integers/integer-reference.ts";
export { gatherPatches, scatterPatches } from "./patch-tensor.ts";
export { runJobs } from "./run-jobs.ts";
export { selfTest, selfTestTolerance } from "./self-test.ts";
export { createWasmBackend } from "./wasm/backend.ts";
export type { WasmOptions } from "./wasm/backend.ts";
export { takesSmallerWindows } from "./smaller-windows.ts";
export type { SmallerWindows } from "./smaller-windows.ts";
export { createWebGpuBackend } from "./webgpu/backend.ts";
export type { WebGpuOptions } from "./webgpu/tuning/settle-options.ts";
export { createFrameProcessor } from "./webgpu/frame/frame-processor.ts";
export type { FrameProcessor, FrameProcessorOptions } from "./webgpu/frame/frame-processor.ts";
export type { FrameSource } from "./webgpu/frame/frame-source.ts";
export type { DeviceOptions } from "./webgpu/device.ts";
export { createTuneMemory } from "./webgpu/tuning/tune-memory.ts";
export type { TuneMemory } from "./webgpu/tuning/tune-memory.ts";
export type { Variant, WeightSource } from "./webgpu/variant.ts";
export { createCpuProgramEngine } from "./program/cpu-engine.ts";
export { createOnnxProgramEngine } from "./program/onnx/onnx-engine.ts";
export type { OnnxProgramOptions } from "./program/onnx/onnx-engine.ts";
