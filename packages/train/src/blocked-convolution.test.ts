import { describe, expect, test } from "vitest";
import {
  runConvolution,
  runConvolutionPrelu,
  runInputGradient,
  runPreluGradient,
  runWeightGradient,
} from "./blocked-convolution.ts";
import { compileKernels, createKernels } from "./kernels.ts";
import type { Kernels } from "./kernels.ts";
import type { KernelLayer } from "./network-weights.ts";
import { blocksOf, packBackward, packForward, unpackForward } from "./pack-weights.ts";
import type { PaddedPlane } from "./plane.ts";
import { createPaddedPlane, fillPlane, readPlane } from "./plane.ts";
import { noise } from "./test-support.ts";

const width = 13;
const height = 5;
const shapes = [
  { kernel: 5, inputs: 1, outputs: 16 },
  { kernel: 3, inputs: 16, outputs: 16 },
  { kernel: 3, inputs: 32, outputs: 32 },
  { kernel: 5, inputs: 16, outputs: 4 },
  { kernel: 5, inputs: 32, outputs: 16 },
];
type Shape = (typeof shapes)[number];

describe.each(["relaxed", "simd"] as const)("%s kernels", (build) => {
  const compiled = compileKernels(build);

  test.each(shapes)("convolve $inputs to $outputs channels, $kernel×$kernel", async (shape) => {
    const { kernels, layer, weights, bias } = prepare(createKernels(await compiled), shape);
    const picture = noise(width * height * shape.inputs, 3);
    const targets = planes(kernels, shape.outputs);
    runConvolution(kernels, layer, fill(kernels, picture, shape.inputs), targets);
    expectClose(read(targets), convolveSlowly(shape, picture, weights, bias));
  });

  test.each(shapes)(
    "have the input and weight gradients of $inputs to $outputs channels, $kernel×$kernel",
    async (shape) => {
      const { kernels, layer, weights, bias } = prepare(createKernels(await compiled), shape);
      const picture = noise(width * height * shape.inputs, 3);
      const incoming = noise(width * height * shape.outputs, 4);
      // the loss Σ incoming · convolution is linear in everything, so a finite difference of any length is exact
      const loss = (p: Float32Array, w: Float32Array, b: Float32Array): number =>
        dot(incoming, convolveSlowly(shape, p, w, b));
      const gradients = fill(kernels, incoming, shape.outputs);
      const sources = fill(kernels, picture, shape.inputs);
      runWeightGradient(kernels, layer, sources, gradients);
      const weightGradient = new Float32Array(weights.length);
      unpackForward(layer, layer.weightGradient.floats(), weightGradient);
      expectClose(
        pick(weightGradient),
        differences(weights, (w) => loss(picture, w, bias)),
      );
      expectClose(
        pick(layer.biasGradient.floats()),
        differences(bias, (b) => loss(picture, weights, b)),
      );
      if (shape.inputs === 1) return; // the network never asks for the gradient of its picture
      const targets = planes(kernels, shape.inputs);
      runInputGradient(kernels, layer, gradients, targets);
      expectClose(
        pick(read(targets)),
        differences(picture, (p) => loss(p, weights, bias)),
      );
    },
  );

  test.each(shapes.slice(1, 3))(
    "have the gradients of a convolution after a PReLU, $inputs channels",
    async (shape) => {
      const { kernels, layer, weights, bias } = prepare(createKernels(await compiled), shape);
      const before = noise(width * height * shape.inputs, 5).map((z) => z + 0.2 * Math.sign(z));
      const slopes = noise(shape.inputs, 6);
      const incoming = noise(width * height * shape.outputs, 7);
      const loss = (z: Float32Array, s: Float32Array): number =>
        dot(
          incoming,
          convolveSlowly(
            shape,
            z.map((v, i) => (v > 0 ? v : v * s[i % s.length]!)),
            weights,
            bias,
          ),
        );
      const held = kernels.allocate(shape.inputs);
      held.floats().set(slopes);
      const slopeGradient = kernels.allocate(shape.inputs);
      const targets = planes(kernels, shape.inputs);
      const through = planes(kernels, shape.inputs);
      runPreluGradient(
        kernels,
        layer,
        fill(kernels, incoming, shape.outputs),
        kernels.allocate(16),
        fill(kernels, before, shape.inputs),
        { slopes: held.address, slopeGradient: slopeGradient.address },
        targets,
        through,
      );
      expectClose(
        pick(read(targets)),
        differences(before, (z) => loss(z, slopes), 0.1),
      );
      expectClose(
        pick(slopeGradient.floats()),
        differences(slopes, (s) => loss(before, s)),
      );
      // what goes on along a residual is the gradient before the PReLU
      const passed = read(through).map((g, i) => g * (before[i]! > 0 ? 1 : slopes[i % slopes.length]!));
      expectClose(passed, read(targets));
    },
  );

  test.each(shapes.slice(1, 3))("fuse convolution, PReLU and residual, $inputs channels", async (shape) => {
    const { kernels, layer, weights, bias } = prepare(createKernels(await compiled), shape);
    const picture = noise(width * height * shape.inputs, 8);
    const residual = noise(width * height * shape.outputs, 9);
    const slopes = noise(shape.outputs, 10);
    const held = kernels.allocate(shape.outputs);
    held.floats().set(slopes);
    const [preactivations, targets] = [planes(kernels, shape.outputs), planes(kernels, shape.outputs)];
    const residuals = fill(kernels, residual, shape.outputs);
    runConvolutionPrelu(
      kernels,
      layer,
      fill(kernels, picture, shape.inputs),
      held.address,
      preactivations,
      targets,
      residuals,
    );
    const expected = convolveSlowly(shape, picture, weights, bias);
    expectClose(read(preactivations), expected);
    expectClose(
      read(targets),
      expected.map((z, i) => (z > 0 ? z : z * slopes[i % slopes.length]!) + residual[i]!),
    );
  });
});

