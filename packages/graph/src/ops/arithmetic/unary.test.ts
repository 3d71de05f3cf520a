import { describe, expect, it } from "vitest";
import { tensor } from "../../tensor.ts";
import { absolute } from "./absolute.ts";
import { exponential } from "./exponential.ts";
import { isPositive } from "./is-positive.ts";
import { isWithin } from "./is-within.ts";
import { logarithm } from "./logarithm.ts";
import { sign } from "./sign.ts";
import { squareRoot } from "./square-root.ts";

const of = (...values: readonly number[]) => tensor([values.length], Float32Array.from(values));

describe("ops of one number", () => {
  it.each([
    ["absolute", absolute, [-2, 0, 3], [2, 0, 3]],
    ["exponential", exponential, [0, 1, -Infinity], [1, Math.E, 0]],
    ["logarithm", logarithm, [1, Math.E, 0], [0, 1, -Infinity]],
    ["squareRoot", squareRoot, [0, 4, 2], [0, 2, Math.SQRT2]],
    ["isPositive", isPositive, [-1, 0, 1e-30], [0, 0, 1]],
    ["sign", sign, [-1e-30, 0, 7, -0], [-1, 0, 1, 0]],
  ] as const)("%s", (_name, op, given, wanted) => {
    const { shape, data } = op.reference([of(...given)], {});
    expect(shape).toEqual([given.length]);
    for (const [at, value] of wanted.entries()) {
      if (Number.isFinite(value)) expect(data[at]).toBeCloseTo(value, 6);
      else expect(data[at]).toBe(value);
    }
  });

  it("isWithin, its ends included and either of them open", () => {
    const given = of(-2, -1, 0, 1, 1.5, NaN);
    expect([...isWithin.reference([given], { minimum: -1, maximum: 1 }).data]).toEqual([0, 1, 1, 1, 0, 0]);
    expect([...isWithin.reference([given], { minimum: 0, maximum: Infinity }).data]).toEqual([
      0, 0, 1, 1, 1, 0,
    ]);
  });

  it("take one source", () => {
    expect(() => exponential.shape([[1], [1]], {})).toThrowError(/exponential takes 1 source, not 2/);
  });
});
