/** Planes of more than 8 bits: kernels against the definitions, and the definitions against those of 8 bits. */

import type { DeepPlane, Plane, Size } from "@tatami/core";
import { createDeepPlane, createPlane, rowsOf, scaleSize } from "@tatami/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { extendPlane, planGrid } from "./grid.ts";
import { createChromaGuide, guideChroma } from "./guide-chroma.ts";
import { createPlanesReducer, reducePlanes } from "./reduce-planes.ts";
import { centred, createPlaneResizer, resizePlane } from "./resize-plane.ts";
import { createPatchMemory } from "./reuse/patch-memory.ts";
import { createCellMeter } from "./routing/measure-cells.ts";

const given = fc.record({
  size: fc.record({ width: fc.integer({ min: 1, max: 40 }), height: fc.integer({ min: 1, max: 24 }) }),
  bits: fc.constantFrom(9, 10, 12, 16),
  scale: fc.integer({ min: 1, max: 4 }),
  across: fc.constantFrom(1, 2),
  down: fc.constantFrom(1, 2),
  pad: fc.integer({ min: 0, max: 5 }),
  seed: fc.integer(),
});
type Given = typeof given extends fc.Arbitrary<infer T> ? T : never;

/** Noise of all levels, rows further apart than they are long. */
function noise({ width, height }: Size, bits: number, seed: number, pad = 0): DeepPlane {
  const stride = width + pad;
  let state = seed >>> 0;
  const next = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 8;
  const data = Uint16Array.from({ length: stride * height }, () => next() % 2 ** bits);
  return { width, height, stride, bits, data };
}

function frameOf({ size, bits, across, down, pad, seed, scale }: Given) {
  const small = { width: Math.ceil(size.width / across), height: Math.ceil(size.height / down) };
  const luma = noise(size, bits, seed, pad);
  const chroma = [noise(small, bits, seed + 1, pad), noise(small, bits, seed + 2, pad)] as const;
  return { planes: { luma, chroma }, enlarged: noise(scaleSize(size, scale), bits, seed + 3) };
}

function worstOf(seen: DeepPlane, right: DeepPlane): { readonly worst: number; readonly wrong: number } {
  expect(seen).toMatchObject({ width: right.width, height: right.height, bits: right.bits });
  const off = right.data.map((value, i) => Math.abs(value - seen.data[i]!));
  return {
    worst: off.reduce((most, each) => Math.max(most, each), 0),
    wrong: off.filter((each) => each > 0).length / off.length,
  };
}

/** A plane of 8 bits whose levels are a deep one's steps. */
function asBytes({ width, height, stride, data }: DeepPlane, steps: number): Plane {
  const plane = createPlane({ width, height });
  plane.data.forEach((_, i) => (plane.data[i] = data[Math.floor(i / width) * stride + (i % width)]! / steps));
  return plane;
}

function stepped(plane: DeepPlane): DeepPlane {
  const steps = 2 ** (plane.bits - 8);
  return { ...plane, data: plane.data.map((value) => value - (value % steps)) };
}

