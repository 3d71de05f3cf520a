import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomTensor } from "../../random/random-tensor.ts";
import { createSeededRandom } from "../../random/seeded-random.ts";
import { add } from "./add.ts";
import { multiply } from "./multiply.ts";
import { subtract } from "./subtract.ts";

const size = fc.integer({ min: 1, max: 4 });

describe.each([
  ["add", add.reference.bind(add), (a: number, b: number) => a + b],
  ["subtract", subtract.reference.bind(subtract), (a: number, b: number) => a - b],
  ["multiply", multiply.reference.bind(multiply), (a: number, b: number) => a * b],
] as const)("%s", (_name, reference, combine) => {
  it("takes each pair of numbers, repeating the second along its dimensions of 1", () => {
    fc.assert(
      fc.property(
        fc.tuple(size, size, size, size),
        fc.tuple(fc.boolean(), fc.boolean(), fc.boolean(), fc.boolean()),
        fc.integer(),
        (shape, repeated, seed) => {
          const random = createSeededRandom(seed);
          const a = randomTensor(shape, -1, 1, random);
          const small = shape.map((each, axis) => (repeated[axis] ? 1 : each)) as typeof shape;
          const b = randomTensor(small, -1, 1, random);
          const got = reference([a, b], {});
          expect(got.shape).toEqual(shape);
          const [, c, h, w] = shape;
          for (const [i, value] of got.data.entries()) {
            const index = [
              Math.floor(i / (w * h * c)),
              Math.floor(i / (w * h)) % c,
              Math.floor(i / w) % h,
              i % w,
            ];
            const from = index.reduce((at, each, axis) => at * small[axis]! + (repeated[axis] ? 0 : each), 0);
            expect(value).toBe(Math.fround(combine(a.data[i]!, b.data[from]!)));
          }
        },
      ),
    );
  });
});

describe("shapes of arithmetic", () => {
  it.each([
    [[1, 2, 3, 4], [1, 2, 3, 4], true],
    [[1, 2, 3, 4], [1, 1, 1, 4], true],
    [[1, 1, 3, 4], [1, 2, 3, 4], false],
    [[1, 2, 3, 4], [4], false],
  ])("%j with %j: %s", (first, second, fits) => {
    const shape = (): unknown => add.shape([first, second], {});
    if (fits) expect(shape()).toEqual(first);
    else expect(shape).toThrowError(expect.objectContaining({ code: "invalid-model" }));
  });
});
