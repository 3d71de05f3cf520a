import { createPlane, enlargingFilter } from "@tatami/core";
import type { Plane, Rect } from "@tatami/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planGrid } from "../grid.ts";
import { cellSide, cellsOf, createCellMeter } from "./measure-cells.ts";
import { energiesAbove, leastEnergy, meanPower, routingFactors } from "./factors.ts";
import { costOf, planCover, usualCover } from "./plan-cover.ts";

describe("energies above which cells go to larger networks", () => {
  it("grow by the power of the frame's own mean, whatever the unit, and have a least", () => {
    const energies = fc.array(fc.float({ min: Math.fround(0.01), max: 1000, noNaN: true }), { minLength: 1 });
    const factors = fc.double({ min: 0.001, max: 50, noNaN: true });
    const units = fc.double({ min: 0.01, max: 4, noNaN: true });
    fc.assert(
      fc.property(energies, factors, units, (some, factor, unit) => {
        const cells = Float32Array.from(some);
        const [above] = energiesAbove(cells, [factor], 1) as [number];
        const inUnit = cells.map((energy) => energy * unit);
        const [scaled] = energiesAbove(inUnit, [factor], unit) as [number];
        expect(scaled / unit / above).toBeCloseTo(1, 4);
        const brighter = cells.map((energy) => energy * 16);
        const [more] = energiesAbove(brighter, [factor], 1) as [number];
        if (above > leastEnergy) expect(more / above).toBeCloseTo(16 ** meanPower, 3);
      }),
    );
    expect(energiesAbove(Float32Array.of(8, 16, 24), [0, 0.5, Infinity], 1)).toEqual([0, 4, Infinity]);
    expect(energiesAbove(Float32Array.of(0, 0), [0, Infinity], 1)).toEqual([0, Infinity]);
    expect(energiesAbove(Float32Array.of(1, 2, 30), [0.001], 3)).toEqual([3 * leastEnergy]);
  });

  it("grow with the loss, from none to all; those of unknown networks are no greater than any", () => {
    const decibels = fc.double({ min: 0, max: 2, noNaN: true });
    fc.assert(
      fc.property(decibels, decibels, (one, other) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)];
        for (const names of [
          ["m7-x2", "xl-x2"],
          ["m5-x2", "m11-x2", "xl-x2"],
        ]) {
          const [less, more] = [routingFactors(names, low), routingFactors(names, high)];
          less.forEach((factor, index) => expect(factor).toBeLessThanOrEqual(more[index]!));
          expect(routingFactors(["own", "other"], low)[0]).toBeLessThanOrEqual(
            routingFactors(["m7-x2", "xl-x2"], low)[0]!,
          );
        }
      }),
    );
    expect(routingFactors(["m7-x2", "xl-x2"], 0)).toEqual([0]);
    expect(routingFactors(["own", "m7-x2", "xl-x2"], Infinity)).toEqual([Infinity, Infinity]);
  });
});

const sizes = fc.record({ width: fc.integer({ min: 1, max: 130 }), height: fc.integer({ min: 1, max: 90 }) });
const shares = fc.double({ min: 0, max: 1, noNaN: true });
const seeds = fc.integer({ min: 1, max: 2 ** 30 });

function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const holds = (rect: Rect, x: number, y: number): boolean =>
  x >= rect.x && y >= rect.y && x < rect.x + rect.width && y < rect.y + rect.height;

