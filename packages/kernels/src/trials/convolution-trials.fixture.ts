/** Ways to convolve, side by side on planes of their own: what is in the product, and what was tried beside it. */

import { readFile } from "node:fs/promises";
import type { ChainLayer } from "../inference/chain.ts";
import { packWeights, padChannels } from "../inference/pack-weights.ts";
import { transformBy } from "../inference/transform-kernel.ts";
import type { KernelBuild } from "../load-kernels.ts";
import type { TrainingExports } from "../training/exports.ts";
import { createTrainingKernels } from "../training/instance.ts";
import { createPaddedPlane, createScratch, fillPlane, readPlane } from "../training/plane.fixture.ts";

/** `F(m, r)` is Winograd with m × m outputs a tile and an r × r kernel. */
export type Method = "direct" | "F(2, 3)" | "F(4, 3)" | "F(2, 5)";

/** One layer on one picture. */
export interface Trial {
  /** Computes the whole plane. */
  run(): void;
  /** `[height][width][outputs]`, what the last run computed. */
  result(): Float32Array;
}

interface TrialExports extends TrainingExports {
  winograd2x2By3x3(source: number, target: number, u: number, bias: number, scratch: number): void;
  winograd2x2By5x5(source: number, target: number, u: number, bias: number, scratch: number): void;
}

/** The methods that a kernel of this side can be run by. */
export function methodsFor(kernel: number): readonly Method[] {
  return kernel === 3 ? ["direct", "F(2, 3)", "F(4, 3)"] : ["direct", "F(2, 5)"];
}

/** The compiled trials. @throws CompileError where the JavaScript engine has no such SIMD. */
export async function loadTrials(build: KernelBuild): Promise<WebAssembly.Module> {
  const bytes = await readFile(new URL(`../../wasm/trials-${build}.wasm`, import.meta.url));
  return WebAssembly.compile(Uint8Array.from(bytes));
}

/** @param picture `[height][width][inputs]`; inputs and outputs are multiples of four */
export function createTrial(
  module: WebAssembly.Module,
  method: Method,
  layer: ChainLayer,
  width: number,
  picture: Float32Array,
): Trial {
  const { kernel, inputs, outputs } = layer;
  const height = picture.length / width / inputs;
  const kernels = createTrainingKernels(module);
  const exports = kernels.run as TrialExports;
  const source = createPaddedPlane(kernels, width, height, inputs);
  const target = createPaddedPlane(kernels, width, height, outputs);
  const scratch = createScratch(kernels, Math.max(inputs, outputs));
  const place = (values: Float32Array): number => {
    const block = kernels.allocate(values.length);
    block.floats().set(values);
    return block.address;
  };
  const weights = place(
    method === "F(2, 3)" ? packSmallTiles(layer) : packWeights(layer, method !== "direct"),
  );
  const bias = place(padChannels(layer.bias));
  fillPlane(source, picture);
  const [from, to] = [source.address, target.address];
  const runs: Record<Method, () => void> = {
    direct: () => exports.convolvePlane(from, to, weights, bias, kernel, scratch),
    "F(2, 3)": () => exports.winograd2x2By3x3(from, to, weights, bias, scratch),
    "F(4, 3)": () => exports.winogradPlane(from, to, weights, bias, 0, scratch),
    "F(2, 5)": () => exports.winograd2x2By5x5(from, to, weights, bias, scratch),
  };
  return { run: runs[method], result: () => readPlane(target) };
}

/** The convolution with zeros outside the picture, in float64. */
export function convolveExactly(layer: ChainLayer, width: number, picture: Float32Array): Float64Array {
  const { kernel, inputs, outputs, weights, bias } = layer;
  const height = picture.length / width / inputs;
  const radius = kernel >> 1;
  return Float64Array.from({ length: width * height * outputs }, (_, index) => {
    const output = index % outputs;
    const [x, y] = [Math.floor(index / outputs) % width, Math.floor(index / outputs / width)];
    let sum = bias[output]!;
    for (let ky = 0; ky < kernel; ky++)
      for (let kx = 0; kx < kernel; kx++) {
        const [column, row] = [x + kx - radius, y + ky - radius];
        if (column < 0 || column >= width || row < 0 || row >= height) continue;
        for (let input = 0; input < inputs; input++)
          sum +=
            picture[(row * width + column) * inputs + input]! *
            weights[((output * inputs + input) * kernel + ky) * kernel + kx]!;
      }
    return sum;
  });
}

// Winograd F(2×2, 3×3), kernel side (Lavin and Gray, 2015, section 4.1).
const G = [
  [1, 0, 0],
  [1 / 2, 1 / 2, 1 / 2],
  [1 / 2, -1 / 2, 1 / 2],
  [0, 0, 1],
] as const;

/** `[16][inputs][outputs]`: a transformed kernel is packed like one of 4×4. */
function packSmallTiles(layer: ChainLayer): Float32Array {
  const pairs = Array.from({ length: layer.inputs * layer.outputs }, (_, pair) =>
    transformBy(G, layer.weights.subarray(pair * 9, pair * 9 + 9)),
  );
  return packWeights(
    { ...layer, kernel: 4, weights: Float32Array.from(pairs.flatMap((pair) => [...pair])) },
    false,
  );
}
