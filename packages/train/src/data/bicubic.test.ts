import fc from "fast-check";
import { expect, test } from "vitest";
import { resizeBicubic, resizeLuma } from "./bicubic.ts";
import type { Picture } from "./luma.ts";

/** MATLAB's antialiased kernel at one half, in 256ths: Keys's cubic at ±1/4, ±3/4, ±5/4, ±7/4, halved. */
const halfKernel = [-3, -9, 29, 111, 111, 29, -9, -3];

test("halving is the eight-tap kernel in whole numbers, rows rounded before columns, edges mirrored", () => {
  const sizes = fc.record({
    width: fc.integer({ min: 1, max: 12 }),
    height: fc.integer({ min: 1, max: 12 }),
    seed: fc.nat(),
  });
  fc.assert(
    fc.property(sizes, fc.constantFrom(1 as const, 3 as const), ({ width, height, seed }, channels) => {
      const picture = randomPicture(2 * width, 2 * height, channels, seed);
      expect(resizeBicubic(picture, width, height)).toEqual(halveInWholeNumbers(picture));
    }),
  );
});

test("a flat picture stays flat at any size", () => {
  const side = fc.integer({ min: 1, max: 40 });
  fc.assert(
    fc.property(
      side,
      side,
      side,
      side,
      fc.integer({ min: 0, max: 255 }),
      (width, height, toWidth, toHeight, level) => {
        const data = new Uint8Array(width * height).fill(level);
        const resized = resizeBicubic({ width, height, channels: 1, data }, toWidth, toHeight);
        expect(resized.data).toEqual(new Uint8Array(toWidth * toHeight).fill(level));
      },
    ),
  );
});

test("the same size is the same picture", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 20 }),
      fc.nat(),
      (width, height, seed) => {
        const picture = randomPicture(width, height, 3, seed);
        expect(resizeBicubic(picture, width, height)).toEqual(picture);
      },
    ),
  );
});

test("mirroring before or after is the same", () => {
  fc.assert(
    fc.property(fc.nat(), fc.constantFrom(2, 3, 4), (seed, scale) => {
      const picture = randomPicture(24, 24, 1, seed);
      const mirrored = { ...picture, data: picture.data.slice().reverse() };
      const resized = resizeBicubic(picture, 24 / scale, 24 / scale);
      expect(resizeBicubic(mirrored, 24 / scale, 24 / scale).data).toEqual(resized.data.slice().reverse());
    }),
  );
});

test("enlarging keeps a slope straight away from the edges, and is not rounded", () => {
  const [width, height] = [16, 3];
  const data = Float32Array.from({ length: width * height }, (_, i) => 10 * (i % width));
  const doubled = resizeLuma({ width, height, data }, 2 * width, height);
  for (let x = 6; x < 26; x++) expect(doubled.data[x]).toBeCloseTo(10 * (x / 2 - 0.25), 3);
});

function halveInWholeNumbers(picture: Picture): Picture {
  const { channels } = picture;
  const [width, height] = [picture.width / 2, picture.height / 2];
  const pass = (count: number, half: number, read: (position: number) => number): number => {
    const sum = halfKernel.reduce((total, weight, tap) => {
      const at = 2 * half - 3 + tap;
      const inside = ((at % (2 * count)) + 2 * count) % (2 * count);
      return total + weight * read(inside < count ? inside : 2 * count - 1 - inside);
    }, 0);
    return Math.min(255, Math.max(0, (sum + 128) >> 8));
  };
  const columns = (x: number, y: number, c: number): number =>
    pass(picture.height, y, (row) => picture.data[(row * picture.width + x) * channels + c]!);
  const data = Uint8Array.from({ length: width * height * channels }, (_, i) => {
    const pixel = Math.floor(i / channels);
    return pass(picture.width, pixel % width, (x) => columns(x, Math.floor(pixel / width), i % channels));
  });
  return { width, height, channels, data };
}

function randomPicture(width: number, height: number, channels: 1 | 3, seed: number): Picture {
  let state = seed >>> 0;
  const data = Uint8Array.from({ length: width * height * channels }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
  return { width, height, channels, data };
}
