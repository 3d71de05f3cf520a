import { createRandom } from "@tatami/core";
import type { Plane } from "@tatami/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describePictures } from "./describe-pictures.ts";
import { measurePicture, stillShareOf } from "./measure-picture.ts";

/** A picture of waves, edges and a slope. */
function draw(width: number, height: number, value: (x: number, y: number) => number): Plane {
  const data = Uint8Array.from({ length: width * height }, (_, i) =>
    Math.min(235, Math.max(16, Math.round(value(i % width, Math.floor(i / width))))),
  );
  return { width, height, stride: width, data };
}

/** Discs with an edge that is so many pixels wide. */
function discs(edge: number): Plane {
  return draw(256, 192, (x, y) => {
    const distance = Math.hypot((x % 64) - 32, (y % 64) - 32) - 20;
    return 60 + 120 / (1 + Math.exp(distance / edge));
  });
}

const measure = (...planes: readonly Plane[]) =>
  describePictures(planes.map((plane) => measurePicture(plane, false)));

describe("a picture's measures", () => {
  it("edges are sharper the narrower they are, whatever the contrast", () => {
    const [sharp, soft, softer] = [measure(discs(0.2)), measure(discs(0.6)), measure(discs(1.3))];
    expect(sharp.edges).toBeGreaterThan(soft.edges + 0.3);
    expect(soft.edges).toBeGreaterThan(softer.edges + 0.3);
  });

  it("noise is found where nothing else is, to a fifth, and grows with what was added", () => {
    for (const level of [1, 2, 4, 8]) {
      const random = createRandom(level);
      const gauss = (): number => {
        let sum = -6;
        for (let i = 0; i < 12; i++) sum += random.uniform();
        return sum;
      };
      const { data, ...size } = discs(1);
      const noisy = data.map((value) => Math.round(value + level * gauss()));
      const { noise } = measure({ ...size, data: noisy });
      // the finest octave holds so much of white noise: 1 − 2·a + b, of the binomial filter's centre and energy
      const share = Math.sqrt(1 - 2 * 0.25 + 0.375 * 0.375);
      expect(noise / (level * share)).toBeGreaterThan(0.8);
      expect(noise / (level * share)).toBeLessThan(1.25);
    }
  });

  it("a grid of 8 is found on its place only, flat drawn areas and combed rows are counted", () => {
    const blocky = draw(
      256,
      192,
      (x, y) => 100 + 12 * ((Math.floor(x / 8) * 7 + Math.floor(y / 8) * 3) % 5) + (x % 3),
    );
    const shifted = draw(
      256,
      192,
      (x, y) => 100 + 12 * ((Math.floor((x + 4) / 8) * 7 + Math.floor((y + 4) / 8) * 3) % 5) + (x % 3),
    );
    expect(measure(blocky).grid).toBeGreaterThan(1);
    expect(measure(shifted).grid).toBeLessThan(0);
    const drawn = draw(256, 192, (x, y) => (x % 40 < 4 || y % 40 < 4 ? 30 : 200));
    expect(measure(drawn).equal).toBeGreaterThan(0.6);
    expect(measure(discs(1)).combed).toBe(0);
    const combed = draw(256, 192, (x, y) => ((x + (y % 2) * 12) % 48 < 24 ? 60 : 180));
    expect(measure(combed).combed).toBeGreaterThan(0.2);
  });

  it("full range is measured as the studio's", () => {
    const plane = discs(1);
    const full = { ...plane, data: plane.data.map((value) => Math.round(((value - 16) * 255) / 219)) };
    const [seen, expected] = [describePictures([measurePicture(full, true)]), measure(plane)];
    expect(seen.contrast).toBeCloseTo(expected.contrast, 1);
    expect(seen.edges).toBeCloseTo(expected.edges, 1);
  });

  it("any size, from 1×1 on, gives finite numbers, and still frames stand still", () => {
    const sides = fc.record({
      width: fc.integer({ min: 1, max: 200 }),
      height: fc.integer({ min: 1, max: 150 }),
    });
    fc.assert(
      fc.property(sides, fc.integer(), ({ width, height }, seed) => {
        const random = createRandom(seed);
        const plane = draw(width, height, () => 256 * random.uniform());
        for (const value of Object.values(measure(plane))) expect(Number.isFinite(value)).toBe(true);
        if (width >= 8 && height >= 8) expect(stillShareOf(plane, plane, 1)).toBe(1);
        const other = draw(width, height, () => 256 * random.uniform());
        if (width >= 16 && height >= 16) expect(stillShareOf(plane, other, 1)).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});
