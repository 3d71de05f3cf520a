import type { Plane, Size } from "@tatami/core";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import type { StepNoise } from "./noise-of-steps.ts";
import { noiseOfSteps, thresholdsOf } from "./noise-of-steps.ts";
import { createSelfTest } from "./self-test.ts";
import type { StreamFusion } from "./stream-fusion.ts";
import { createStreamFusion } from "./stream-fusion.ts";
import { psnrOf, scene } from "./testing/scene.ts";

const size: Size = { width: 80, height: 48 };
const gop = 16;

/** What a codec gives of a still scene: new noise at key frames, copies in between. */
function coded(index: number, sigma: number, shift = 0): Plane {
  return scene(size, Math.floor(index / gop) + 1, sigma, 0, shift);
}

async function play(
  fusion: StreamFusion,
  frames: number,
  frame: (index: number) => Plane,
  { from = 0, keys = true } = {},
): Promise<Plane[]> {
  const shown: Plane[] = [];
  for (let index = from; index < from + frames; index++) {
    const luma = frame(index);
    const isKey = keys ? { isKey: index % gop === 0 } : {};
    shown.push(await fusion.next({ luma, timestamp: index / 25, ...isKey }));
  }
  return shown;
}

describe("a stream of a camera that stands still", () => {
  it("is fused from the start where that is asked for, and gains", async () => {
    const fusion = createStreamFusion("static");
    const shown = await play(fusion, 10 * gop, (index) => coded(index, 3));
    const clean = scene(size, 0, 0);
    expect(psnrOf(shown.at(-1)!, clean)).toBeGreaterThan(psnrOf(coded(10 * gop - 1, 3), clean) + 5);
    expect(fusion.summary()).toMatchObject({
      verdict: "gains",
      fused: 10 * gop - 1,
      frames: 10 * gop,
      keyFrames: 9,
    });
  });

  it("is fused where its noise opens most gates before anything is known of it", async () => {
    const fusion = createStreamFusion("static");
    const frame = (index: number): Plane => coded(index, 12);
    const shown = await play(fusion, 10 * gop, frame);
    const clean = scene(size, 0, 0);
    expect(psnrOf(shown.at(-1)!, clean)).toBeGreaterThan(psnrOf(frame(10 * gop - 1), clean) + 5);
    expect(fusion.summary()).toMatchObject({ verdict: "gains", keyFrames: 9 });
  });

  it.each([true, false])(
    "is as it is until four key frames have shown a gain (keys known: %s)",
    async (keys) => {
      const fusion = createStreamFusion("auto");
      const frame = (index: number): Plane => coded(index, 3);
      const first = await play(fusion, 4 * gop, frame, { keys });
      first.forEach((shown, index) => expect(shown.data).toEqual(frame(index).data));
      expect(fusion.summary().sentence).toMatch(/waits/);
      const rest = await play(fusion, 6 * gop, frame, { from: 4 * gop, keys });
      expect(fusion.summary().verdict).toBe("gains");
      const clean = scene(size, 0, 0);
      expect(psnrOf(rest.at(-1)!, clean)).toBeGreaterThan(psnrOf(frame(10 * gop - 1), clean) + 5);
      // it comes in over twelve frames: no jump is larger than what a key frame of the recording itself makes
      const steps = rest.slice(1, gop - 1).map((plane, index) => psnrOf(plane, rest[index]!));
      expect(Math.min(...steps)).toBeGreaterThan(psnrOf(frame(0), frame(gop)) + 3);
    },
  );

  it("is fused where the frames before a key frame are predicted from it, as in open groups of H.265", async () => {
    const leading = (index: number): Plane => coded(index + 4, 3);
    const [closed, open] = [createStreamFusion("static"), createStreamFusion("static")];
    await play(closed, 12 * gop, (index) => coded(index, 3));
    const shown = await play(open, 12 * gop, leading);
    expect(open.summary().verdict).toBe("gains");
    expect(open.summary().threshold).toBeGreaterThan(0.8 * closed.summary().threshold);
    const clean = scene(size, 0, 0);
    expect(psnrOf(shown.at(-1)!, clean)).toBeGreaterThan(psnrOf(leading(12 * gop - 1), clean) + 5);
  });

  it("without noise is left alone after four key frames, and costs nothing from there", async () => {
    for (const mode of ["auto", "static"] as const) {
      const fusion = createStreamFusion(mode);
      const shown = await play(fusion, 8 * gop, () => scene(size, 0, 0));
      expect(fusion.summary()).toMatchObject({ verdict: "gains nothing", keyFrames: 4 });
      expect(fusion.summary().sentence).toBe(
        "fusion off: this recording gains nothing (looked at down to 2.0 levels)",
      );
      const luma = scene(size, 0, 0);
      expect(await fusion.next({ luma, timestamp: 100, isKey: true })).toBe(luma);
      expect(shown.at(-1)!.data).toEqual(luma.data);
      expect(fusion.counts()).toBeUndefined();
    }
  });

  it("that creeps by less than the gate sees turns itself off", async () => {
    const fusion = createStreamFusion("static");
    const frame = (index: number): Plane => scene(size, 0, 0, 0, index / 100);
    await play(fusion, 30 * gop, frame);
    expect(fusion.summary().verdict).toBe("gains nothing");
  });

  it("that gained nothing is looked at again after ten minutes", async () => {
    const fusion = createStreamFusion("auto");
    await play(fusion, 8 * gop, () => scene(size, 0, 0));
    const night = 700 * 25;
    await play(fusion, 10 * gop, (index) => coded(index, 3), { from: night - (night % gop) });
    expect(fusion.summary().verdict).toBe("gains");
  });

  it("a cut begins anew, and shows nothing of what was before", async () => {
    const fusion = createStreamFusion("static");
    await play(fusion, 5 * gop, (index) => coded(index, 3));
    const other = scene(size, 1, 3, 60, 23);
    const [shown] = await play(fusion, 1, () => other, { from: 5 * gop });
    expect(shown!.data).toEqual(other.data);
  });

  it("another size begins anew", async () => {
    const fusion = createStreamFusion("static");
    await play(fusion, 3, (index) => coded(index, 3));
    const other = scene({ width: 40, height: 22 }, 1, 3);
    expect(await fusion.next({ luma: other, timestamp: 1 })).toBe(other);
  });

  it("after a seek shows nothing of before, but knows what it knew", async () => {
    const fusion = createStreamFusion("auto");
    await play(fusion, 6 * gop, (index) => coded(index, 3));
    fusion.reset();
    const other = scene(size, 1, 3, 5, 3);
    expect(await fusion.next({ luma: other, timestamp: 400, isKey: true })).toBe(other);
    expect(fusion.summary().verdict).toBe("gains");
  });

  it("goes on from what was saved at any frame, to the byte", async () => {
    const frames = 7 * gop;
    const frame = (index: number): Plane => coded(index, 3);
    const whole = await play(createStreamFusion("auto"), frames, frame);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: frames - 1 }), async (cut) => {
        const [first, second] = [createStreamFusion("auto"), createStreamFusion("auto")];
        await play(first, cut, frame);
        await second.load(first.save());
        const rest = await play(second, frames - cut, frame, { from: cut });
        expect(rest.map(({ data }) => data)).toEqual(whole.slice(cut).map(({ data }) => data));
      }),
      { numRuns: 6 },
    );
  });

  it("10,000 frames drift nowhere and grow no pattern", { timeout: 60_000 }, async () => {
    const fusion = createStreamFusion("static");
    const clean = scene(size, 0, 0);
    const noisy = Array.from({ length: 211 }, (_, seed) => scene(size, seed + 1, 2.5));
    const shown = await play(fusion, 10_000, (index) => noisy[index % noisy.length]!);
    const level = (from: number): number => {
      const some = Array.from({ length: 300 }, (_, i) => psnrOf(shown[from + 10 * i]!, clean));
      return some.reduce((sum, value) => sum + value) / some.length;
    };
    expect(Math.abs(level(7000) - level(400))).toBeLessThan(0.05);
    expect(patternOf(shown.at(-1)!, clean)).toBeLessThan(0.2);
  });
});

