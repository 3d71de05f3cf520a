/** Single layers by every method, in turn, one thread: `npm run bench:kernels -- --trials`. */

import { setFlagsFromString } from "node:v8";
import type { ChainLayer } from "../inference/chain.ts";
import type { KernelBuild } from "../load-kernels.ts";
import { convolveExactly, createTrial, loadTrials, methodsFor } from "./convolution-trials.fixture.ts";

/** Kernel, inputs, outputs: layers in the middle, the last one at ×2 and ×4, and the same of the XL model. */
const shapes = [
  [3, 16, 16],
  [3, 32, 32],
  [5, 16, 4],
  [5, 16, 16],
  [5, 32, 4],
] as const;
// in and out fit into a second-level cache, as rings do
const width = 320;
const height = 16;
const rounds = 40;
const repeats = 8;

/** Measures and prints. Times are the processor's, of one plane of 320×16. */
export async function printTrials(): Promise<void> {
  // optimized from the first run on; else Node 20 at times leaves a function as its quick compiler made it
  setFlagsFromString("--no-liftoff");
  console.log(`Node ${process.version}, one ${width}×${height} plane, processor milliseconds`);
  console.log(
    "build    layer           method      median   least  of direct  GMAC/s at least  largest error",
  );
  for (const build of ["relaxed", "simd"] as const) {
    const module = await loadTrials(build).catch((error: Error) => error.message);
    if (typeof module === "string") console.log(`${build}: ${module}`);
    else for (const shape of shapes) printShape(build, module, shape);
  }
}

function printShape(
  build: KernelBuild,
  module: WebAssembly.Module,
  [kernel, inputs, outputs]: readonly [number, number, number],
): void {
  const limit = Math.sqrt(3 / inputs) / kernel;
  const layer: ChainLayer = {
    kernel,
    inputs,
    outputs,
    weights: waves(outputs * inputs * kernel ** 2, limit),
    bias: new Float32Array(outputs),
  };
  const picture = waves(width * height * inputs, 1);
  const exact = convolveExactly(layer, width, picture);
  const runs = methodsFor(kernel).map((method) => {
    const trial = createTrial(module, method, layer, width, picture);
    return { method, trial, times: [] as number[] };
  });
  for (let round = 0; round < rounds + 2; round++)
    for (const { trial, times } of runs) {
      const before = processorTime();
      for (let i = 0; i < repeats; i++) trial.run();
      // the first rounds warm the caches
      if (round >= 2) times.push((processorTime() - before) / repeats);
    }
  const macs = width * height * layer.weights.length;
  // of the same round: other programs disturb its methods alike
  const direct = runs[0]!.times;
  for (const { method, trial, times } of runs) {
    const seen = trial.result();
    const error = exact.reduce((most, value, i) => Math.max(most, Math.abs(seen[i]! - value)), 0);
    const least = Math.min(...times);
    const share = median(times.map((time, round) => time / direct[round]!));
    const name = `${kernel}×${kernel} ${inputs}→${outputs}`;
    const cells = `${median(times).toFixed(2).padStart(9)}${least.toFixed(2).padStart(8)}`;
    const speed = `${share.toFixed(2).padStart(11)}${(macs / least / 1e6).toFixed(1).padStart(17)}`;
    const label = `${build.padEnd(9)}${name.padEnd(16)}${method.padEnd(9)}`;
    console.log(`${label}${cells}${speed}${error.toExponential(1).padStart(15)}`);
  }
}

/** Numbers in ±limit without a pattern that a kernel could profit from. */
function waves(count: number, limit: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => Math.sin(i * i) * limit);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
