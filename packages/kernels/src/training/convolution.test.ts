import fc from "fast-check";
import { describe, it } from "vitest";
import { createScratch } from "./plane.fixture.ts";
import {
  builds,
  check,
  convolveExactly,
  createNoise,
  expectClose,
  loadInstances,
  put,
  putPlane,
  takePlane,
} from "./training-kernels.fixture.ts";

const channels = fc.constantFrom(1, 4, 8, 12, 16, 20, 32);
const layers = fc.record({
  kernel: fc.constantFrom(1, 3, 5, 7, 9),
  inputs: channels,
  outputs: channels,
  width: fc.integer({ min: 1, max: 40 }),
  height: fc.integer({ min: 1, max: 4 }),
  wider: fc.integer({ min: 0, max: 1 }),
  seed: fc.integer({ min: 1, max: 1e6 }),
});

describe.each(builds)("convolution (%s)", (build) => {
  it("of any odd side and any channels, in the narrowest border", async () => {
    const create = await loadInstances(build);
    check(layers, ({ kernel, inputs, outputs, width, height, wider, seed }) => {
      const kernels = create();
      const noise = createNoise(seed);
      const radius = Math.max(1, kernel >> 1) + wider;
      const picture = noise(width * height * inputs);
      const limit = 1 / kernel / Math.sqrt(inputs);
      const weights = noise(kernel ** 2 * inputs * outputs).map((w) => w * limit);
      const bias = noise(outputs);
      const source = putPlane(kernels, width, height, inputs, picture, radius);
      const target = putPlane(kernels, width, height, outputs, undefined, radius);
      const scratch = createScratch(kernels, Math.max(inputs, outputs));
      const { run } = kernels;
      run.convolvePlane(
        source.address,
        target.address,
        put(kernels, weights).address,
        put(kernels, bias).address,
        kernel,
        scratch,
      );
      const expected = convolveExactly(picture, width, inputs, weights, outputs, kernel, bias);
      expectClose(takePlane(kernels, target), expected);
    });
  });

  it("by Winograd stays within the narrowest border too", async () => {
    const create = await loadInstances(build);
    check(layers, ({ inputs: a, outputs: b, width, height, wider, seed }) => {
      const kernels = create();
      const [inputs, outputs] = [Math.max(a, 4), Math.max(b, 4)];
      const noise = createNoise(seed);
      const picture = noise(width * height * inputs);
      const weights = noise(9 * inputs * outputs).map((w) => w / 3 / Math.sqrt(inputs));
      const bias = noise(outputs);
      const source = putPlane(kernels, width, height, inputs, picture, 1 + wider);
      const target = putPlane(kernels, width, height, outputs, undefined, 1 + wider);
      const scratch = createScratch(kernels, Math.max(inputs, outputs));
      const u = kernels.allocate(36 * inputs * outputs);
      kernels.run.transformKernel(put(kernels, weights).address, inputs * 4, outputs * 4, u.address);
      kernels.run.winogradPlane(
        source.address,
        target.address,
        u.address,
        put(kernels, bias).address,
        0,
        scratch,
      );
      const expected = convolveExactly(picture, width, inputs, weights, outputs, 3, bias);
      expectClose(takePlane(kernels, target), expected, 1e-4);
    });
  });

  it("adds the gradient of its weights", async () => {
    const create = await loadInstances(build);
    check(layers, ({ kernel, inputs, outputs, width, height, wider, seed }) => {
      const kernels = create();
      const noise = createNoise(seed);
      const radius = Math.max(1, kernel >> 1) + wider;
      const picture = noise(width * height * inputs);
      const incoming = noise(width * height * outputs);
      const before = noise(kernel ** 2 * inputs * outputs);
      const source = putPlane(kernels, width, height, inputs, picture, radius);
      const gradient = putPlane(kernels, width, height, outputs, incoming, radius);
      const target = put(kernels, Float32Array.of(...before, 7, 7, 7, 7));
      kernels.run.weightGradient(source.address, gradient.address, target.address, kernel);
      const expected = [...before, 7, 7, 7, 7];
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++)
          for (let tap = 0; tap < kernel ** 2; tap++) {
            const [row, column] = [y + Math.floor(tap / kernel), x + (tap % kernel)].map(
              (at) => at - (kernel >> 1),
            );
            if (row! < 0 || row! >= height || column! < 0 || column! >= width) continue;
            for (let i = 0; i < inputs; i++)
              for (let o = 0; o < outputs; o++)
                expected[(tap * inputs + i) * outputs + o]! +=
                  picture[(row! * width + column!) * inputs + i]! * incoming[(y * width + x) * outputs + o]!;
          }
      expectClose(target.floats(), expected);
      takePlane(kernels, source);
    });
  });
});
