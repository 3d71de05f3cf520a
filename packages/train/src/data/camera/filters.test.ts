import { createRandom } from "@tatami/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { resizeLuma } from "../bicubic.ts";
import { noise } from "../test-support.ts";
import { blurPicture } from "./blur.ts";
import type { FloatPicture } from "./blur.ts";
import { reducePicture, straightView } from "./reduce.ts";
import { addSensorNoise, deviationsOf } from "./sensor-noise.ts";
import { toI420 } from "./to-i420.ts";

const kernels = ["area", "bilinear", "bicubic", "lanczos"] as const;

function grey(width: number, height: number, value: (x: number, y: number) => number): FloatPicture {
  const data = Float32Array.from({ length: width * height }, (_, i) =>
    value(i % width, Math.floor(i / width)),
  );
  return { width, height, channels: 1, data };
}

test("straight ahead and bicubic, a picture is reduced as by resizeLuma", () => {
  const samples = noise(40 * 36, 1).map((value) => 128 + 100 * value);
  const picture = { width: 40, height: 36, channels: 1, data: samples } as const;
  for (const scale of [2, 4]) {
    const seen = reducePicture(picture, scale, "bicubic").data;
    const expected = resizeLuma(picture, 40 / scale, 36 / scale).data;
    seen.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 3));
  }
});

test.each(kernels)("%s keeps a flat picture flat and a ramp in its place, panned or not", (kernel) => {
  const place = fc.record({
    scale: fc.constantFrom(2, 4),
    panX: fc.double({ min: -3, max: 3, noNaN: true }),
    panY: fc.double({ min: -3, max: 3, noNaN: true }),
  });
  const ramp = grey(64, 64, (x, y) => 2 * x + y);
  fc.assert(
    fc.property(place, ({ scale, panX, panY }) => {
      const view = { ...straightView, panX, panY };
      const { width, data } = reducePicture(ramp, scale, kernel, view);
      const middle = width / 2;
      const at = (middle + 0.5) * scale - 0.5;
      const expected = 2 * (at + panX) + at + panY;
      // none but the cubic keeps a ramp exactly when the samples lie unevenly about the centre
      expect(Math.abs(data[middle * width + middle]! - expected)).toBeLessThan(0.25);
      const flat = reducePicture(
        grey(16, 12, () => 77),
        scale,
        kernel,
        view,
      );
      flat.data.forEach((value) => expect(value).toBeCloseTo(77, 3));
    }),
  );
});

test("a warp moves each column and each row by its own sine, and nothing by none", () => {
  const picture = grey(64, 48, (x, y) => 3 * x + 2 * y);
  const columns = { reach: 2, period: 40, phase: 0.5 };
  const rows = { reach: 1, period: 24, phase: 2 };
  const straight = reducePicture(picture, 2, "bicubic");
  expect(
    reducePicture(picture, 2, "bicubic", {
      ...straightView,
      warp: { columns: { ...columns, reach: 0 }, rows: { ...rows, reach: 0 } },
    }),
  ).toEqual(straight);
  const { width, data } = reducePicture(picture, 2, "bicubic", { ...straightView, warp: { columns, rows } });
  const shift = ({ reach, period, phase }: typeof rows, at: number): number =>
    reach * Math.sin((2 * Math.PI * at) / period + phase);
  for (let y = 4; y < 20; y++) {
    for (let x = 4; x < 28; x++) {
      const [atX, atY] = [2 * x + 0.5, 2 * y + 0.5];
      const expected = 3 * (atX + shift(columns, atX)) + 2 * (atY + shift(rows, atY));
      expect(Math.abs(data[y * width + x]! - expected)).toBeLessThan(0.35);
    }
  }
});

test("a blur has the variance asked for along each direction, and does not move the picture", () => {
  const side = 41;
  const dot = grey(side, side, (x, y) => (x === 20 && y === 20 ? 1000 : 0));
  const moments = (blur: Parameters<typeof blurPicture>[1]) => {
    const { data } = blurPicture(dot, blur);
    const sums = { all: 0, x: 0, y: 0, xx: 0, yy: 0, xy: 0 };
    data.forEach((value, i) => {
      const [x, y] = [(i % side) - 20, Math.floor(i / side) - 20];
      sums.all += value;
      sums.x += value * x;
      sums.y += value * y;
      sums.xx += value * x * x;
      sums.yy += value * y * y;
      sums.xy += value * x * y;
    });
    return sums;
  };
  const { all, x, y, xx, yy, xy } = moments({ across: 3, down: 1, diagonal: 4, slope: -1 });
  expect(all).toBeCloseTo(1000, 1);
  expect(x).toBeCloseTo(0, 2);
  expect(y).toBeCloseTo(0, 2);
  // half of a diagonal's variance is along each axis, and the sign of their product is its slope
  expect(xx / all).toBeCloseTo(5, 0);
  expect(yy / all).toBeCloseTo(3, 0);
  expect(xy / all).toBeCloseTo(-2, 0);
});

test("a blur mirrors edges: flat stays flat, in colour too", () => {
  const data = Float32Array.from({ length: 9 * 7 * 3 }, (_, i) => 50 * ((i % 3) + 1));
  const picture = { width: 9, height: 7, channels: 3, data } as const;
  const blurred = blurPicture(picture, { across: 9, down: 9, diagonal: 9, slope: 1 });
  blurred.data.forEach((value, i) => expect(value).toBeCloseTo(data[i]!, 2));
});

test("noise has the level asked for at middle grey, and colours share what they should", () => {
  const data = new Float32Array(3 * 40_000).fill(128);
  const picture: FloatPicture = { width: 200, height: 200, channels: 3, data };
  addSensorNoise(picture, { level: 5, shot: 0.6, grey: 0.5 }, createRandom(2));
  let [square, product, mean] = [0, 0, 0];
  for (let i = 0; i < data.length; i += 3) {
    mean += data[i]! - 128;
    square += (data[i]! - 128) ** 2;
    product += (data[i]! - 128) * (data[i + 1]! - 128);
  }
  expect(Math.sqrt(square / 40_000)).toBeCloseTo(5, 0);
  expect(mean / 40_000).toBeCloseTo(0, 0);
  expect(product / square).toBeCloseTo(0.5, 1);
  // read noise is seen most in the dark, where the curve is steep
  const read = deviationsOf({ level: 5, shot: 0, grey: 0 });
  expect(read[30]!).toBeGreaterThan(2 * read[200]!);
});

test("grey becomes equal luma in both forms, colours their studio range", () => {
  const white = toI420({ width: 3, height: 3, channels: 3, data: new Float32Array(27).fill(255) });
  expect([...white.data]).toEqual([...Array<number>(9).fill(235), ...Array<number>(8).fill(128)]);
  const data = Float32Array.from({ length: 12 }, (_, i) => (i % 3 === 0 ? 255 : 0));
  const red = toI420({ width: 2, height: 2, channels: 3, data });
  expect([...red.data]).toEqual([81, 81, 81, 81, 90, 240]);
  expect([...toI420(grey(2, 2, () => 300)).data]).toEqual([255, 255, 255, 255, 128, 128]);
});
