import fc from "fast-check";
import { expect, test } from "vitest";
import { createFlickerMeter } from "./flicker.ts";
import type { LumaSamples } from "./plane-region.ts";

const plane = (width: number, height: number, data: readonly number[]): LumaSamples => ({
  width,
  height,
  data: Uint8Array.from(data),
});

test("only what stands still counts: the variance over time there, as it is by definition", () => {
  const moments = fc.array(fc.array(fc.nat({ max: 255 }), { minLength: 8, maxLength: 8 }), { minLength: 1 });
  fc.assert(
    fc.property(moments, (frames) => {
      const meter = createFlickerMeter({ judges: { width: 4, height: 2 }, pictures: 1 });
      // the left half of the judge stands still, the right half moves
      for (const [index, frame] of frames.entries()) {
        const judge = frame.map((_, at) => (at % 4 < 2 ? 50 + (index % 2) * 6 : (index % 2) * 200));
        meter.add([plane(4, 2, judge)], [plane(4, 2, frame)]);
      }
      const still = frames.length > 1 ? [0, 1, 4, 5] : [0, 1, 2, 3, 4, 5, 6, 7];
      const variances = still.map((at) => {
        const mean = frames.reduce((sum, frame) => sum + frame[at]!, 0) / frames.length;
        return frames.reduce((sum, frame) => sum + (frame[at]! - mean) ** 2, 0) / frames.length;
      });
      const expected = variances.reduce((sum, value) => sum + value, 0) / still.length;
      expect(meter.read().stillShare).toBe(still.length / 8);
      expect(meter.read().variances[0]).toBeCloseTo(expected, 6);
    }),
  );
});

test("a judge of half the size judges blocks of two by two; rows may be padded", () => {
  const meter = createFlickerMeter({ judges: { width: 2, height: 1 }, scale: 2, pictures: 2 });
  for (const level of [10, 30]) {
    const judge = { width: 2, height: 1, stride: 3, data: Uint8Array.of(7, level * 5, 99) };
    const measured = plane(4, 2, [level, level, 0, 0, level, level, 0, 0]);
    meter.add([judge], [measured, plane(4, 2, [5, 5, level, 5, 5, 5, 5, level])]);
  }
  expect(meter.read()).toEqual({ stillShare: 0.5, variances: [100, 0] });
});

test("what stands still in one of two judges stands still; after a reset nothing is known", () => {
  const meter = createFlickerMeter({ judges: { width: 2, height: 1 }, judgeCount: 2, pictures: 1 });
  for (const level of [0, 20]) {
    const moving = plane(2, 1, [level, level]);
    meter.add([moving, plane(2, 1, [3, level])], [moving]);
  }
  expect(meter.frames).toBe(2);
  expect(meter.read()).toEqual({ stillShare: 0.5, variances: [100] });
  meter.reset();
  expect(meter.frames).toBe(0);
  expect(meter.read().stillShare).toBe(0);
  meter.add([plane(2, 1, [1, 1]), plane(2, 1, [2, 2])], [plane(2, 1, [9, 9])]);
  expect(meter.read()).toEqual({ stillShare: 1, variances: [0] });
});
