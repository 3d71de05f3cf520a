import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSeededRandom } from "./random/seeded-random.ts";
import { randomTensor } from "./random/random-tensor.ts";
import { enlargeByFilter, weighAgainstFilter } from "./strength.ts";
import { tensor } from "./tensor.ts";

const cases = fc.record({
  width: fc.integer({ min: 1, max: 24 }),
  height: fc.integer({ min: 1, max: 24 }),
  scale: fc.integer({ min: 1, max: 4 }),
  seed: fc.integer({ min: 1, max: 2 ** 30 }),
});
const noise = (shape: number[], seed: number) => randomTensor(shape, 0, 1, createSeededRandom(seed));

describe("enlargeByFilter", () => {
  it("gives a picture back at scale 1, and leaves one level what it is at any", () => {
    fc.assert(
      fc.property(cases, ({ width, height, scale, seed }) => {
        const picture = noise([2, 1, height, width], seed);
        expect(enlargeByFilter(picture, 1)).toEqual(picture);
        const flat = tensor([1, 1, height, width], new Float32Array(width * height).fill(0.4));
        for (const value of enlargeByFilter(flat, scale).data) expect(value).toBeCloseTo(0.4, 6);
      }),
    );
  });

  it("continues a slope of brightness, away from edges", () => {
    fc.assert(
      fc.property(cases, fc.double({ min: -0.02, max: 0.02, noNaN: true }), ({ scale }, slope) => {
        const [width, height] = [9, 7];
        const picture = tensor([1, 1, height, width]);
        picture.data.forEach((_, i) => (picture.data[i] = 0.5 + slope * (i % width)));
        const { data } = enlargeByFilter(picture, scale);
        for (let x = 3 * scale; x < (width - 3) * scale; x++)
          expect(data[3 * scale * width * scale + x]).toBeCloseTo(0.5 + slope * ((x + 0.5) / scale - 0.5), 6);
      }),
    );
  });

  it("makes of a window two pixels wider on each side what it makes of the whole", () => {
    const part = fc.record({ left: fc.nat(23), top: fc.nat(23), across: fc.nat(23), down: fc.nat(23) });
    fc.assert(
      fc.property(cases, part, ({ width, height, scale, seed }, { left, top, across, down }) => {
        const whole = noise([1, 1, height, width], seed);
        const [x0, y0] = [left % width, top % height];
        const [x1, y1] = [Math.min(width, x0 + 1 + across), Math.min(height, y0 + 1 + down)];
        // a window is clamped to the frame
        const [wx0, wy0] = [Math.max(0, x0 - 2), Math.max(0, y0 - 2)];
        const [wx1, wy1] = [Math.min(width, x1 + 2), Math.min(height, y1 + 2)];
        const window = tensor([1, 1, wy1 - wy0, wx1 - wx0]);
        for (let y = wy0; y < wy1; y++)
          window.data.set(whole.data.subarray(y * width + wx0, y * width + wx1), (y - wy0) * (wx1 - wx0));
        const expected = enlargeByFilter(whole, scale).data;
        const seen = enlargeByFilter(window, scale).data;
        for (let y = y0 * scale; y < y1 * scale; y++)
          for (let x = x0 * scale; x < x1 * scale; x++)
            expect(seen[(y - wy0 * scale) * (wx1 - wx0) * scale + x - wx0 * scale]).toBe(
              expected[y * width * scale + x],
            );
      }),
    );
  });
});

describe("weighAgainstFilter", () => {
  it("is the network at 1, the filter at 0, and goes straight on between and beyond", () => {
    fc.assert(
      fc.property(cases, fc.double({ min: 0, max: 1.5, noNaN: true }), (each, strength) => {
        const { width, height, scale, seed } = each;
        const picture = noise([2, 1, height, width], seed);
        const enlarged = noise([2, 1, height * scale, width * scale], seed + 1);
        expect(weighAgainstFilter(picture, enlarged, 1)).toBe(enlarged);
        const filtered = enlargeByFilter(picture, scale);
        expect(weighAgainstFilter(picture, enlarged, 0)).toEqual(filtered);
        const seen = weighAgainstFilter(picture, enlarged, strength);
        seen.data.forEach((value, i) => {
          const expected = (1 - strength) * filtered.data[i]! + strength * enlarged.data[i]!;
          expect(Math.abs(value - expected)).toBeLessThan(1e-6);
        });
      }),
    );
  });
});