describe("covering cells", () => {
  const cost = { ...usualCover, longest: 64 };

  it("covers what is wanted, within the frame, on the cells' lattice, by rectangles of bounded sides", () => {
    fc.assert(
      fc.property(sizes, shares, seeds, (frame, share, seed) => {
        const { columns, rows } = cellsOf(frame);
        const next = chance(seed);
        const wanted = Array.from({ length: columns * rows }, () => next() < share);
        const cover = planCover(frame, (cell) => wanted[cell]!, cost);
        for (const { x, y, width, height } of cover) {
          expect([x % cellSide, y % cellSide]).toEqual([0, 0]);
          expect(Math.min(width, height)).toBeGreaterThan(0);
          expect(Math.max(width, height)).toBeLessThanOrEqual(cost.longest);
          expect(x + width).toBeLessThanOrEqual(frame.width);
          expect(y + height).toBeLessThanOrEqual(frame.height);
        }
        wanted.forEach((isWanted, cell) => {
          const [x, y] = [(cell % columns) * cellSide, Math.floor(cell / columns) * cellSide];
          if (isWanted) expect(cover.some((rect) => holds(rect, x, y))).toBe(true);
        });
      }),
    );
  });

  it("never costs more than the cells one by one", () => {
    fc.assert(
      fc.property(sizes, shares, seeds, (frame, share, seed) => {
        const { columns, rows } = cellsOf(frame);
        const next = chance(seed);
        const wanted = Array.from({ length: columns * rows }, () => next() < share);
        const total = (rects: readonly Rect[]): number =>
          rects.reduce((sum, rect) => sum + costOf(rect, 4, 150, frame), 0);
        const single = wanted.flatMap((isWanted, cell) => {
          const [x, y] = [(cell % columns) * cellSide, Math.floor(cell / columns) * cellSide];
          const size = { width: Math.min(8, frame.width - x), height: Math.min(8, frame.height - y) };
          return isWanted ? [{ x, y, ...size }] : [];
        });
        expect(total(planCover(frame, (cell) => wanted[cell]!, cost))).toBeLessThanOrEqual(total(single));
      }),
    );
  });

  it("is one rectangle where everything is wanted, and nothing where nothing is", () => {
    const frame = { width: 60, height: 41 };
    expect(planCover(frame, () => true, cost)).toEqual([{ x: 0, y: 0, ...frame }]);
    expect(planCover(frame, () => false, cost)).toEqual([]);
  });
});

describe("measuring cells", () => {
  it("finds the energy beside the bicubic filter, of the named patches alone", async () => {
    const frame = { width: 45, height: 37 };
    const grid = planGrid({ frame, patchSize: 24, halo: 3 });
    const meter = await createCellMeter(grid, 2);
    const next = chance(7);
    const [source, target] = [createPlane(frame), createPlane({ width: 90, height: 74 })];
    for (const plane of [source, target])
      plane.data.forEach((_, i) => (plane.data[i] = Math.floor(next() * 256)));
    const some = grid.patches.map((_, index) => index).filter((index) => index % 3 !== 1);
    const seen = meter.measure(source, target, some);
    const { columns } = cellsOf(frame);
    const [sums, areas] = [new Float64Array(seen.length), new Float64Array(seen.length)];
    for (let y = 0; y < 74; y++)
      for (let x = 0; x < 90; x++) {
        const inside = some.some((index) => holds(grid.patches[index]!.kept, x >> 1, y >> 1));
        if (!inside) continue;
        const cell = (y >> 4) * columns + (x >> 4);
        sums[cell]! += (target.data[y * 90 + x]! - filterAt(source, x, y)) ** 2;
        areas[cell]!++;
      }
    // float32 sums may fall on either side of a half
    seen.forEach((value, cell) => {
      const expected = areas[cell] === 0 ? 0 : sums[cell]! / areas[cell]!;
      expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-6 + expected * 1e-3);
    });
  });
});

function filterAt({ data, width, height, stride }: Plane, x: number, y: number): number {
  const { weights, firstTaps } = enlargingFilter(2);
  let sum = 0;
  for (let j = 0; j < 4; j++)
    for (let i = 0; i < 4; i++) {
      const row = Math.min(height - 1, Math.max(0, (y >> 1) + firstTaps[y & 1]! + j));
      const column = Math.min(width - 1, Math.max(0, (x >> 1) + firstTaps[x & 1]! + i));
      sum += weights[(y & 1) * 4 + j]! * weights[(x & 1) * 4 + i]! * data[row * stride + column]!;
    }
  return Math.min(255, Math.max(0, Math.floor(sum + 0.5)));
}
