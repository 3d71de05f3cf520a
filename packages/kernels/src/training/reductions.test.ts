import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { binaryCodes, lossCodes, unaryCodes } from "./codes.ts";
import {
  builds,
  check,
  createNoise,
  expectClose,
  loadInstances,
  put,
  putFlat,
  putPlane,
  shapes,
  takePlane,
} from "./training-kernels.fixture.ts";

const losses: Record<keyof typeof lossCodes, (d: number, a: number) => number> = {
  absolute: Math.abs,
  squared: (d) => d * d,
  charbonnier: (d, a) => Math.hypot(d, a),
};
const kinds = Object.keys(lossCodes) as (keyof typeof lossCodes)[];
/** How many of the channels are padding, which must not count whatever it holds. */
const padding = fc.integer({ min: 0, max: 3 });

describe.each(builds)("reductions (%s)", (build) => {
  it("sum over the pixels", async () => {
    const create = await loadInstances(build);
    check(shapes, ({ width, height, channels, seed }) => {
      const kernels = create();
      const noise = createNoise(seed);
      const values = noise(width * height * channels);
      const before = noise(channels);
      const target = put(kernels, Float32Array.of(...before, 5, 5, 5, 5));
      const source = putPlane(kernels, width, height, channels, values);
      kernels.run.sumPixels(source.address, target.address, 0.5);
      const expected = Array.from(before);
      values.forEach((x, i) => (expected[i % channels]! += 0.5 * x));
      expectClose(target.floats(), [...expected, 5, 5, 5, 5]);
    });
  });

  it("sum over the channels, padding left out", async () => {
    const create = await loadInstances(build);
    check(fc.tuple(shapes, padding), ([{ width, height, channels, seed }, left]) => {
      const kernels = create();
      const noise = createNoise(seed);
      const count = channels === 1 ? 1 : channels - left;
      const values = withPadding(noise(width * height * channels), channels, count);
      const before = noise(width * height);
      const source = putPlane(kernels, width, height, channels, values);
      const target = putPlane(kernels, width, height, 1, before);
      kernels.run.sumChannels(source.address, count, target.address, -1.5);
      expectClose(
        takePlane(kernels, target),
        before.map((x, i) => x - 1.5 * sum(count, (c) => values[i * channels + c]!)),
      );
    });
  });

  it("sum everything, products, and what differences cost, padding left out", async () => {
    const create = await loadInstances(build);
    check(
      fc.tuple(shapes, padding, fc.constantFrom(...kinds)),
      ([{ width, height, channels, seed }, left, kind]) => {
        const kernels = create();
        const noise = createNoise(seed);
        const count = channels === 1 ? 1 : channels - left;
        const [a, b] = [0, 1].map(() => withPadding(noise(width * height * channels), channels, count)) as [
          Float32Array,
          Float32Array,
        ];
        const [first, second] = [a, b].map(
          (values) => putPlane(kernels, width, height, channels, values).address,
        );
        const target = put(kernels, Float32Array.of(1, 2, 3, 5));
        kernels.run.sumAll(first!, count, target.address, 0.01);
        kernels.run.sumProducts(first!, second!, count, target.address + 4, -0.01);
        kernels.run.sumLoss(lossCodes[kind], first!, second!, count, 0.25, target.address + 8, 0.01);
        const over = (f: (x: number, y: number) => number): number =>
          sum(a.length, (i) => (i % channels < count ? f(a[i]!, b[i]!) : 0)) * 0.01;
        expectClose(target.floats(), [
          1 + over((x) => x),
          2 - over((x, y) => x * y),
          3 + over((x, y) => losses[kind](x - y, 0.25)),
          5,
        ]);
      },
    );
  });

  it("sum millions of numbers as exactly as a few", async () => {
    const kernels = (await loadInstances(build))();
    const count = 2_000_003;
    const values = createNoise(7)(count).map((x) => x + 1);
    const flat = putFlat(kernels, values);
    const target = put(kernels, new Float32Array(4));
    kernels.run.sumAll(flat.address, 1, target.address, 1 / count);
    kernels.run.sumPixels(flat.address, target.address + 4, 1 / count);
    const mean = sum(count, (i) => values[i]!) / count;
    expectClose(target.floats(), [mean, mean, 0, 0], 1e-6);
  });

  it("are refused an unknown code", async () => {
    const kernels = (await loadInstances(build))();
    const plane = putPlane(kernels, 1, 1, 1).address;
    const beyond = (codes: object): number => Object.keys(codes).length;
    expect(() => kernels.run.sumLoss(beyond(lossCodes), plane, plane, 1, 0, 0, 0)).toThrow(
      WebAssembly.RuntimeError,
    );
    expect(() => kernels.run.unary(beyond(unaryCodes), plane, plane, 0, 0)).toThrow(WebAssembly.RuntimeError);
    expect(() => kernels.run.binary(beyond(binaryCodes), 0, plane, plane, plane)).toThrow(
      WebAssembly.RuntimeError,
    );
  });
});

/** NaN in the channels from `count` on. */
function withPadding(values: Float32Array, channels: number, count: number): Float32Array {
  return values.map((x, i) => (i % channels < count ? x : Number.NaN));
}

function sum(count: number, term: (index: number) => number): number {
  let total = 0;
  for (let i = 0; i < count; i++) total += term(i);
  return total;
}
