/** Convolution: stride 1, zeros around the picture, size kept. */

import { invalidModel } from "../invalid-model.ts";
import { tensor } from "../tensor.ts";
import type { Tensor } from "../tensor.ts";
import { checkSourceCount, formatShape, pictureShape, pixelwise } from "./definition.ts";
import type { OpDefinition, Shape } from "./definition.ts";

export const conv2d: OpDefinition<"conv2d"> = {
  ...pixelwise,
  op: "conv2d",
  shape: (sources) => {
    checkSourceCount("conv2d", sources, 3);
    const [n, channels, height, width] = pictureShape("conv2d", sources[0]);
    const [outputs, inputs, kernelHeight, kernelWidth] = kernelShape(sources[1]!);
    const bias = sources[2]!;
    if (inputs !== channels) {
      throw invalidModel(
        `conv2d: the picture has ${channels} channels, kernel ${formatShape(sources[1]!)} takes ${inputs}.`,
        "Make the kernel's second dimension the number of channels of the picture.",
        { op: "conv2d", channels, kernel: formatShape(sources[1]!) },
      );
    }
    if (bias.length !== 1 || bias[0] !== outputs) {
      throw invalidModel(
        `conv2d: kernel ${formatShape(sources[1]!)} wants a bias of [${outputs}], not ${formatShape(bias)}.`,
        "Give one bias for each output channel.",
        { op: "conv2d", bias: formatShape(bias), kernel: formatShape(sources[1]!) },
      );
    }
    if (kernelHeight % 2 === 0 || kernelWidth % 2 === 0) {
      throw invalidModel(
        `conv2d: the kernel's sides are ${kernelHeight} and ${kernelWidth}, not odd.`,
        "Use a kernel with odd sides, which has a middle.",
        { op: "conv2d", kernel: formatShape(sources[1]!) },
      );
    }
    return [n, outputs, height, width];
  },
  reference: (sources) => convolve(sources[0]!, sources[1]!, sources[2]!),
  halo: (sources) => {
    const [, , height, width] = kernelShape(sources[1]!);
    return (Math.max(height, width) - 1) / 2;
  },
  macs: (sources) => {
    const [n, , height, width] = pictureShape("conv2d", sources[0]);
    return kernelShape(sources[1]!).reduce((product, size) => product * size, n * height * width);
  },
  parameters: (sources) => kernelShape(sources[1]!).reduce((product, size) => product * size, 1),
  onnx: (emitter, node) => {
    const kernel = node.sources[1]!;
    const sides = kernel.op === "constant" ? (kernel.arg as Tensor).shape.slice(2) : [];
    if (sides.length !== 2) {
      throw invalidModel(
        "conv2d: a computed kernel cannot be written as ONNX.",
        "Fold constants before writing.",
      );
    }
    const [top, left] = sides.map((side) => (side - 1) / 2) as [number, number];
    return emitter.node(
      "Conv",
      node.sources.map((source) => emitter.valueOf(source)),
      { kernel_shape: sides, pads: [top, left, top, left], strides: [1, 1], dilations: [1, 1], group: 1 },
    );
  },
};

function kernelShape(shape: Shape): readonly [number, number, number, number] {
  if (shape.length === 4) return shape as unknown as readonly [number, number, number, number];
  throw invalidModel(
    `conv2d takes a kernel of four dimensions [o, i, kh, kw], not ${formatShape(shape)}.`,
    "Give a kernel of four dimensions.",
    { op: "conv2d", kernel: formatShape(shape) },
  );
}

/**
 * Each output channel is summed over whole planes, tap by tap, in one fixed order: a pixel's sum does not
 * depend on where in the picture it lies, so tiles match the whole bit for bit. The planes have their
 * border of zeros in memory; sums that fall into the border are computed and passed over.
 */
function convolve(picture: Tensor, kernel: Tensor, bias: Tensor): Tensor {
  const [n, inputs, height, width] = picture.shape as [number, number, number, number];
  const [outputs, , kernelHeight, kernelWidth] = kernel.shape as [number, number, number, number];
  const result = tensor([n, outputs, height, width]);
  const padded = padPlanes(picture, (kernelHeight - 1) / 2, (kernelWidth - 1) / 2);
  const stride = width + kernelWidth - 1;
  const plane = stride * (height + kernelHeight - 1);
  const sums = new Float64Array(stride * height - (kernelWidth - 1));
  const taps = inputs * kernelHeight * kernelWidth;
  const offsets = Array.from({ length: taps }, (_, tap) => {
    const row = Math.floor(tap / kernelWidth);
    return Math.floor(row / kernelHeight) * plane + (row % kernelHeight) * stride + (tap % kernelWidth);
  });
  for (let item = 0; item < n * outputs; item += 1) {
    const o = item % outputs;
    const start = ((item - o) / outputs) * inputs * plane;
    sums.fill(bias.data[o]!);
    for (let tap = 0; tap < taps; tap += 4) {
      addFourTaps(sums, padded, start, kernel.data.subarray(o * taps, (o + 1) * taps), offsets, tap);
    }
    for (let y = 0; y < height; y += 1) {
      result.data.set(sums.subarray(y * stride, y * stride + width), (item * height + y) * width);
    }
  }
  return result;
}

/**
 * `sums[k] += weights[t] · values[start + offsets[t] + k]` for the four taps `t` from `tap`: the loop where
 * all the time goes. Past the last tap the last one is read again, with weight 0.
 */
function addFourTaps(
  sums: Float64Array,
  values: Float64Array,
  start: number,
  weights: Float32Array,
  offsets: readonly number[],
  tap: number,
): void {
  const last = offsets.length - 1;
  const [a, b, c, d] = [0, 1, 2, 3].map((t) => start + offsets[Math.min(tap + t, last)]!) as Four;
  const [u, v, w, z] = [0, 1, 2, 3].map((t) => weights[tap + t] ?? 0) as Four;
  for (let k = 0; k < sums.length; k += 1) {
    sums[k] = sums[k]! + u * values[a + k]! + v * values[b + k]! + w * values[c + k]! + z * values[d + k]!;
  }
}

type Four = [number, number, number, number];

/** The planes of a picture with `top` rows and `left` columns of zeros on each side. */
function padPlanes(picture: Tensor, top: number, left: number): Float64Array {
  const [n, channels, height, width] = picture.shape as [number, number, number, number];
  const stride = width + 2 * left;
  const padded = new Float64Array(n * channels * stride * (height + 2 * top));
  for (let row = 0; row < n * channels * height; row += 1) {
    const item = Math.floor(row / height);
    const y = item * (height + 2 * top) + top + (row % height);
    padded.set(picture.data.subarray(row * width, (row + 1) * width), y * stride + left);
  }
  return padded;
}