describe("deep planes", () => {
  it("have chroma guided by kernels as by the definition", async () => {
    const guide = await createChromaGuide();
    fc.assert(
      fc.property(given, (some) => {
        const { planes, enlarged } = frameOf(some);
        const expected = guideChroma(planes, enlarged, some.scale);
        guide(planes, enlarged, some.scale).forEach((seen, channel) => {
          // floats of 32 bits hold 24: of 16 bits the last few are lost in squares
          expect(worstOf(seen, expected[channel]!).worst).toBeLessThanOrEqual(
            2 ** Math.max(0, some.bits - 11),
          );
        });
      }),
      { numRuns: 150 },
    );
  });

  it("have chroma guided as that of 8 bits is, to a level of theirs", () => {
    fc.assert(
      fc.property(given, (some) => {
        const { planes, enlarged } = frameOf(some);
        const steps = 2 ** (some.bits - 8);
        const deep = {
          luma: stepped(planes.luma),
          chroma: planes.chroma.map(stepped) as [DeepPlane, DeepPlane],
        };
        const plain = {
          luma: asBytes(deep.luma, steps),
          chroma: deep.chroma.map((each) => asBytes(each, steps)) as [Plane, Plane],
        };
        const larger = stepped(enlarged);
        const seen = guideChroma(deep, larger, some.scale);
        guideChroma(plain, asBytes(larger, steps), some.scale).forEach(({ data }, channel) =>
          data.forEach((level, i) => {
            const fine = seen[channel]!.data[i]! / steps;
            expect(level === 255 ? fine >= 254.49 : Math.abs(fine - level) <= 0.51).toBe(true);
          }),
        );
      }),
      { numRuns: 60 },
    );
  });

  it("are enlarged and reduced by kernels as by the definitions", async () => {
    const [resize, reduce] = [await createPlaneResizer(), await createPlanesReducer()];
    fc.assert(
      fc.property(given, fc.double({ min: 0.4, max: 1, noNaN: true }), (some, part) => {
        const { planes } = frameOf({ ...some, across: 2, down: 2 });
        const map = centred(some.scale);
        const larger = { size: scaleSize(planes.luma, some.scale), horizontal: map, vertical: map };
        const least = some.bits > 12 ? 2 : 1;
        const enlarged = worstOf(resize(planes.luma, larger), resizePlane(planes.luma, larger));
        expect(enlarged.worst).toBeLessThanOrEqual(least);
        const size = { width: Math.ceil(some.size.width * part), height: Math.ceil(some.size.height * part) };
        const [seen, right] = [reduce(planes, size), reducePlanes(planes, size)];
        expect(worstOf(seen.luma, right.luma).worst).toBeLessThanOrEqual(least);
        expect(worstOf(seen.chroma[1], right.chroma[1]).worst).toBeLessThanOrEqual(least);
      }),
      { numRuns: 80 },
    );
  });

  it("go on beyond their border as they are there", () => {
    const plane = noise({ width: 5, height: 3 }, 10, 7, 2);
    const { data, bits } = extendPlane(plane, { width: 8, height: 4 });
    expect(bits).toBe(10);
    for (let y = 0; y < 4; y++)
      for (let x = 0; x < 8; x++)
        expect(data[y * 8 + x]).toBe(plane.data[Math.min(y, 2) * plane.stride + Math.min(x, 4)]);
  });

  it("are remembered patch by patch: equal ones copied, others computed", async () => {
    const frame = { width: 40, height: 24 };
    const grid = planGrid({ frame, patchSize: 20, halo: 2 });
    const options = { reuse: "exact", maxDifference: 0, meanDifference: 0, maxAge: 9 } as const;
    const memory = await createPatchMemory(grid, 2, options, 10);
    const luma = noise(frame, 10, 3, 4);
    const target = noise(scaleSize(frame, 2), 10, 4);
    const first = memory.decide(luma);
    expect(first.computed).toBe(grid.patches.length);
    memory.finish(first, target);
    const changed = { ...luma, data: luma.data.slice() };
    // the upper byte stays, so that only a look at whole samples sees it
    changed.data[0]! ^= 1;
    const second = memory.decide(changed);
    expect(second.decisions[0]).toBe("compute");
    expect(second.decisions.filter((each) => each === "copy").length).toBe(grid.patches.length - 1);
    const next = createDeepPlane(scaleSize(frame, 2), 10);
    const { kept } = grid.patches[0]!;
    for (let y = 0; y < kept.height * 2; y++)
      next.data.fill(777, y * next.stride, y * next.stride + kept.width * 2);
    memory.finish(second, next);
    next.data.forEach((value, i) => {
      const [x, y] = [i % next.stride, Math.floor(i / next.stride)];
      const isFirst = x < kept.width * 2 && y < kept.height * 2;
      expect(value).toBe(isFirst ? 777 : target.data[i]);
    });
  });

  it("change within bounds that are counted in levels of 8 bits, and are carried over", async () => {
    const frame = { width: 16, height: 16 };
    const grid = planGrid({ frame, patchSize: 16, halo: 2 });
    const options = { reuse: "bounded", maxDifference: 2, meanDifference: 1, maxAge: 9 } as const;
    const memory = await createPatchMemory(grid, 2, options, 10);
    const luma = createDeepPlane(frame, 10);
    luma.data.fill(400);
    const target = createDeepPlane(scaleSize(frame, 2), 10);
    target.data.fill(500);
    memory.finish(memory.decide(luma), target);
    luma.data.fill(403);
    const carried = memory.decide(luma);
    expect(carried.decisions).toEqual(["carry"]);
    const next = createDeepPlane(scaleSize(frame, 2), 10);
    memory.finish(carried, next);
    expect(next.data.every((value) => value === 503)).toBe(true);
    luma.data.fill(405);
    expect(memory.decide(luma).decisions).toEqual(["compute"]);
  });

  it("have the energies of cells in levels² of 8 bits", async () => {
    const frame = { width: 24, height: 16 };
    const grid = planGrid({ frame, patchSize: 24, halo: 2 });
    const [deep, plain] = [await createCellMeter(grid, 2, 10), await createCellMeter(grid, 2)];
    const [source, target] = [stepped(noise(frame, 10, 5)), stepped(noise(scaleSize(frame, 2), 10, 6))];
    const right = plain.measure(asBytes(source, 4), asBytes(target, 4), [0]);
    deep.measure(source, target, [0]).forEach((energy, cell) => {
      // that of 8 bits has its filter rounded to them
      expect(Math.abs(energy / right[cell]! - 1)).toBeLessThan(0.01);
    });
    expect(rowsOf(source).stride).toBe(48);
  });
});
