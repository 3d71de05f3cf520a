import { TatamiError } from "@tatami/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { overlapOf, planGrid } from "./grid.ts";

const geometry = fc.record({
  frame: fc.record({ width: fc.integer({ min: 1, max: 300 }), height: fc.integer({ min: 1, max: 300 }) }),
  halo: fc.integer({ min: 0, max: 15 }),
  inner: fc.integer({ min: 6, max: 80 }),
});

describe("planGrid", () => {
  it("keeps every pixel exactly once", () => {
    fc.assert(
      fc.property(geometry, ({ frame, halo, inner }) => {
        const grid = planGrid({ frame, halo, patchSize: inner + 2 * halo });
        const seen = new Uint8Array(frame.width * frame.height);
        for (const { kept } of grid.patches)
          for (let y = kept.y; y < kept.y + kept.height; y++)
            for (let x = kept.x; x < kept.x + kept.width; x++) seen[y * frame.width + x]! += 1;
        expect(seen.every((count) => count === 1)).toBe(true);
      }),
    );
  });

  it("gives every kept pixel its whole halo, or the frame's own border", () => {
    fc.assert(
      fc.property(geometry, ({ frame, halo, inner }) => {
        const grid = planGrid({ frame, halo, patchSize: inner + 2 * halo });
        const broken = grid.patches.filter(({ window, kept }) => {
          const right = Math.min(frame.width, kept.x + kept.width + halo);
          const bottom = Math.min(frame.height, kept.y + kept.height + halo);
          const whole =
            window.x <= Math.max(0, kept.x - halo) &&
            window.y <= Math.max(0, kept.y - halo) &&
            window.x + window.width >= right &&
            window.y + window.height >= bottom;
          const inside =
            window.x >= 0 &&
            window.y >= 0 &&
            window.x + window.width <= frame.width &&
            window.y + window.height <= frame.height;
          const sameSize = window.width === grid.window.width && window.height === grid.window.height;
          return !(whole && inside && sameSize);
        });
        expect(broken).toEqual([]);
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
});
