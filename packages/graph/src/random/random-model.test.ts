/** What must hold for any model, tried on random ones. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { collapse } from "../collapse/collapse.ts";
import { largestDifference } from "../largest-difference.ts";
import { readOnnx } from "../onnx/read/read-onnx.ts";
import { writeOnnx } from "../onnx/write-onnx.ts";
import { printModel } from "../model/print.ts";
import { randomModel } from "./random-model.ts";
import { randomTensor } from "./random-tensor.ts";
import { runReference } from "../reference.ts";
import { createSeededRandom } from "./seeded-random.ts";
import { outputShape } from "../shape.ts";
import { tensor } from "../tensor.ts";
import type { Tensor } from "../tensor.ts";
import { verify } from "../model/verify.ts";

/** What a model is made from: a seed, and a block that divides the sides of its pictures. */
const given = fc.record({
  seed: fc.integer({ min: 0, max: 100_000 }),
  block: fc.constantFrom(1, 1, 2, 3),
});

function pictureOf(seed: number, n: number, height: number, width: number): Tensor {
  return randomTensor([n, 1, height, width], 0, 1, createSeededRandom(seed));
}

describe("any model", () => {
  it("has nothing wrong with it, and gives the shape it says", () => {
    fc.assert(
      fc.property(given, fc.integer({ min: 1, max: 3 }), ({ seed, block }, n) => {
        const model = randomModel(seed, block);
        expect(verify(model)).toEqual([]);
        const [height, width] = [4 * block, 5 * block];
        const result = runReference(model, pictureOf(seed, n, height, width));
        expect(result.shape).toEqual(outputShape(model, [n, 1, height, width]));
        expect(result.shape).toEqual([n, 1, height * model.scale, width * model.scale]);
        expect(result.data.every((value) => Math.abs(value) < 1e4)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it("looks no further than its halo", () => {
    fc.assert(
      fc.property(given, ({ seed, block }) => {
        const model = randomModel(seed, block);
        const { halo, scale, alignment = 1 } = model;
        const side = 2 * halo + 3 * alignment;
        const picture = pictureOf(seed, 1, side, side);
        const [first, end] = [halo + alignment, halo + 2 * alignment];
        const isNear = (at: number): boolean => at >= first - halo && at < end + halo;
        const changed = tensor(
          picture.shape,
          picture.data.map((value, i) => (isNear(Math.floor(i / side)) && isNear(i % side) ? value : -value)),
        );
        const [before, after] = [runReference(model, picture), runReference(model, changed)];
        for (let y = first * scale; y < end * scale; y++) {
          for (let x = first * scale; x < end * scale; x++) {
            expect(after.data[y * side * scale + x]).toBe(before.data[y * side * scale + x]);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it("gives what is kept of a window bit for bit as the whole picture's", () => {
    fc.assert(
      fc.property(given, ({ seed, block }) => {
        const model = randomModel(seed, block);
        const { halo, scale, alignment = 1 } = model;
        // Window and kept part begin and end at multiples of the alignment; the picture goes on all around.
        const [left, kept] = [2 * alignment, 2 * alignment];
        const [size, side] = [2 * halo + kept, 2 * halo + kept + 4 * alignment];
        const picture = pictureOf(seed, 1, side, side);
        const rows = Array.from({ length: size }, (_, y) =>
          picture.data.slice((left + y) * side + left, (left + y) * side + left + size),
        );
        const window = tensor([1, 1, size, size], Float32Array.from(rows.flatMap((row) => [...row])));
        const [part, whole] = [runReference(model, window), runReference(model, picture)];
        for (let y = halo * scale; y < (halo + kept) * scale; y++) {
          for (let x = halo * scale; x < (halo + kept) * scale; x++) {
            const from = (left * scale + y) * side * scale + left * scale + x;
            expect(part.data[y * size * scale + x]).toBe(whole.data[from]);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it("computes each picture of a batch as if alone", () => {
    fc.assert(
      fc.property(given, ({ seed, block }) => {
        const model = randomModel(seed, block);
        const [height, width] = [4 * block, 5 * block];
        const batch = pictureOf(seed, 3, height, width);
        const pixels = height * width;
        const together = runReference(model, batch);
        const alone = runReference(
          model,
          tensor([1, 1, height, width], batch.data.slice(pixels, 2 * pixels)),
        );
        const size = alone.data.length;
        expect(together.data.slice(size, 2 * size)).toEqual(alone.data);
      }),
      { numRuns: 40 },
    );
  });

  it("computes the same when collapsed, and has nothing wrong with it then", () => {
    fc.assert(
      fc.property(given, ({ seed, block }) => {
        const model = randomModel(seed, block);
        const collapsed = collapse(model);
        expect(verify(collapsed)).toEqual([]);
        const picture = pictureOf(seed, 2, 5 * block, 4 * block);
        const difference = largestDifference(runReference(model, picture), runReference(collapsed, picture));
        expect(difference).toBeLessThan(1e-4);
      }),
      { numRuns: 40 },
    );
  });

  it("comes back from ONNX bit for bit", () => {
    fc.assert(
      fc.property(given, fc.dictionary(fc.string(), fc.string()), ({ seed, block }, facts) => {
        const model = randomModel(seed, block);
        const { name: _, scale: __, ...card } = facts;
        const bytes = writeOnnx(model, card);
        const { model: read, metadata } = readOnnx(bytes);
        expect(metadata).toEqual({ ...card });
        const { output: ___, ...said } = model;
        expect(read).toMatchObject(said);
        const picture = pictureOf(seed, 2, 4 * block, 3 * block);
        expect(runReference(read, picture)).toEqual(runReference(model, picture));
        expect(printModel(read)).toBe(printModel(model));
        expect(writeOnnx(read, card)).toEqual(bytes);
      }),
      { numRuns: 80 },
    );
  });
});
