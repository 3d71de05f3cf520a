import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  builds,
  check,
  createNoise,
  expectClose,
  loadInstances,
  put,
  putPlane,
  shapes,
  takePlane,
} from "./training-kernels.fixture.ts";

const side = fc.constantFrom(1, 3, 5, 7, 9);
const layers = fc.tuple(shapes, side, side);

describe.each(builds)("depthwise convolution (%s)", (build) => {
  it("of any odd side, in the narrowest border", async () => {
    const create = await loadInstances(build);
    check(layers, ([{ width, height, channels, seed }, tall, wide]) => {
      const kernels = create();
      const noise = createNoise(seed);
      const radius = Math.max(1, tall >> 1, wide >> 1);
      const picture = noise(width * height * channels);
      const weights = noise(tall * wide * channels);
      const bias = noise(channels);
      const source = putPlane(kernels, width, height, channels, picture, radius);
      const target = putPlane(kernels, width, height, channels, undefined, radius);
      const [w, b] = [put(kernels, weights).address, put(kernels, bias).address];
      kernels.run.depthwisePlane(source.address, target.address, w, b, tall, wide);
      const expected = Float32Array.from({ length: picture.length }, (_, at) => bias[at % channels]!);
      eachProduct(width, height, channels, [tall, wide], (from, weight, to) => {
        expected[to]! += picture[from]! * weights[weight]!;
      });
      expectClose(takePlane(kernels, target), expected);
    });
  });

  it("adds the gradient of its weights", async () => {
    const create = await loadInstances(build);
    check(layers, ([{ width, height, channels, seed }, tall, wide]) => {
      const kernels = create();
      const noise = createNoise(seed);
      const radius = Math.max(1, tall >> 1, wide >> 1);
      const [picture, incoming] = [noise(width * height * channels), noise(width * height * channels)];
      const before = noise(tall * wide * channels);
      const source = putPlane(kernels, width, height, channels, picture, radius);
      const gradient = putPlane(kernels, width, height, channels, incoming, radius);
      const target = put(kernels, Float32Array.of(...before, 7, 7, 7, 7));
      kernels.run.depthwiseWeightGradient(source.address, gradient.address, target.address, tall, wide);
      const expected = [...before, 7, 7, 7, 7];
      eachProduct(width, height, channels, [tall, wide], (from, weight, to) => {
        expected[weight]! += picture[from]! * incoming[to]!;
      });
      expectClose(target.floats(), expected);
    });
  });

  it("turns its weights by 180°", async () => {
    const kernels = (await loadInstances(build))();
    for (const [kernel, channels] of [
      [3, 1],
      [5, 8],
    ] as const) {
      const weights = createNoise(kernel)(kernel ** 2 * channels);
      const turned = put(kernels, new Float32Array(weights.length));
      kernels.run.turnDepthwise(put(kernels, weights).address, channels * 4, kernel, turned.address);
      const expected = weights.map((_, i) => {
        const tap = kernel ** 2 - 1 - Math.floor(i / channels);
        return weights[tap * channels + (i % channels)]!;
      });
      expect(turned.floats()).toEqual(expected);
    }
  });
});

/** Every product of the convolution: the indices of its number, its weight and its sum. */
function eachProduct(
  width: number,
  height: number,
  channels: number,
  [tall, wide]: readonly [number, number],
  visit: (from: number, weight: number, to: number) => void,
): void {
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let tap = 0; tap < tall * wide; tap++) {
        const row = y + Math.floor(tap / wide) - (tall >> 1);
        const column = x + (tap % wide) - (wide >> 1);
        if (row < 0 || row >= height || column < 0 || column >= width) continue;
        for (let c = 0; c < channels; c++)
          visit((row * width + column) * channels + c, tap * channels + c, (y * width + x) * channels + c);
      }
}
