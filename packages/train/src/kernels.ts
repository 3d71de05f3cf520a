/** The WebAssembly kernels: choosing a build, compiling it, and its memory. */

import { readFile } from "node:fs/promises";
import { setFlagsFromString } from "node:v8";
import { TatamiError } from "@tatami/core";
import { builtFile } from "./built-file.ts";

/** The two builds: with fused multiply-add where the engine has relaxed SIMD, and without. */
export type KernelBuild = "relaxed" | "simd";

/** What the kernels export; addresses and strides are bytes, see each file of `assembly/`. */
export interface KernelExports {
  readonly memory: WebAssembly.Memory;
  heapBase(): number;
  convolve(
    channels: number,
    source: number,
    sourceStride: number,
    weights: number,
    start: number,
    target: number,
    targetStride: number,
    width: number,
    height: number,
    kernel: number,
  ): void;
  convolveNarrow(
    source: number,
    sourceStride: number,
    weights: number,
    start: number,
    target: number,
    targetStride: number,
    width: number,
    height: number,
    kernel: number,
  ): void;
  convolvePrelu(
    source: number,
    weights: number,
    start: number,
    slopes: number,
    preactivation: number,
    residual: number,
    target: number,
    stride: number,
    width: number,
    height: number,
    kernel: number,
  ): void;
  convolvePreluGradient(
    channels: number,
    source: number,
    sourceStride: number,
    weights: number,
    start: number,
    preactivation: number,
    slopes: number,
    slopeGradient: number,
    through: number,
    target: number,
    stride: number,
    width: number,
    height: number,
    kernel: number,
  ): void;
  weightGradient3x3(
    source: number,
    sourceStride: number,
    gradient: number,
    gradientStride: number,
    weightGradient: number,
    width: number,
    height: number,
  ): void;
  weightGradient5x5(
    channels: number,
    source: number,
    sourceStride: number,
    gradient: number,
    gradientStride: number,
    weightGradient: number,
    width: number,
    height: number,
  ): void;
  weightGradientNarrow(
    source: number,
    sourceStride: number,
    gradient: number,
    gradientStride: number,
    weightGradient: number,
    width: number,
    height: number,
  ): void;
  biasGradient(
    channels: number,
    gradient: number,
    stride: number,
    target: number,
    width: number,
    height: number,
  ): void;
  residualLoss(
    channels: number,
    prediction: number,
    predictionStride: number,
    input: number,
    inputStride: number,
    truth: number,
    truthStride: number,
    width: number,
    height: number,
    weight: number,
  ): number;
  multiply(a: number, b: number, c: number, m: number, p: number, n: number): void;
  multiplyWide(a: number, bTransposed: number, c: number, m: number, n: number, p: number): void;
  multiplyTransposed(a: number, b: number, c: number, m: number, p: number, n: number): void;
  adam(
    weights: number,
    gradient: number,
    first: number,
    second: number,
    largest: number,
    count: number,
    rate: number,
    beta1: number,
    beta2: number,
    epsilon: number,
    correct1: number,
    correct2: number,
    scale: number,
  ): void;
  averageWeights(average: number, weights: number, count: number, decay: number): void;
}

/** Floats inside the kernels' memory. */
export interface Block {
  /** Address in bytes, a multiple of 64. */
  readonly address: number;
  readonly count: number;
  /** The floats themselves. Ask again after any allocation: growing the memory detaches old views. */
  floats(): Float32Array;
}

/** One instance of the kernels with its own memory, freed with it. */
export interface Kernels {
  readonly run: KernelExports;
  /** Floats set to zero. */
  allocate(count: number): Block;
}

/** A compiled build, ready to be instantiated any number of times, in any worker. */
export interface CompiledKernels {
  readonly build: KernelBuild;
  readonly module: WebAssembly.Module;
}

/**
 * Compiles a build.
 *
 * @param build @defaultValue relaxed where the engine knows it, else plain SIMD
 * @throws TatamiError `unsupported-environment` when the engine has no such SIMD.
 */
export async function compileKernels(build?: KernelBuild): Promise<CompiledKernels> {
  // Node 20 has relaxed SIMD behind a flag; later versions ignore the flag.
  if (build !== "simd") setFlagsFromString("--experimental-wasm-relaxed-simd");
  for (const candidate of build ? [build] : (["relaxed", "simd"] as const)) {
    const bytes = new Uint8Array(await readFile(builtFile(`kernels-${candidate}.wasm`)));
    if (WebAssembly.validate(bytes)) return { build: candidate, module: await WebAssembly.compile(bytes) };
  }
  throw new TatamiError({
    code: "unsupported-environment",
    message: `This JavaScript engine has no WebAssembly ${build === "relaxed" ? "relaxed SIMD" : "SIMD"}.`,
    fix: build === "relaxed" ? "Leave the build out, so that plain SIMD is used." : "Use Node 20 or later.",
  });
}

/** An instance with its own memory. */
export function createKernels(compiled: CompiledKernels): Kernels {
  const abort = (): never => {
    throw new TatamiError({
      code: "internal",
      message: "A training kernel stopped.",
      fix: "Report this with the recipe used.",
    });
  };
  const instance = new WebAssembly.Instance(compiled.module, { env: { abort } });
  const run = instance.exports as unknown as KernelExports;
  let top = align(run.heapBase());
  return {
    run,
    allocate(count) {
      const address = top;
      top = align(address + count * 4);
      const missing = top - run.memory.buffer.byteLength;
      if (missing > 0) run.memory.grow(Math.ceil(missing / 65536));
      return { address, count, floats: () => new Float32Array(run.memory.buffer, address, count) };
    },
  };
}

function align(address: number): number {
  return Math.ceil(address / 64) * 64;
}