/** The largest correlation of a plane's errors with themselves some pixels away: stripes of any width up to sixteen. */
function patternOf(plane: Plane, clean: Plane): number {
  const errors = Float32Array.from(clean.data, (value, i) => plane.data[i]! - value);
  const { width, height } = clean;
  const at = (dx: number, dy: number): number => {
    let sum = 0;
    for (let y = 0; y < height - dy; y++)
      for (let x = 0; x < width - dx; x++) sum += errors[y * width + x]! * errors[(y + dy) * width + x + dx]!;
    return sum / ((width - dx) * (height - dy));
  };
  const all = Array.from({ length: 14 }, (_, i) => [at(i + 3, 0), at(0, i + 3)]).flat();
  return Math.max(...all.map(Math.abs)) / Math.max(at(0, 0), 0.05);
}

/** Noise that is the same in the dark and the light. */
function even(noise: number): StepNoise {
  return { typical: noise, bands: [null, null, noise, noise, null, null] };
}

describe("the self-test", () => {
  it("goes by the median of what key frames change by, within bounds", () => {
    const selfTest = createSelfTest();
    expect(selfTest.threshold(1)).toBe(3);
    [2, 40, 3].forEach((noise) => selfTest.keyFrame(even(noise), undefined));
    expect([0, 0.5, 1].map((copied) => selfTest.threshold(copied))).toEqual(
      [3.9, 5.55, 7.2].map((level) => expect.closeTo(level)),
    );
    const loud = createSelfTest();
    loud.keyFrame(even(30), undefined);
    expect(loud.threshold(0)).toBe(12);
  });

  it("retreats where four key frames lose, and gives up at the least threshold", () => {
    const selfTest = createSelfTest();
    const lose = (): void => [1, 2, 3, 4].forEach(() => selfTest.keyFrame(even(3), -1));
    lose();
    expect([selfTest.threshold(0), selfTest.verdict]).toEqual([expect.closeTo(3.9 * 0.7), "unknown"]);
    expect(selfTest.isDoubtful).toBe(true);
    lose();
    lose();
    lose();
    expect([selfTest.threshold(0), selfTest.verdict]).toEqual([2, "unknown"]);
    lose();
    expect(selfTest.verdict).toBe("gains nothing");
  });

  it("takes next to nothing for nothing: moving things lose more", () => {
    const selfTest = createSelfTest();
    for (let i = 0; i < 4; i++) selfTest.keyFrame(even(0.5), 0.2);
    expect(selfTest.verdict).toBe("gains nothing");
  });

  it("says nothing where too little is still", () => {
    const selfTest = createSelfTest();
    for (let i = 0; i < 20; i++) selfTest.keyFrame(even(3), undefined);
    expect([selfTest.verdict, selfTest.isDoubtful, selfTest.gain]).toEqual(["unknown", false, undefined]);
  });
});

