/** What the tests of the training kernels have in common: instances, random numbers, planes that are looked at whole. */

import fc from "fast-check";
import { expect } from "vitest";
import { loadKernels } from "../load-kernels.ts";
import type { KernelBuild } from "../load-kernels.ts";
import { createTrainingKernels } from "./instance.ts";
import type { Block, TrainingKernels } from "./instance.ts";
import { createPaddedPlane, readPlane } from "./plane.fixture.ts";
import type { PaddedPlane } from "./plane.fixture.ts";

/** Both builds: the tests' Node is told to accept relaxed SIMD, so that neither is left out. */
export const builds: readonly KernelBuild[] = ["simd", "relaxed"];

/** A fresh instance each time; the module is compiled once. */
export async function loadInstances(build: KernelBuild): Promise<() => TrainingKernels> {
  const { module } = await loadKernels("training", build);
  return () => createTrainingKernels(module);
}

/** A random plane's size and the seed of its numbers. */
export interface Shape {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly seed: number;
}

/** Sizes with every remainder, and one channel or any number of whole vectors. */
export const shapes: fc.Arbitrary<Shape> = fc.record({
  width: fc.integer({ min: 1, max: 40 }),
  height: fc.integer({ min: 1, max: 7 }),
  channels: fc.constantFrom(1, 4, 8, 12, 16, 20, 32),
  seed: fc.integer({ min: 1, max: 1e6 }),
});

/** Numbers in ±1, the same for the same seed (Park and Miller, 1988). */
export function createNoise(seed: number): (count: number) => Float32Array {
  let state = seed;
  return (count) =>
    Float32Array.from({ length: count }, () => {
      state = (state * 48271) % 2147483647;
      return (state / 2147483647) * 2 - 1;
    });
}

/** Floats in the kernels' memory. */
export function put(kernels: TrainingKernels, values: Float32Array): Block {
  const block = kernels.allocate(values.length);
  block.floats().set(values);
  return block;
}

/** Two numbers that every plane's block begins and ends with, so that a kernel that writes beyond it is noticed. */
const guard = 12345;

/** A plane inside guards; a picture without all channels of a pixel is padded with zeros. */
export function putPlane(
  kernels: TrainingKernels,
  width: number,
  height: number,
  channels: number,
  values?: Float32Array,
  radius?: number,
): PaddedPlane {
  put(kernels, new Float32Array(16).fill(guard));
  const plane = createPaddedPlane(kernels, width, height, channels, radius);
  put(kernels, new Float32Array(16).fill(guard));
  if (values) writePicture(plane, values);
  return plane;
}

function writePicture(plane: PaddedPlane, values: Float32Array): void {
  const floats = plane.block.floats();
  const row = plane.width * plane.channels;
  expect(values.length).toBe(row * plane.height);
  for (let y = 0; y < plane.height; y++)
    floats.set(values.subarray(y * row, (y + 1) * row), plane.start + y * plane.stride);
}

/** The picture, once nothing but zeros was found around it and the guards were found as they were. */
export function takePlane(kernels: TrainingKernels, plane: PaddedPlane): Float32Array {
  const floats = plane.block.floats();
  const row = plane.width * plane.channels;
  const border = floats.findIndex((value, index) => {
    const x = (index - plane.start) % plane.stride;
    const inside =
      index >= plane.start && Math.floor((index - plane.start) / plane.stride) < plane.height && x < row;
    return !inside && value !== 0;
  });
  expect({ border }).toEqual({ border: -1 });
  const { address, count } = plane.block;
  const before = new Float32Array(kernels.run.memory.buffer, address - 64, 16);
  // the plane's description lies between its block and the guard behind
  const behind = (Math.ceil((address + count * 4) / 64) + 1) * 64;
  const after = new Float32Array(kernels.run.memory.buffer, behind, 16);
  expect([...before, ...after].every((value) => value === guard)).toBe(true);
  return readPlane(plane);
}

/** A tensor without borders, described as a plane of one row. */
export function putFlat(kernels: TrainingKernels, values: Float32Array): { address: number; block: Block } {
  const block = put(kernels, values);
  return { address: kernels.describe([block.address, values.length * 4, 4, values.length, 1]), block };
}

/** Fails unless all numbers are as close as `tolerance`, relative where they are large. NaN is close to NaN alone. */
export function expectClose(seen: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-5): void {
  expect(seen.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [seen[i]!, expected[i]!];
    if (Object.is(a, b) || Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b))) continue;
    expect({ at: i, value: a }).toEqual({ at: i, value: b });
  }
}

/** Runs a property. */
export function check<T>(arbitrary: fc.Arbitrary<T>, property: (value: T) => void, numRuns = 60): void {
  fc.assert(fc.property(arbitrary, property), { numRuns });
}

/** A convolution `[ky][kx][inputs][outputs]` of a picture with zeros around it, in double precision. */
export function convolveExactly(
  picture: Float32Array,
  width: number,
  inputs: number,
  weights: Float32Array,
  outputs: number,
  kernel: number,
  bias: Float32Array,
): Float64Array {
  const height = picture.length / width / inputs;
  const result = new Float64Array(width * height * outputs);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const to = (y * width + x) * outputs;
      result.set(bias, to);
      for (let tap = 0; tap < kernel ** 2; tap++) {
        const row = y + Math.floor(tap / kernel) - (kernel >> 1);
        const column = x + (tap % kernel) - (kernel >> 1);
        if (row < 0 || row >= height || column < 0 || column >= width) continue;
        for (let i = 0; i < inputs; i++) {
          const value = picture[(row * width + column) * inputs + i]!;
          for (let o = 0; o < outputs; o++)
            result[to + o]! += value * weights[(tap * inputs + i) * outputs + o]!;
        }
      }
    }
  return result;
}
