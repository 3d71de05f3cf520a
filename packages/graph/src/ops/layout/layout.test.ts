import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomTensor } from "../../random/random-tensor.ts";
import { createSeededRandom } from "../../random/seeded-random.ts";
import { tensor } from "../../tensor.ts";
import { concat } from "./concat.ts";
import { depthToSpace } from "./depth-to-space.ts";
import { slice } from "./slice.ts";

const size = fc.integer({ min: 1, max: 3 });

describe("concat and slice", () => {
  it("undo one another along every axis", () => {
    fc.assert(
      fc.property(
        fc.tuple(size, size, size, size),
        fc.integer({ min: 0, max: 3 }),
        fc.array(size, { minLength: 1, maxLength: 4 }),
        fc.integer(),
        (shape, axis, sizes, seed) => {
          const random = createSeededRandom(seed);
          const parts = sizes.map((each) => randomTensor(shape.with(axis, each), -1, 1, random));
          const joined = concat.reference(parts, { axis });
          let start = 0;
          for (const part of parts) {
            const end = start + part.shape[axis]!;
            expect(slice.shape([joined.shape], { axis, start, end })).toEqual(part.shape);
            expect(slice.reference([joined], { axis, start, end })).toEqual(part);
            start = end;
          }
          expect(joined.shape[axis]).toBe(start);
        },
      ),
    );
  });

  it.each([
    [
      [
        [1, 2],
        [2, 2],
      ],
      1,
      /cannot join \[1, 2\] and \[2, 2\] along axis 1/,
    ],
    [[[1, 2]], 2, /along axis 2/],
    [[], 0, /cannot join nothing/],
  ])("concat refuses %j along %i", (shapes, axis, message) => {
    expect(() => concat.shape(shapes, { axis })).toThrowError(message);
  });

  it.each([
    { axis: 1, start: 2, end: 2 },
    { axis: 1, start: 0, end: 5 },
    { axis: 1, start: -1, end: 2 },
    { axis: 4, start: 0, end: 1 },
    { axis: 1, start: 0.5, end: 2 },
  ])("slice refuses %j of four channels", (arg) => {
    expect(() => slice.shape([[1, 4, 2, 2]], arg)).toThrowError(/slice cannot take/);
  });
});

describe("depthToSpace", () => {
  it("is ONNX's DCR order: the example of its specification, cut down", () => {
    // Channels (dy, dx, k) hold 100·(2·dy + dx) + 10·k; two channels k are left.
    const source = tensor([1, 8, 1, 1], Float32Array.of(0, 10, 100, 110, 200, 210, 300, 310));
    const result = depthToSpace.reference([source], { block: 2 });
    expect(result.shape).toEqual([1, 2, 2, 2]);
    expect([...result.data]).toEqual([0, 100, 200, 300, 10, 110, 210, 310]);
  });

  it("puts every number where its channel says", () => {
    fc.assert(
      fc.property(size, size, size, size, size, fc.integer(), (n, kept, height, width, block, seed) => {
        const shape = [n, kept * block ** 2, height, width] as const;
        const source = randomTensor(shape, -1, 1, createSeededRandom(seed));
        const result = depthToSpace.reference([source], { block });
        expect(result.shape).toEqual(depthToSpace.shape([shape], { block }));
        const [, , tall, wide] = result.shape as [number, number, number, number];
        for (const [i, value] of result.data.entries()) {
          const [x, y, k] = [i % wide, Math.floor(i / wide) % tall, Math.floor(i / (wide * tall)) % kept];
          const item = Math.floor(i / (wide * tall * kept));
          const channel = ((y % block) * block + (x % block)) * kept + k;
          const row = (item * shape[1] + channel) * height + Math.floor(y / block);
          expect(value).toBe(source.data[row * width + Math.floor(x / block)]);
        }
      }),
    );
  });

  it("refuses channels that do not fill its blocks", () => {
    expect(() => depthToSpace.shape([[1, 6, 2, 2]], { block: 2 })).toThrowError(/cannot lay 6 channels out/);
  });
});
