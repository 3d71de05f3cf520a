import type { Plane, Planes, Size } from "@tatami/core";
import { createPlane, createRandom, scaleSize } from "@tatami/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chromaGrid, enlargeChroma } from "./enlarge-chroma.ts";
import { createChromaGuide, guideChroma } from "./guide-chroma.ts";

const plane = (size: Size, value: (x: number, y: number) => number, pad = 0): Plane => {
  const made = createPlane({ width: size.width + pad, height: size.height });
  for (let i = 0; i < made.data.length; i++)
    made.data[i] = value(i % made.stride, Math.floor(i / made.stride));
  return { ...made, width: size.width };
};

const chromaSize = ({ width, height }: Size, across: number, down: number): Size => ({
  width: Math.ceil(width / across),
  height: Math.ceil(height / down),
});

interface Sampled {
  readonly size: Size;
  readonly across: number;
  readonly down: number;
  readonly scale: number;
  /** Bytes behind the rows of luma, blue and red. */
  readonly pads: readonly [number, number, number];
  readonly seed: number;
  readonly contrast: number;
}

const sampled: fc.Arbitrary<Sampled> = fc.record({
  size: fc.record({ width: fc.integer({ min: 1, max: 45 }), height: fc.integer({ min: 1, max: 23 }) }),
  across: fc.constantFrom(1, 2),
  down: fc.constantFrom(1, 2),
  scale: fc.constantFrom(1, 2, 3, 4),
  pads: fc.tuple(fc.nat(5), fc.nat(5), fc.nat(5)),
  seed: fc.nat(),
  contrast: fc.constantFrom(3, 60, 255),
});

/** Two colours that meet at a slanted edge, with noise on them: what guiding is for, and what may go wrong. */
function frameOf(given: Sampled): readonly [Planes, Plane] {
  const { size, across, down, scale, pads, seed, contrast } = given;
  const random = createRandom(seed);
  const level = (): number => Math.floor(random.uniform() * contrast);
  const colours = [0, 1, 2, 3].map(() => [level(), level()]);
  const valueAt = (channel: number, wide: number) => (x: number, y: number) =>
    Math.min(255, colours[channel]![3 * y + 2 * x > wide ? 1 : 0]! + random.integer(8));
  const chroma = chromaSize(size, across, down);
  const luma = plane(size, valueAt(0, 2 * size.width), pads[0]);
  const blue = plane(chroma, valueAt(1, 2 * chroma.width), pads[1]);
  const red = plane(chroma, valueAt(2, 2 * chroma.width), pads[2]);
  const larger = scaleSize(size, scale);
  return [{ luma, chroma: [blue, red] }, plane(larger, valueAt(0, 2 * larger.width), pads[1])];
}

describe("createChromaGuide", () => {
  it("agrees with the definition to a level, at any size, scale, subsampling and stride", async () => {
    const guide = await createChromaGuide();
    expect(guide).not.toBe(guideChroma);
    let differing = 0;
    let samples = 0;
    fc.assert(
      fc.property(sampled, (given) => {
        const [planes, enlarged] = frameOf(given);
        const seen = guide(planes, enlarged, given.scale);
        const expected = guideChroma(planes, enlarged, given.scale);
        seen.forEach((found, channel) => {
          const right = expected[channel]!;
          expect(found).toMatchObject({ width: right.width, height: right.height, stride: right.width });
          const differences = right.data.map((level, i) => Math.abs(level - found.data[i]!));
          expect(Math.max(...differences)).toBeLessThanOrEqual(1);
          differing += differences.filter((each) => each > 0).length;
          samples += differences.length;
        });
      }),
      { numRuns: 300 },
    );
    // only where a value lies between two levels
    expect(differing / samples).toBeLessThan(0.002);
  });
});

