import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unaryCodes } from "./codes.ts";
import {
  builds,
  check,
  createNoise,
  expectClose,
  loadInstances,
  putFlat,
  putPlane,
  shapes,
  takePlane,
} from "./training-kernels.fixture.ts";

type Op = keyof typeof unaryCodes;
const exact: Record<Op, (x: number, a: number, b: number) => number> = {
  copy: (x) => x,
  relu: (x) => Math.max(x, 0),
  absolute: Math.abs,
  squareRoot: Math.sqrt,
  exponential: Math.exp,
  logarithm: Math.log,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  sign: Math.sign,
  isPositive: (x) => (x > 0 ? 1 : 0),
  isWithin: (x, a, b) => (a <= x && x <= b ? 1 : 0),
  clip: (x, a, b) => Math.min(Math.max(x, a), b),
  affine: (x, a, b) => a * x + b,
  square: (x) => x * x,
  charbonnier: (x, a) => Math.hypot(x, a),
  fill: (_, a) => a,
  silu: (x) => x / (1 + Math.exp(-x)),
};
const ops = Object.keys(unaryCodes) as Op[];
const bounds = fc.tuple(
  fc.float({ min: -1, max: 0, noNaN: true }),
  fc.float({ min: 0, max: 1, noNaN: true }),
);

describe.each(builds)("unary (%s)", (build) => {
  it.each(ops)("%s", async (op) => {
    const create = await loadInstances(build);
    check(
      fc.tuple(shapes, bounds, fc.boolean()),
      ([{ width, height, channels, seed }, [a, b], inPlace]) => {
        const kernels = create();
        const values = createNoise(seed)(width * height * channels).map((x) => x * 3);
        const source = putPlane(kernels, width, height, channels, values);
        const target = inPlace ? source : putPlane(kernels, width, height, channels);
        kernels.run.unary(unaryCodes[op], source.address, target.address, a, b);
        expectClose(
          takePlane(kernels, target),
          values.map((x) => exact[op](x, a, b)),
        );
      },
      20,
    );
  });

  const run = async (op: Op, values: readonly number[]): Promise<Float32Array> => {
    const kernels = (await loadInstances(build))();
    const flat = putFlat(kernels, Float32Array.from(values));
    kernels.run.unary(unaryCodes[op], flat.address, flat.address, 0, 0);
    return flat.block.floats().slice();
  };
  const worst = (seen: Float32Array, values: readonly number[], f: (x: number) => number): number =>
    Math.max(...values.map((x, i) => Math.abs(seen[i]! / f(Math.fround(x)) - 1)));

  it("exponentials are right to two in ten million, and saturate", async () => {
    const values = Array.from({ length: 20_001 }, (_, i) => -87 + (i / 20_000) * 175);
    expect(worst(await run("exponential", values), values, Math.exp)).toBeLessThan(2e-7);
    expect(
      Array.from(await run("exponential", [0, 89, 1e30, Infinity, -110, -1e30, -Infinity, NaN])),
    ).toEqual([1, Infinity, Infinity, Infinity, 0, 0, 0, NaN]);
  });

  it("logarithms are right to two in ten million, at zero, below and at infinity too", async () => {
    const values = Array.from({ length: 20_000 }, (_, i) => 10 ** (-37 + (i / 20_000) * 75));
    const near = Array.from({ length: 20_000 }, (_, i) => 0.5 + (i + 0.5) / 10_000).filter(
      (x) => Math.fround(x) !== 1,
    );
    for (const some of [values, near])
      expect(worst(await run("logarithm", some), some, Math.log)).toBeLessThan(2e-7);
    const special = await run("logarithm", [1, 0, -1, Infinity, NaN, -Infinity, -0]);
    expect(Array.from(special)).toEqual([0, -Infinity, NaN, Infinity, NaN, NaN, -Infinity]);
  });

  it("sigmoids do not overflow", async () => {
    const values = Array.from({ length: 2001 }, (_, i) => -87 + (i / 2000) * 174);
    expect(worst(await run("sigmoid", values), values, exact.sigmoid as (x: number) => number)).toBeLessThan(
      4e-7,
    );
    expect(Array.from(await run("sigmoid", [0, 1e30, -1e30, Infinity, -Infinity, NaN]))).toEqual([
      0.5,
      1,
      0,
      1,
      0,
      NaN,
    ]);
  });

  it("a NaN stays one where its sign does not decide", async () => {
    for (const op of ["copy", "relu", "absolute", "squareRoot", "clip", "square", "charbonnier"] as const)
      expect(Array.from(await run(op, [NaN]))).toEqual([NaN]);
  });
});
