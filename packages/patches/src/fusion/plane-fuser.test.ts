import type { Plane } from "@tatami/core";
import { createRandom } from "@tatami/core";
import type { FusionStep } from "@tatami/kernels";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import type { PlaneFuser } from "./plane-fuser.ts";
import { createPlaneFuser } from "./plane-fuser.ts";
import { psnrOf, scene } from "./testing/scene.ts";

const even = (threshold: number): Float32Array => new Float32Array(256).fill(threshold);
const usual: FusionStep = { thresholds: even(4), most: 128, share: 1 };

function paint(plane: Plane, x: number, y: number, side: number, level: number): Plane {
  for (let v = y; v < y + side; v++)
    plane.data.fill(level, v * plane.stride + x, v * plane.stride + x + side);
  return plane;
}

function run(fuser: PlaneFuser, frames: readonly Plane[], step = usual): Plane {
  fuser.begin(frames[0]!);
  return frames.slice(1).reduce((_, frame) => fuser.fuse(frame, step).shown, frames[0]!);
}

describe.each([
  ["the kernels", true],
  ["the definition", false],
])("fusing planes by %s", (_, useKernels) => {
  const size = { width: 96, height: 64 };

  it("takes noise off what stands still, and none off what is clean", async () => {
    const [clean, frames] = [scene(size, 0, 0), Array.from({ length: 40 }, (__, i) => scene(size, i + 1, 3))];
    const shown = run(await createPlaneFuser(size, useKernels), frames);
    expect(psnrOf(shown, clean)).toBeGreaterThan(psnrOf(frames.at(-1)!, clean) + 9);
    const still = run(
      await createPlaneFuser(size, useKernels),
      Array.from({ length: 20 }, () => clean),
    );
    expect(still.data).toEqual(clean.data);
  });

  it("shows what moves as it is, and leaves nothing of it after two frames", async () => {
    const fuser = await createPlaneFuser(size, useKernels);
    const moving = (i: number): Plane => paint(scene(size, i, 2), 8 + 4 * i, 24, 12, 220);
    const last = 12;
    const frames = Array.from({ length: last + 1 }, (__, i) => moving(i));
    const shown = run(fuser, frames);
    const at = (plane: Plane, x: number, y: number): number => plane.data[y * plane.stride + x]!;
    expect(at(shown, 8 + 4 * last + 6, 30)).toBeGreaterThan(200);
    // two frames after it has left, a place is what the frame says there
    for (let x = 8 + 4 * (last - 3); x < 8 + 4 * (last - 2); x++)
      expect(Math.abs(at(shown, x, 30) - at(scene(size, 0, 0), x, 30))).toBeLessThan(12);
  });

  it("a place where something stood and walked off is clean at once", async () => {
    const fuser = await createPlaneFuser(size, useKernels);
    const [away, there] = [
      (i: number) => scene(size, i, 2),
      (i: number) => paint(scene(size, i, 2), 40, 20, 16, 30),
    ];
    const frames = [...Array.from({ length: 60 }, (__, i) => there(i)), away(100), away(101)];
    const shown = run(fuser, frames);
    const errors = Array.from(
      { length: 16 },
      (__, x) => shown.data[28 * shown.stride + 40 + x]! - scene(size, 0, 0).data[28 * 96 + 40 + x]!,
    );
    expect(Math.max(...errors.map(Math.abs))).toBeLessThan(12);
  });

  it("follows light, slow and sudden, without losing what it has", async () => {
    for (const lightAt of [(i: number) => i / 4, (i: number) => (i < 30 ? 0 : 7)]) {
      const frames = Array.from({ length: 60 }, (__, i) => scene(size, i, 3, lightAt(i)));
      const clean = scene(size, 0, 0, lightAt(59));
      const shown = run(await createPlaneFuser(size, useKernels), frames);
      expect(psnrOf(shown, clean)).toBeGreaterThan(psnrOf(frames.at(-1)!, clean) + 5);
    }
  });

  it("a new scene is there at once, and counted as new", async () => {
    const fuser = await createPlaneFuser(size, useKernels);
    run(
      fuser,
      Array.from({ length: 10 }, (__, i) => scene(size, i, 2)),
    );
    const other = scene({ width: 96, height: 64 }, 50, 2).data.map((value, i) => (i * 7 + value) % 256);
    const { shown, sums } = fuser.fuse({ ...size, stride: 96, data: other }, usual);
    expect(sums.opened).toBeGreaterThan(0.9 * 96 * 64);
    expect(psnrOf(shown, { ...size, stride: 96, data: other })).toBeGreaterThan(25);
  });

  it("goes on from what another saved, to the byte", async () => {
    const frames = Array.from({ length: 12 }, (__, i) => scene(size, i, 3));
    const whole = run(await createPlaneFuser(size, useKernels), frames);
    const [first, second] = [
      await createPlaneFuser(size, useKernels),
      await createPlaneFuser(size, useKernels),
    ];
    run(first, frames.slice(0, 7));
    second.load(first.save());
    const rest = frames.slice(7).map((frame) => second.fuse(frame, usual).shown);
    expect(rest.at(-1)!.data).toEqual(whole.data);
  });

  it("shows the frame itself, the mean or between, as it is asked", async () => {
    const frames = Array.from({ length: 9 }, (__, i) => scene(size, i, 3));
    const shown = await Promise.all(
      [0, 0.5, 1].map(async (share) =>
        run(await createPlaneFuser(size, useKernels), frames, { ...usual, share }),
      ),
    );
    expect(shown[0]!.data).toEqual(frames.at(-1)!.data);
    shown[1]!.data.forEach((value, i) =>
      expect(Math.abs(value - (shown[0]!.data[i]! + shown[2]!.data[i]!) / 2)).toBeLessThanOrEqual(1),
    );
  });
});