function prepare(kernels: Kernels, shape: Shape) {
  const weights = noise(shape.kernel ** 2 * shape.inputs * shape.outputs, 1);
  const bias = noise(shape.outputs, 2);
  const room = () => kernels.allocate(weights.length);
  const layer: KernelLayer = {
    ...blocksOf(shape),
    forward: room(),
    backward: room(),
    weightGradient: room(),
    bias: kernels.allocate(shape.outputs),
    biasGradient: kernels.allocate(shape.outputs),
  };
  packForward(layer, weights, layer.forward.floats());
  packBackward(layer, weights, layer.backward.floats());
  layer.bias.floats().set(bias);
  return { kernels, layer, weights, bias };
}

function convolveSlowly(
  shape: Shape,
  picture: Float32Array,
  weights: Float32Array,
  bias: Float32Array,
): Float32Array {
  const { kernel, inputs, outputs } = shape;
  const radius = (kernel - 1) / 2;
  const result = new Float32Array(width * height * outputs);
  for (let i = 0; i < result.length; i++) {
    const output = i % outputs;
    const x = Math.floor(i / outputs) % width;
    const y = Math.floor(i / outputs / width);
    let sum = bias[output]!;
    for (let tap = 0; tap < kernel * kernel; tap++) {
      const [sx, sy] = [x + (tap % kernel) - radius, y + Math.floor(tap / kernel) - radius];
      if (sx < 0 || sy < 0 || sx >= width || sy >= height) continue;
      for (let c = 0; c < inputs; c++)
        sum += picture[(sy * width + sx) * inputs + c]! * weights[(tap * inputs + c) * outputs + output]!;
    }
    result[i] = sum;
  }
  return result;
}

function planes(kernels: Kernels, channels: number): PaddedPlane[] {
  const block = Math.min(channels, 16);
  return Array.from({ length: channels / block }, () => createPaddedPlane(kernels, width, height, block));
}

function fill(kernels: Kernels, values: Float32Array, channels: number): PaddedPlane[] {
  const made = planes(kernels, channels);
  made.forEach((plane, index) => {
    const start = index * plane.channels;
    fillPlane(
      plane,
      values.filter((_, i) => i % channels >= start && i % channels < start + plane.channels),
    );
  });
  return made;
}

function read(from: readonly PaddedPlane[]): Float32Array {
  const parts = from.map(readPlane);
  const block = from[0]!.channels;
  const channels = block * parts.length;
  return Float32Array.from({ length: width * height * channels }, (_, i) => {
    const channel = i % channels;
    return parts[Math.floor(channel / block)]![Math.floor(i / channels) * block + (channel % block)]!;
  });
}

/** Every so many elements: finite differences of all of them would take minutes. */
function places(count: number): number[] {
  const step = Math.max(1, Math.floor(count / 9));
  return Array.from({ length: Math.ceil(count / step) }, (_, i) => i * step);
}

function pick(values: Float32Array): Float32Array {
  return Float32Array.from(places(values.length), (i) => values[i]!);
}

function differences(at: Float32Array, loss: (values: Float32Array) => number, length = 0.5): Float32Array {
  return Float32Array.from(places(at.length), (i) => {
    const moved = (by: number): number => loss(at.map((value, j) => (i === j ? value + by : value)));
    return (moved(length) - moved(-length)) / (2 * length);
  });
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

function expectClose(actual: Float32Array, expected: Float32Array): void {
  expect(actual.length).toBe(expected.length);
  const worst = actual.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
  expect(worst).toBeLessThan(2e-4);
}
