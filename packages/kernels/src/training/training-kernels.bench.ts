/** The training kernels one by one, on planes of 48×48, one thread. */

import { setFlagsFromString } from "node:v8";
import { loadKernels } from "../load-kernels.ts";
import type { KernelBuild } from "../load-kernels.ts";
import { binaryCodes, lossCodes, operandCodes, unaryCodes } from "./codes.ts";
import { createTrainingKernels } from "./instance.ts";
import type { TrainingKernels } from "./instance.ts";
import { createPaddedPlane, createScratch, fillPlane } from "./plane.fixture.ts";

const side = 48;
const rounds = 12;
/** Kernel side, inputs, outputs: SESR's, an EDSR-like network's, and 1×1 ones. */
const layers = [
  [5, 1, 16],
  [5, 16, 4],
  [5, 16, 1],
  [3, 16, 16],
  [3, 32, 32],
  [3, 64, 64],
  [1, 16, 16],
  [1, 64, 64],
] as const;
/** m, k, n and what is transposed: a fold and its two gradients, and a square. */
const products = [
  [144, 256, 16, 0],
  [144, 16, 256, 2],
  [256, 144, 16, 1],
  [512, 512, 512, 0],
] as const;

/** Measures and prints: multiply-accumulates or numbers a nanosecond at the least time of some rounds. */
export async function printTrainingKernels(): Promise<void> {
  // optimized from the first run on
  setFlagsFromString("--no-liftoff");
  for (const build of ["relaxed", "simd"] as const) {
    const loaded = await loadKernels("training", build).catch((error: Error) => error.message);
    if (typeof loaded === "string") {
      console.log(`${build}: ${loaded}`);
      continue;
    }
    console.log(`Node ${process.version}, ${build}, a nanosecond`);
    for (const layer of layers) printLayer(build, createTrainingKernels(loaded.module), layer);
    for (const [m, k, n, transposed] of products) {
      const kernels = createTrainingKernels(loaded.module);
      const [a, b, scratch] = [m * k, k * n, k * 8].map((count) => noisy(kernels, count)) as [
        number,
        number,
        number,
      ];
      const c = kernels.allocate(m * n).address;
      const run = (): void => kernels.run.matrixProduct(a, b, c, m, k, n, transposed, scratch);
      print(`${m}×${k} by ×${n}, transposed ${transposed}`, { product: rate(m * k * n, run) });
    }
    printElementwise(createTrainingKernels(loaded.module));
  }
}

function printLayer(
  build: KernelBuild,
  kernels: TrainingKernels,
  [kernel, inputs, outputs]: readonly [number, number, number],
): void {
  const { run } = kernels;
  const [source, target] = [plane(kernels, inputs), plane(kernels, outputs)];
  const [weights, gradient, bias] = [kernel ** 2 * inputs * outputs, kernel ** 2 * inputs * outputs, 64].map(
    (count) => noisy(kernels, count),
  ) as [number, number, number];
  const scratch = createScratch(kernels, 64);
  const macs = kernel ** 2 * inputs * outputs * side ** 2;
  const rates: Record<string, string> = {
    direct: rate(macs, () => run.convolvePlane(source, target, weights, bias, kernel, scratch)),
    "its weights' gradient": rate(macs, () => run.weightGradient(source, target, gradient, kernel)),
  };
  if (kernel === 3) {
    const [u, du] = [noisy(kernels, 36 * inputs * outputs), noisy(kernels, 36 * inputs * outputs)];
    rates["Winograd"] = rate(macs, () => run.winogradPlane(source, target, u, bias, 0, scratch));
    rates["its gradient"] = rate(macs, () => run.winogradWeightGradient(source, target, du, scratch));
  }
  print(`${build} ${kernel}×${kernel} ${inputs}→${outputs}`, rates);
}

function printElementwise(kernels: TrainingKernels): void {
  const { run } = kernels;
  const channels = 16;
  const [a, b, target, single] = [channels, channels, channels, 1].map((count) => plane(kernels, count)) as [
    number,
    number,
    number,
    number,
  ];
  const [floats, weights] = [noisy(kernels, channels), noisy(kernels, 25 * channels)];
  const numbers = side ** 2 * channels;
  const unary = (op: number) => rate(numbers, () => run.unary(op, a, target, 0.5, 1));
  const binary = (operand: number, second: number) =>
    rate(numbers, () => run.binary(binaryCodes.multiply, operand, a, second, target));
  print("unary", {
    relu: unary(unaryCodes.relu),
    exponential: unary(unaryCodes.exponential),
    logarithm: unary(unaryCodes.logarithm),
    sigmoid: unary(unaryCodes.sigmoid),
  });
  print("times", {
    plane: binary(operandCodes.plane, b),
    pixel: binary(operandCodes.pixel, single),
    channel: binary(operandCodes.channel, floats),
    number: binary(operandCodes.number, floats),
  });
  print("sums", {
    pixels: rate(numbers, () => run.sumPixels(a, floats, 1e-6)),
    channels: rate(numbers, () => run.sumChannels(a, channels, single, 1e-6)),
    all: rate(numbers, () => run.sumAll(a, channels, floats, 1e-6)),
    Charbonnier: rate(numbers, () => run.sumLoss(lossCodes.charbonnier, a, b, channels, 0.1, floats, 1e-6)),
    "its gradient": rate(numbers, () => run.lossGradient(lossCodes.charbonnier, a, b, target, 0.1, floats)),
  });
  for (const kernel of [3, 5])
    print(`depthwise ${kernel}×${kernel}`, {
      forward: rate(numbers * kernel ** 2, () =>
        run.depthwisePlane(a, target, weights, floats, kernel, kernel),
      ),
      "its weights' gradient": rate(numbers * kernel ** 2, () =>
        run.depthwiseWeightGradient(a, b, weights, kernel, kernel),
      ),
    });
}

function print(name: string, rates: Readonly<Record<string, string>>): void {
  const cells = Object.entries(rates).map(([what, value]) => `${what} ${value}`);
  console.log(`  ${name.padEnd(34)}${cells.join("  ")}`);
}

/** How many of `count` a nanosecond. */
function rate(count: number, run: () => void): string {
  const repeats = Math.max(1, Math.round(1e7 / count));
  let least = Infinity;
  for (let round = 0; round < rounds; round++) {
    const before = process.hrtime.bigint();
    for (let i = 0; i < repeats; i++) run();
    least = Math.min(least, Number(process.hrtime.bigint() - before) / repeats);
  }
  return (count / least).toFixed(1);
}

/** Numbers in ±0.5: zeros and what is left in a memory would be slower or faster than a network's. */
function waves(count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => Math.sin(i * i) / 2);
}

function noisy(kernels: TrainingKernels, count: number): number {
  const block = kernels.allocate(count);
  block.floats().set(waves(count));
  return block.address;
}

function plane(kernels: TrainingKernels, channels: number): number {
  const made = createPaddedPlane(kernels, side, side, channels, 4);
  fillPlane(made, waves(side ** 2 * channels));
  return made.address;
}