test("kernels do what the definition says, over sizes, contents and steps", async () => {
  const side = fc.integer({ min: 1, max: 70 });
  await fc.assert(
    fc.asyncProperty(
      side,
      side,
      fc.integer({ min: 1, max: 1e6 }),
      fc.double({ min: 1, max: 12, noNaN: true }),
      fc.double({ min: 0, max: 30, noNaN: true }),
      async (width, height, seed, threshold, jump) => {
        const size = { width, height };
        const [fast, slow] = [await createPlaneFuser(size), await createPlaneFuser(size, false)];
        const random = createRandom(seed);
        const slope = random.uniform() - 0.5;
        const thresholds = even(0).map((_, level) => threshold * (1 + (slope * level) / 255));
        const step = { thresholds, most: 20, share: 1 };
        const frames = Array.from({ length: 4 }, (_, i) =>
          random.uniform() < 0.3 && i > 0
            ? undefined
            : scene(size, seed + i, 3 * random.uniform(), jump * random.uniform()),
        );
        let last = frames[0]!;
        fast.begin(last);
        slow.begin(last);
        for (const frame of frames.slice(1)) {
          last = frame ?? last;
          const [a, b] = [fast.fuse(last, step), slow.fuse(last, step)];
          const { gained, ...counts } = a.sums;
          const { gained: alsoGained, ...alsoCounts } = b.sums;
          expect(counts.changes).toBe(alsoCounts.changes);
          expect(counts.stillPixels).toBe(alsoCounts.stillPixels);
          // gates that are just shut or just open may fall either way
          expect(Math.abs(counts.opened - alsoCounts.opened)).toBeLessThanOrEqual(2 + width * height * 0.002);
          expect(gained).toBeCloseTo(alsoGained, 0);
          const off = a.shown.data.filter((value, i) => Math.abs(value - b.shown.data[i]!) > 1).length;
          expect(off).toBeLessThanOrEqual(width * height * 0.002);
        }
      },
    ),
    { numRuns: 60 },
  );
});

describe.each([
  ["the kernels", true],
  ["the definition", false],
])("gathering the picture of a moment by %s", (_, useKernels) => {
  const size = { width: 96, height: 64 };
  const gather = async (
    first: Plane,
    others: readonly Plane[],
  ): Promise<{ shown: Plane; fuser: PlaneFuser }> => {
    const fuser = await createPlaneFuser(size, useKernels);
    fuser.begin(first);
    let shown = first;
    for (const frame of others) shown = fuser.gather(frame, even(6));
    return { shown, fuser };
  };

  it("takes noise off, at the moment's own light", async () => {
    const others = Array.from({ length: 30 }, (__, i) => scene(size, i + 2, 3, i / 6));
    const [first, clean] = [scene(size, 1, 3), scene(size, 0, 0)];
    const { shown, fuser } = await gather(first, others);
    expect(psnrOf(shown, clean)).toBeGreaterThan(psnrOf(first, clean) + 7);
    expect(Math.min(...fuser.counts())).toBeGreaterThan(5);
  });

  it("keeps somebody who stands there at that moment, however long the place is empty later", async () => {
    const there = (i: number): Plane => paint(scene(size, i, 2), 40, 20, 16, 90);
    const others = Array.from({ length: 80 }, (__, i) => (i < 5 ? there(i + 2) : scene(size, i + 2, 2)));
    const { shown, fuser } = await gather(there(1), others);
    const inside = Array.from({ length: 10 }, (__, x) => shown.data[28 * 96 + 43 + x]!);
    for (const level of inside) expect(Math.abs(level - 90)).toBeLessThan(5);
    // and says that it rests on few frames there
    const [still, counts] = [fuser.still(), fuser.counts()];
    expect(still[28 * 96 + 48]).toBe(4);
    expect(counts[28 * 96 + 48]!).toBeLessThan(8);
    expect(counts[10 * 96 + 10]!).toBeGreaterThan(60);
  });
});

test("kernels gather what the definition says", async () => {
  const side = fc.integer({ min: 1, max: 60 });
  await fc.assert(
    fc.asyncProperty(side, side, fc.integer({ min: 1, max: 1e6 }), async (width, height, seed) => {
      const size = { width, height };
      const [fast, slow] = [await createPlaneFuser(size), await createPlaneFuser(size, false)];
      for (const fuser of [fast, slow]) fuser.begin(scene(size, seed, 3));
      for (let i = 1; i < 7; i++) {
        const frame = scene(size, seed + i, 3, i, i === 5 ? 3 : 0);
        const [a, b] = [fast.gather(frame, even(4)), slow.gather(frame, even(4))];
        const off = a.data.filter((value, at) => Math.abs(value - b.data[at]!) > 1).length;
        expect(off).toBeLessThanOrEqual(width * height * 0.004);
      }
      const stills = [fast.still(), slow.still()];
      expect(stills[0]!.filter((value, at) => value !== stills[1]![at]).length).toBeLessThanOrEqual(
        1 + width * height * 0.01,
      );
    }),
    { numRuns: 40 },
  );
});
