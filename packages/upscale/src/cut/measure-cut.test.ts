import { planGrid } from "@tatami/patches";
import { createEngine } from "@tatami/runtime";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createGrids } from "./grids.ts";
import type { Cut } from "./measure-cut.ts";
import { quickestCut } from "./measure-cut.ts";
import { seededSesr } from "../testing/models.ts";

const frame = { width: 500, height: 300 };
const cuts = [400, 200, 100, 50].map((patchSize): Cut => ({
  grid: planGrid({ frame, patchSize, halo: 9 }),
  batch: 1,
}));

describe("quickestCut", () => {
  it("is the quickest by a tenth, or the first", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 4, maxLength: 4 }),
        async (times) => {
          const chosen = await quickestCut(
            cuts,
            async (cut) => times[cuts.indexOf(cut)]!,
            () => 0,
          );
          const least = Math.min(...times.slice(1));
          if (least < times[0]! * 0.9) expect(times[cuts.indexOf(chosen)]).toBe(least);
          else expect(chosen).toBe(cuts[0]);
        },
      ),
    );
  });

  it("does not time an only cut, and stops trying when it has taken long", async () => {
    const timed: Cut[] = [];
    let clock = 0;
    const time = async (cut: Cut): Promise<number> => {
      timed.push(cut);
      clock += 600;
      return 100 - timed.length * 20;
    };
    expect(await quickestCut([cuts[0]!], time, () => clock)).toBe(cuts[0]);
    expect(timed).toEqual([]);
    expect(await quickestCut(cuts, time, () => clock)).toBe(cuts[1]);
    expect(timed).toEqual([cuts[0], cuts[1]]);
  });
});

describe("measuring", () => {
  it("keeps to one of the cuts, leaves alone what was asked for, and outlives an abort", async () => {
    const model = seededSesr();
    const ort = { threads: 1, wasmPaths: undefined };
    await using engine = await createEngine(
      { model, backends: ["wasm"], ort },
      { batch: 1, width: 16, height: 16 },
    );
    const asked = { engine, model, batchSize: undefined };
    const free = createGrids({ ...asked, patchSize: undefined });
    await free.measure(frame, AbortSignal.abort());
    expect(free.of(frame, false).grid.patches).toHaveLength(2);
    const again = createGrids({ ...asked, patchSize: undefined });
    await again.measure(frame, undefined);
    const { grid, batch } = again.of(frame, false);
    expect([1, 2, 6]).toContain(grid.patches.length);
    expect(batch).toBe(1);
    const fixed = createGrids({ ...asked, patchSize: 100 });
    await fixed.measure(frame, undefined);
    expect(fixed.of(frame, false).grid.window.width).toBeLessThanOrEqual(100);
  });
});