test("thresholds follow the noise of what is as dark, within bounds", () => {
  const thresholds = thresholdsOf(
    [
      { typical: 3, bands: [null, 4, 2, null, 1, 0.1] },
      { typical: 2, bands: [null, 5, 2, null, 1, 0.1] },
      { typical: 2, bands: [null, 5, 2, null, 1, 0.1] },
    ],
    2,
  );
  const middle = (band: number): number => thresholds[Math.round(16 + ((band + 0.5) * 220) / 6)]!;
  // a band that nothing is known of has the typical noise
  expect([0, 1, 2, 3, 4, 5].map(middle)).toEqual(
    [4, 10, 4, 4, 2, 2].map((level) => expect.closeTo(level, 0)),
  );
  expect(thresholds[Math.round(16 + (2 * 220) / 6)]).toBeCloseTo(7, 0);
  expect([thresholds[0], thresholds[255]]).toEqual([4, 2]);
  expect(Math.max(...thresholdsOf([even(30)], 1.3))).toBe(12);
});

test("noise of steps is the median of boxes, times 1.48", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 3, max: 20 }),
      fc.integer({ min: 3, max: 20 }),
      fc.nat(1e6),
      (width, height, seed) => {
        const [a, b] = [scene({ width, height }, seed, 5), scene({ width, height }, seed + 1, 5)];
        const means: number[] = [];
        for (let y = 1; y < height - 1; y++)
          for (let x = 1; x < width - 1; x++) {
            let sum = 0;
            for (let v = y - 1; v <= y + 1; v++)
              for (let u = x - 1; u <= x + 1; u++) sum += b.data[v * width + u]! - a.data[v * width + u]!;
            means.push(Math.abs(sum) / 9);
          }
        const median = means.sort((p, q) => p - q)[Math.ceil(means.length / 2) - 1]!;
        expect(noiseOfSteps(a, b).typical).toBeCloseTo(1.48 * median, 6);
      },
    ),
  );
});
