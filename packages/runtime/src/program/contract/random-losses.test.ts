/** Losses of random networks on every engine, judged by the reference. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createCpuProgramEngine } from "../cpu-engine.ts";
import { engines } from "./testing/engines.ts";
import { differences, prepareCase, runOnce } from "./testing/program-case.ts";
import { randomCase } from "./testing/random-case.ts";

describe.each(Object.entries(engines))("%s", (_name, open) => {
  it("computes losses of random networks and their gradients", async () => {
    await using engine = await open();
    let compared = 0;
    const seeds = fc.integer({ min: 0, max: 1000 });
    await fc.assert(
      fc.asyncProperty(seeds, fc.constantFrom(1, 2), async (seed, block) => {
        const each = randomCase(seed, block);
        // ReLUs may let nothing through, and a root's slope at 0 is no number
        if (each.build(1).weights.length === 0) return;
        const right = await prepareCase(createCpuProgramEngine(), each).then(runOnce);
        const whole = Object.values(right.gradients).flatMap((values) => [...values]);
        if (!whole.every(Number.isFinite) || whole.every((value) => value === 0)) return;
        const filled = await prepareCase(engine, each);
        await using _runner = filled.runner;
        const parts = differences(await runOnce(filled), right);
        // roots of next to nothing make much of rounding
        expect(Object.entries(parts).filter(([, part]) => !(part < 1e-3))).toEqual([]);
        compared++;
      }),
      { numRuns: 60, seed: 17 },
    );
    expect(compared).toBeGreaterThan(45);
  });
});
