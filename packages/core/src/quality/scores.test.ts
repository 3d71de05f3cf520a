import fc from "fast-check";
import { expect, test } from "vitest";
import type { LumaSamples } from "./plane-region.ts";
import { psnr } from "./psnr.ts";
import { ssim } from "./ssim.ts";

const flat = (level: number, width = 24, height = 20): LumaSamples & { readonly data: Float32Array } => ({
  width,
  height,
  data: new Float32Array(width * height).fill(level),
});
const plane = (seed: number): LumaSamples => ({
  width: 24,
  height: 20,
  data: Float32Array.from({ length: 480 }, (_, i) => Math.imul(i + seed, 2654435761) >>> 24),
});

test("PSNR of planes one level apart is 48.13 dB, ten levels 28.13 dB, of equal planes infinite", () => {
  expect(psnr(flat(100), flat(101), 2)).toBeCloseTo(48.1308, 4);
  expect(psnr(flat(100), flat(110), 0)).toBeCloseTo(28.1308, 4);
  expect(psnr(flat(7), flat(7), 2)).toBe(Infinity);
});

test("PSNR does not see the shaved border", () => {
  const edged = flat(100);
  for (let x = 0; x < edged.width; x++) edged.data[x] = 0;
  expect(psnr(edged, flat(101), 1)).toBeCloseTo(48.1308, 4);
  expect(psnr(edged, flat(101), 0)).toBeLessThan(30);
});

test("SSIM of flat planes is its luminance term alone", () => {
  const c1 = 2.55 ** 2;
  expect(ssim(flat(100), flat(120), 2)).toBeCloseTo((2 * 100 * 120 + c1) / (100 ** 2 + 120 ** 2 + c1), 9);
});

test("SSIM is 1 for equal planes, symmetrical, and below 1 otherwise", () => {
  fc.assert(
    fc.property(fc.nat({ max: 1e6 }), fc.nat({ max: 1e6 }), (a, b) => {
      expect(ssim(plane(a), plane(a), 2)).toBeCloseTo(1, 9);
      expect(ssim(plane(a), plane(b), 2)).toBeCloseTo(ssim(plane(b), plane(a), 2), 9);
      if (a !== b) expect(ssim(plane(a), plane(b), 2)).toBeLessThan(1);
    }),
    { numRuns: 20 },
  );
});

test("SSIM is the mean over whole 11×11 Gaussian windows, computed window by window", () => {
  const [a, b] = [plane(3), plane(90)];
  const weights = Array.from({ length: 121 }, (_, i) =>
    Math.exp(-(((i % 11) - 5) ** 2 + (Math.floor(i / 11) - 5) ** 2) / 4.5),
  );
  const total = weights.reduce((sum, value) => sum + value, 0);
  const [c1, c2] = [2.55 ** 2, 7.65 ** 2];
  const values: number[] = [];
  for (let y = 2; y + 11 <= 18; y++) {
    for (let x = 2; x + 11 <= 22; x++) {
      const mean = (of: (at: number) => number): number =>
        weights.reduce(
          (sum, w, i) => sum + (w / total) * of((y + Math.floor(i / 11)) * 24 + x + (i % 11)),
          0,
        );
      const [ma, mb] = [mean((at) => a.data[at]!), mean((at) => b.data[at]!)];
      const va = mean((at) => (a.data[at]! - ma) ** 2);
      const vb = mean((at) => (b.data[at]! - mb) ** 2);
      const covariance = mean((at) => (a.data[at]! - ma) * (b.data[at]! - mb));
      values.push(((2 * ma * mb + c1) * (2 * covariance + c2)) / ((ma * ma + mb * mb + c1) * (va + vb + c2)));
    }
  }
  expect(ssim(a, b, 2)).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / values.length, 9);
});

test("planes with padded rows score as without", () => {
  const [a, b] = [plane(3), plane(90)];
  const padded = { ...a, stride: 30, data: new Float32Array(30 * 20).fill(7) };
  for (let y = 0; y < 20; y++) for (let x = 0; x < 24; x++) padded.data[y * 30 + x] = a.data[y * 24 + x]!;
  expect([psnr(padded, b, 0), ssim(b, padded, 0)]).toEqual([psnr(a, b, 0), ssim(b, a, 0)]);
});

test("planes of different sizes, and a shave that leaves nothing, are refused", () => {
  expect(() => psnr(flat(1), flat(1, 23), 0)).toThrow("24×20 and 23×20");
  expect(() => psnr(flat(1), flat(1), 10)).toThrow("shave");
  expect(ssim(flat(1), flat(1), 5)).toBeNaN();
});
