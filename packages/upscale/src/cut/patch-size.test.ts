import { planGrid } from "@tatami/patches";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { choosePatchSize } from "./patch-size.ts";

const count = (width: number, height: number, halo: number, parallel: number): number => {
  const frame = { width, height };
  return planGrid({ frame, halo, patchSize: choosePatchSize(frame, halo, parallel, false) }).patches.length;
};

describe("choosePatchSize", () => {
  it("cuts a frame that fits one patch only where there are threads to share it", () => {
    expect(count(320, 180, 9, 1)).toBe(1);
    expect(count(320, 180, 9, 2)).toBe(2);
    expect(count(320, 180, 9, 4)).toBe(4);
    expect(count(640, 360, 9, 2)).toBe(2);
    expect(count(40, 30, 9, 8)).toBe(1);
  });

  it("gives threads nearly equal shares, in patches of a bounded size, for every frame of some size", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 300, max: 2200 }),
        fc.integer({ min: 300, max: 2200 }),
        fc.integer({ min: 0, max: 16 }),
        fc.integer({ min: 1, max: 8 }),
        (width, height, halo, parallel) => {
          const patches = count(width, height, halo, parallel);
          expect(patches / (Math.ceil(patches / parallel) * parallel)).toBeGreaterThanOrEqual(0.6);
          expect(choosePatchSize({ width, height }, halo, parallel, false)).toBeLessThanOrEqual(384);
        },
      ),
    );
  });

  it("makes patches smaller where some may be reused", () => {
    expect(choosePatchSize({ width: 640, height: 360 }, 9, 2, true)).toBeLessThanOrEqual(128);
  });

  it("leaves room between the halos of a model that looks far", () => {
    expect(choosePatchSize({ width: 2000, height: 1000 }, 150, 2, false)).toBeGreaterThan(300);
  });

  it("keeps to the model's alignment, with room for it between the halos", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 0, max: 6 }),
        fc.boolean(),
        (alignment, parallel, units, reusing) => {
          const [frame, halo] = [{ width: 900, height: 700 }, units * alignment];
          const patchSize = choosePatchSize(frame, halo, parallel, reusing, { limit: 192, alignment });
          expect(patchSize % alignment).toBe(0);
          expect(patchSize).toBeGreaterThan(2 * halo);
          expect(planGrid({ frame, halo, patchSize, alignment }).window.width).toBeLessThanOrEqual(patchSize);
        },
      ),
    );
  });
});