describe("guideChroma", () => {
  it("keeps flat colours, whatever luma does", () => {
    fc.assert(
      fc.property(sampled, fc.integer({ min: 0, max: 255 }), (given, level) => {
        const [{ luma, chroma }, enlarged] = frameOf(given);
        const flat = chroma.map((each) => plane(each, () => level)) as [Plane, Plane];
        for (const { data } of guideChroma({ luma, chroma: flat }, enlarged, given.scale))
          expect(data.every((seen) => seen === level)).toBe(true);
      }),
    );
  });

  it("makes no colour its complement, whatever luma does", () => {
    fc.assert(
      fc.property(sampled, fc.boolean(), (given, high) => {
        const [{ luma, chroma }, enlarged] = frameOf(given);
        // far enough from grey for what the cubic filter overshoots
        const coloured = chroma.map((each) =>
          plane(each, (x, y) => {
            const level = Math.floor(each.data[y * each.stride + x]! / 4);
            return high ? 255 - level : level;
          }),
        ) as [Plane, Plane];
        for (const { data } of guideChroma({ luma, chroma: coloured }, enlarged, given.scale))
          expect(data.every((level) => (high ? level >= 128 : level <= 128))).toBe(true);
      }),
    );
  });

  // A ramp shows where samples lie: its value is its luma position, so it must stay so when enlarged.
  it.each(
    [2, 3, 4].flatMap((scale) =>
      [1, 2].flatMap((across) =>
        [1, 2].flatMap((down) => [0, 1.5].map((rise) => [scale, across, down, rise] as const)),
      ),
    ),
  )("keeps samples in place at ×%i, %i across, %i down, luma rising by %f", (scale, across, down, rise) => {
    const size = { width: 64, height: 64 };
    const small = chromaSize(size, across, down);
    // the middle of a chroma sample's rows
    const rowOf = (y: number, step: number): number => step * y + (step - 1) / 2;
    const luma = plane(size, (x, y) => Math.round(20 + rise * (x + y)));
    const blue = plane(small, (x) => 40 + 2 * across * x);
    const red = plane(small, (_, y) => Math.round(40 + 2 * rowOf(y, down)));
    const fromLarge = (at: number): number => (at + 0.5) / scale - 0.5;
    const enlarged = plane(scaleSize(size, scale), (x, y) =>
      Math.round(20 + rise * (fromLarge(x) + fromLarge(y))),
    );
    const [u, v] = guideChroma({ luma, chroma: [blue, red] }, enlarged, scale);
    expect([u.width, u.height]).toEqual([32 * scale, 32 * scale]);
    // away from the edges, where repeated samples bend the ramp
    for (let j = 8 * scale; j < 24 * scale; j++) {
      expect(Math.abs(u.data[16 * scale * u.stride + j]! - (40 + 2 * fromLarge(2 * j)))).toBeLessThan(1.6);
      const row = 40 + 2 * fromLarge(rowOf(j, 2));
      expect(Math.abs(v.data[j * v.stride + 16 * scale]! - row)).toBeLessThan(1.6);
    }
  });

  it.each([2, 3, 4])("puts a colour's edge where the larger luma has it, at ×%i", (scale) => {
    // a step inside a pixel, as seen by pixels of one size and by chroma of half theirs
    const share = (x: number, edge: number): number => Math.min(1, Math.max(0, x + 1 - edge));
    const light = (size: Size, edge: number): Plane =>
      plane(size, (x) => Math.round(60 + 120 * share(x, edge)));
    const colour = (size: Size, edge: number): Plane =>
      plane(chromaSize(size, 2, 2), (x) => {
        const [left, here, right] = [-1, 0, 1].map((to) => share(2 * x + to, edge)) as [
          number,
          number,
          number,
        ];
        return Math.round(200 - 100 * (left / 4 + here / 2 + right / 4));
      });
    const small = { width: 48, height: 32 };
    const large = scaleSize(small, scale);
    const blue = colour(small, 23.25);
    const planes: Planes = { luma: light(small, 23.25), chroma: [blue, blue] };
    const truth = colour(large, 23.25 * scale);
    const errorOf = ([{ data }]: readonly [Plane, Plane]): number =>
      data.reduce((sum, seen, i) => sum + (seen - truth.data[i]!) ** 2, 0);
    const guided = errorOf(guideChroma(planes, light(large, 23.25 * scale), scale));
    expect(guided).toBeLessThan(0.25 * errorOf(enlargeChroma(planes, scale)));
  });

  it("sees a pixel of the larger luma in the samples that lie on it, and nowhere else", () => {
    fc.assert(
      fc.property(sampled, (given) => {
        const [planes, enlarged] = frameOf({ ...given, size: { width: 45, height: 23 } });
        const before = guideChroma(planes, enlarged, given.scale);
        const changed = enlarged.data.slice();
        const at = 11 * enlarged.stride + 20;
        changed[at]! ^= 255;
        const after = guideChroma(planes, { ...enlarged, data: changed }, given.scale);
        const { size } = chromaGrid(planes, given.scale);
        before.forEach(({ data }, channel) =>
          data.forEach((level, i) => {
            const [x, y] = [i % size.width, Math.floor(i / size.width)];
            const near = Math.abs(2 * x - 20) <= 1 && Math.abs(2 * y + 0.5 - 11) <= 0.5;
            if (!near) expect(after[channel]!.data[i]).toBe(level);
          }),
        );
      }),
      { numRuns: 20 },
    );
  });
});
