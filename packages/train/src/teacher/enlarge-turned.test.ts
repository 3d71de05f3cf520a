import fc from "fast-check";
import { expect, test } from "vitest";
import { resizeLuma } from "../data/bicubic.ts";
import { enlargeTurned, turnPlane } from "./enlarge-turned.ts";
import type { Enlarge } from "../report/evaluate.ts";
import type { LumaPlane } from "../data/luma.ts";
import { randomPlane } from "../report/model-enlarge.ts";

const twice: Enlarge = (low) => resizeLuma(low, low.width * 2, low.height * 2);

/** An enlargement that favours the left and the top. */
const slanted: Enlarge = (low) => {
  const plane = twice(low);
  return { ...plane, data: plane.data.map((value, i) => value + (i % plane.width) + Math.floor(i / 7)) };
};

function expectClose(actual: LumaPlane, expected: LumaPlane): void {
  expect([actual.width, actual.height]).toEqual([expected.width, expected.height]);
  actual.data.forEach((value, i) => expect(Math.abs(value - expected.data[i]!)).toBeLessThan(1e-3));
}

test("a corner goes where the turn says", () => {
  const plane: LumaPlane = { width: 3, height: 2, data: Float32Array.of(1, 2, 3, 4, 5, 6) };
  expect(turnPlane(plane, 0)).toEqual(plane);
  expect([...turnPlane(plane, 2).data]).toEqual([3, 2, 1, 6, 5, 4]);
  expect([...turnPlane(plane, 4).data]).toEqual([4, 5, 6, 1, 2, 3]);
  expect(turnPlane(plane, 1)).toEqual({ width: 2, height: 3, data: Float32Array.of(1, 4, 2, 5, 3, 6) });
  expect([...turnPlane(plane, 3).data]).toEqual([4, 1, 5, 2, 6, 3]);
});

test("an enlargement that is the same in all turns stays as it is, in however many", async () => {
  const turns = fc.integer({ min: 1, max: 8 });
  const side = fc.integer({ min: 3, max: 12 });
  await fc.assert(
    fc.asyncProperty(side, side, turns, async (width, height, count) => {
      const low = randomPlane(width, height);
      expectClose(await enlargeTurned(twice, count)(low), twice(low));
    }),
    { numRuns: 20 },
  );
});

test("the mean over turns is turned as its picture is, whatever the network", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 3, max: 9 }),
      fc.integer({ min: 3, max: 9 }),
      fc.integer({ min: 0, max: 7 }),
      async (width, height, turn) => {
        const low = randomPlane(width, height);
        const turned = turnPlane(low, turn);
        const [mean, whole] = [await enlargeTurned(slanted)(turned), await enlargeTurned(slanted)(low)];
        expectClose(mean, turnPlane(whole, turn));
      },
    ),
    { numRuns: 40 },
  );
});
