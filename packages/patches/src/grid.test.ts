import type { Rect } from "@tatami/core";
import { createPlane, TatamiError } from "@tatami/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { GridOptions } from "./grid.ts";
import { extendPlane, overlapOf, planGrid } from "./grid.ts";

/** Frames of any size, halos and windows of a few units: a unit is the alignment. */
const geometry = fc
  .record({
    frame: fc.record({ width: fc.integer({ min: 1, max: 300 }), height: fc.integer({ min: 1, max: 300 }) }),
    halo: fc.integer({ min: 0, max: 15 }),
    inner: fc.integer({ min: 6, max: 80 }),
    alignment: fc.constantFrom(undefined, 1, 2, 3, 4, 8),
    beside: fc.nat(7),
  })
  .map(({ frame, halo, inner, alignment, beside }): GridOptions => {
    const unit = alignment ?? 1;
    const aligned = Math.ceil(halo / unit) * unit;
    const patchSize = Math.ceil(inner / unit) * unit + 2 * aligned + (beside % unit);
    return { frame, halo: aligned, patchSize, alignment };
  });

const end = ({ x, y, width, height }: Rect): readonly [number, number] => [x + width, y + height];

describe("planGrid", () => {
  it("keeps every pixel exactly once, and none beyond the frame", () => {
    fc.assert(
      fc.property(geometry, (options) => {
        const { frame } = options;
        const seen = new Uint8Array(frame.width * frame.height);
        for (const { kept } of planGrid(options).patches) {
          expect([kept.x + kept.width <= frame.width, kept.width > 0, kept.height > 0]).not.toContain(false);
          for (let y = kept.y; y < kept.y + kept.height; y++)
            for (let x = kept.x; x < kept.x + kept.width; x++) seen[y * frame.width + x]!++;
        }
        expect(seen.every((count) => count === 1)).toBe(true);
      }),
    );
  });

  it("gives every kept pixel its whole halo, or the border of the extended frame", () => {
    fc.assert(
      fc.property(geometry, (options) => {
        const { extended, patches } = planGrid(options);
        const { halo } = options;
        const broken = patches.filter(({ window, kept }) => {
          const [right, bottom] = end(window);
          const [keptRight, keptBottom] = end(kept);
          const whole =
            window.x <= Math.max(0, kept.x - halo) &&
            window.y <= Math.max(0, kept.y - halo) &&
            right >= Math.min(extended.width, keptRight + halo) &&
            bottom >= Math.min(extended.height, keptBottom + halo);
          const inside =
            window.x >= 0 && window.y >= 0 && right <= extended.width && bottom <= extended.height;
          return !(whole && inside);
        });
        expect(broken).toEqual([]);
      }),
    );
  });

  it("has windows of one size, that keep to the alignment as their kept parts do", () => {
    fc.assert(
      fc.property(geometry, (options) => {
        const { frame, extended, window, patches } = planGrid(options);
        const { alignment = 1 } = options;
        const aligned = (...lengths: readonly number[]): boolean =>
          lengths.every((length) => length % alignment === 0);
        expect(aligned(extended.width, extended.height)).toBe(true);
        expect(extended.width - frame.width).toBeLessThan(alignment);
        expect(extended.height - frame.height).toBeLessThan(alignment);
        for (const patch of patches) {
          expect(patch.window).toMatchObject(window);
          expect(aligned(patch.window.x, patch.window.y, window.width, window.height)).toBe(true);
          const [right, bottom] = end(patch.kept);
          expect(aligned(patch.kept.x, patch.kept.y)).toBe(true);
          expect(aligned(right) || right === frame.width).toBe(true);
          expect(aligned(bottom) || bottom === frame.height).toBe(true);
        }
      }),
    );
  });

  it("has as few windows as there can be, none longer than that number asks for", () => {
    fc.assert(
      fc.property(geometry, (options) => {
        const { extended, window, patches } = planGrid(options);
        const { patchSize, halo, alignment = 1 } = options;
        const most = Math.floor(patchSize / alignment) * alignment;
        // the first and the last keep one halo's width more than those between
        const reach = (length: number, count: number): number =>
          count === 1 ? length : count * (length - 2 * halo) + 2 * halo;
        for (const side of ["width", "height"] as const) {
          const count = new Set(patches.map(({ kept }) => (side === "width" ? kept.x : kept.y))).size;
          expect(window[side]).toBeLessThanOrEqual(most);
          expect(reach(window[side], count)).toBeGreaterThanOrEqual(extended[side]);
          if (count > 1) expect(reach(most, count - 1)).toBeLessThan(extended[side]);
          if (count > 1) expect(reach(window[side] - alignment, count)).toBeLessThan(extended[side]);
        }
      }),
    );
  });

  it("spreads the work evenly", () => {
    const grid = planGrid({ frame: { width: 640, height: 360 }, halo: 9, patchSize: 256 });
    expect(grid.window).toEqual({ width: 226, height: 189 });
    expect(grid.patches).toHaveLength(6);
    expect(overlapOf(grid)).toBeLessThan(1.12);
  });

  it("takes a small frame as one window without overlap", () => {
    const grid = planGrid({ frame: { width: 17, height: 13 }, halo: 9, patchSize: 64 });
    expect(grid.patches).toHaveLength(1);
    expect(overlapOf(grid)).toBe(1);
  });

  it("refuses a patch that is all halo, with the fix", () => {
    const plan = (): unknown => planGrid({ frame: { width: 100, height: 100 }, halo: 9, patchSize: 18 });
    expect(plan).toThrow(/patchSize must be a whole number above 18, twice the model's halo, not 18/);
    try {
      plan();
    } catch (error) {
      expect(TatamiError.is(error, "invalid-option") && error.fix).toBe(
        "Set options.patchSize to 36 or more, or leave it out.",
      );
    }
  });

  it("refuses a patch that has no room for the alignment, and says from what size on there is", () => {
    const plan = (patchSize: number): unknown =>
      planGrid({ frame: { width: 100, height: 100 }, halo: 8, patchSize, alignment: 4 });
    expect(() => plan(19)).toThrow(
      /above 19, twice the model's halo with room for its alignment of 4, not 19/,
    );
    expect(plan(20)).toMatchObject({ window: { width: 20, height: 20 } });
  });
});

describe("extendPlane", () => {
  it("repeats the last column and row, whatever lies between the rows", () => {
    const data = Uint8Array.from([1, 2, 99, 3, 4, 99]);
    const larger = extendPlane({ width: 2, height: 2, stride: 3, data }, { width: 4, height: 3 });
    expect(larger).toEqual({
      width: 4,
      height: 3,
      stride: 4,
      data: Uint8Array.from([1, 2, 2, 2, 3, 4, 4, 4, 3, 4, 4, 4]),
    });
    const row = { width: 2, height: 1, stride: 2, data: Uint8Array.from([5, 6]) };
    expect([...extendPlane(row, { width: 2, height: 3 }).data]).toEqual([5, 6, 5, 6, 5, 6]);
  });

  it("copies nothing where there is nothing to add", () => {
    const plane = createPlane({ width: 5, height: 4 });
    expect(extendPlane(plane, { width: 5, height: 4 })).toBe(plane);
  });
});
