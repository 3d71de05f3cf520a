import type { PatchJob } from "@tatami/core";
import { createDeepPlane, createPlane } from "@tatami/core";
import { tensor } from "@tatami/graph";
import { describe, expect, it } from "vitest";
import { gatherPatches, scatterPatches } from "./patch-tensor.ts";

const whole = (size: { width: number; height: number }, fullRange: boolean): PatchJob => ({
  source: createPlane(size),
  target: createPlane(size),
  window: { x: 0, y: 0, ...size },
  kept: { x: 0, y: 0, ...size },
  fullRange,
});

describe("gather and scatter", () => {
  for (const fullRange of [false, true])
    it(`give every level back, ${fullRange ? "full" : "studio"} range`, () => {
      const job = whole({ width: 16, height: 16 }, fullRange);
      job.source.data.forEach((_, level, data) => (data[level] = level));
      const shape = { batch: 1, width: 16, height: 16 };
      const input = gatherPatches([job], shape);
      scatterPatches([job], input, input);
      expect(job.target.data).toEqual(job.source.data);
    });

  for (const fullRange of [false, true])
    it(`give every level of 10 bits back, ${fullRange ? "full" : "studio"} range, and lie where those of 8 do`, () => {
      const size = { width: 32, height: 32 };
      const source = createDeepPlane(size, 10);
      source.data.forEach((_, level, data) => (data[level] = level));
      const job: PatchJob = { ...whole(size, fullRange), source, target: createDeepPlane(size, 10) };
      const input = gatherPatches([job], { batch: 1, ...size });
      scatterPatches([job], input, input);
      expect(job.target.data).toEqual(source.data);
      // black, and white: 4 times 16 and 235, or the ends of what there is
      const [black, white] = fullRange ? [0, 1023] : [64, 940];
      expect(input.data[black]).toBeCloseTo(16 / 255, 6);
      expect(input.data[white]).toBeCloseTo(235 / 255, 6);
    });

  it("puts full range into the studio range the model knows", () => {
    const job = whole({ width: 2, height: 1 }, true);
    job.source.data.set([0, 255]);
    const { data } = gatherPatches([job], { batch: 1, width: 2, height: 1 });
    expect(data[0]).toBeCloseTo(16 / 255, 6);
    expect(data[1]).toBeCloseTo(235 / 255, 6);
  });

  it("clips and rounds half up, and never wraps", () => {
    const job = whole({ width: 4, height: 1 }, false);
    const output = tensor([1, 1, 1, 4], Float32Array.of(-3, 2, 10.5 / 255, 10.49 / 255));
    scatterPatches([job], tensor([1, 1, 1, 4]), output);
    expect([...job.target.data]).toEqual([0, 255, 11, 10]);
  });

  it("writes only what is kept", () => {
    const job: PatchJob = {
      ...whole({ width: 8, height: 8 }, false),
      target: createPlane({ width: 16, height: 16 }),
      window: { x: 2, y: 2, width: 4, height: 4 },
      kept: { x: 3, y: 4, width: 2, height: 1 },
    };
    job.target.data.fill(7);
    scatterPatches([job], tensor([1, 1, 4, 4]), tensor([1, 1, 8, 8], new Float32Array(64).fill(1)));
    for (let y = 0; y < 16; y++)
      for (let x = 0; x < 16; x++) {
        const inside = x >= 6 && x < 10 && y >= 8 && y < 10;
        expect(job.target.data[y * 16 + x]).toBe(inside ? 255 : 7);
      }
  });
});
