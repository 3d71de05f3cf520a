/** What must hold for any model, tried on random ones. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { collapse } from "../collapse/collapse.ts";
import { largestDifference } from "../largest-difference.ts";
import { readOnnx } from "../onnx/read-onnx.ts";
import { writeOnnx } from "../onnx/write-onnx.ts";
import { printModel } from "../model/print.ts";
import { randomModel } from "./random-model.ts";
import { randomTensor } from "./random-tensor.ts";
import { runReference } from "../reference.ts";
import { createSeededRandom } from "./seeded-random.ts";
import { outputShape } from "../shape.ts";
import { tensor } from "../tensor.ts";
import { verify } from "../model/verify.ts";

const seed = fc.integer({ min: 0, max: 100_000 });

describe("any model", () => {
  it("has nothing wrong with it, and gives the shape it says", () => {
    fc.assert(
      fc.property(seed, fc.integer({ min: 1, max: 3 }), (from, n) => {
        const model = randomModel(from);
        expect(verify(model)).toEqual([]);
        const result = runReference(model, randomTensor([n, 1, 4, 5], 0, 1, createSeededRandom(from)));
        expect(result.shape).toEqual(outputShape(model, [n, 1, 4, 5]));
        expect(result.shape).toEqual([n, 1, 4 * model.scale, 5 * model.scale]);
      }),
      { numRuns: 40 },
    );
  });

  it("looks no further than its halo", () => {
    fc.assert(
      fc.property(seed, (from) => {
        const model = randomModel(from);
        const side = 2 * model.halo + 3;
        const picture = randomTensor([1, 1, side, side], 0, 1, createSeededRandom(from));
        const middle = model.halo + 1;
        const changed = tensor(
          picture.shape,
          picture.data.map((value, i) => {
            const [y, x] = [Math.floor(i / side), i % side];
            return Math.max(Math.abs(y - middle), Math.abs(x - middle)) > model.halo ? -value : value;
          }),
        );
        const [before, after] = [runReference(model, picture), runReference(model, changed)];
        const s = model.scale;
        for (let y = middle * s; y < (middle + 1) * s; y += 1) {
          for (let x = middle * s; x < (middle + 1) * s; x += 1) {
            expect(after.data[y * side * s + x]).toBe(before.data[y * side * s + x]);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it("computes each picture of a batch as if alone", () => {
    fc.assert(
      fc.property(seed, (from) => {
        const model = randomModel(from);
        const batch = randomTensor([3, 1, 4, 5], 0, 1, createSeededRandom(from));
        const together = runReference(model, batch);
        const alone = runReference(model, tensor([1, 1, 4, 5], batch.data.slice(20, 40)));
        const size = alone.data.length;
        expect(together.data.slice(size, 2 * size)).toEqual(alone.data);
      }),
      { numRuns: 40 },
    );
  });

  it("computes the same when collapsed, and has nothing wrong with it then", () => {
    fc.assert(
      fc.property(seed, (from) => {
        const model = randomModel(from);
        const collapsed = collapse(model);
        expect(verify(collapsed)).toEqual([]);
        const picture = randomTensor([2, 1, 5, 4], 0, 1, createSeededRandom(from));
        const difference = largestDifference(runReference(model, picture), runReference(collapsed, picture));
        expect(difference).toBeLessThan(1e-4);
      }),
      { numRuns: 40 },
    );
  });

  it("comes back from ONNX bit for bit", () => {
    fc.assert(
      fc.property(seed, fc.dictionary(fc.string(), fc.string()), (from, facts) => {
        const model = randomModel(from);
        const { name: _, scale: __, ...card } = facts;
        const bytes = writeOnnx(model, card);
        const { model: read, metadata } = readOnnx(bytes);
        expect(metadata).toEqual({ ...card });
        expect(read).toMatchObject({ name: model.name, scale: model.scale, halo: model.halo });
        const picture = randomTensor([2, 1, 4, 3], 0, 1, createSeededRandom(from));
        expect(runReference(read, picture)).toEqual(runReference(model, picture));
        expect(printModel(read)).toBe(printModel(model));
        expect(writeOnnx(read, card)).toEqual(bytes);
      }),
      { numRuns: 40 },
    );
  });
});
