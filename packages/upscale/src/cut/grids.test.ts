import type { PatchJob, Size } from "@tatami/core";
import { createPlane, scaleSize } from "@tatami/core";
import type { Backend, Model } from "@tatami/graph";
import { extendPlane, planGrid } from "@tatami/patches";
import { createCpuBackend, createEngine } from "@tatami/runtime";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createGrids } from "./grids.ts";
import { seededSesr, seededUnet } from "../testing/models.ts";
import { syntheticLuma } from "../testing/synthetic-driver.ts";

/** The larger luma of a frame, cut into patches of at most this size. */
async function enlarge(backend: Backend, model: Model, frame: Size, patchSize: number) {
  const grid = planGrid({ frame, patchSize, halo: model.halo, alignment: model.alignment });
  const source = extendPlane(syntheticLuma(frame, 1), grid.extended);
  const target = createPlane(scaleSize(frame, model.scale));
  await using executable = await backend.prepare(model, { batch: 2, ...grid.window });
  await executable.run(
    grid.patches.map((patch): PatchJob => ({ ...patch, source, target, fullRange: false })),
  );
  return { data: target.data, patches: grid.patches.length };
}

describe("frames cut into patches", () => {
  const unets = fc
    .record({
      depth: fc.integer({ min: 1, max: 2 }),
      scale: fc.integer({ min: 1, max: 3 }),
      activation: fc.constantFrom("relu" as const, "prelu" as const),
    })
    .chain((shape) => fc.nat(1000).map((seed) => seededUnet({ base: 1, ...shape }, seed)));
  const models = fc.oneof(
    unets,
    fc.nat(1000).map((seed) => seededSesr(2, seed)),
  );

  it("give what the whole frame gives, bit for bit, on the reference", async () => {
    const wider = fc.integer({ min: 1, max: 25 });
    await fc.assert(
      fc.asyncProperty(models, wider, fc.nat(20), fc.nat(7), async (model, beyond, high, inner) => {
        const { halo, alignment = 1 } = model;
        const patchSize = 2 * halo + alignment + inner;
        const frame = { width: patchSize + beyond, height: halo + 1 + high };
        const cpu = createCpuBackend();
        const whole = await enlarge(cpu, model, frame, 4096);
        const tiled = await enlarge(cpu, model, frame, patchSize);
        expect(whole.patches).toBe(1);
        expect(tiled.patches).toBeGreaterThan(1);
        expect(Buffer.compare(tiled.data, whole.data)).toBe(0);
      }),
      { numRuns: 20 },
    );
  });
});

describe("createGrids", () => {
  it("cuts by the model's alignment whatever is tried, measured or reused", async () => {
    const tried: Size[] = [];
    const cpu = createCpuBackend();
    const free: Backend = {
      ...cpu,
      prepare: async (model, shape) => {
        tried.push(shape);
        const executable = await cpu.prepare(model, shape);
        // what is measured is a clock's affair: nothing is computed but what the self-test asks for
        const run: typeof executable.run = async (jobs, signal) => {
          if (jobs.some(({ strength }) => strength !== undefined)) await executable.run(jobs, signal);
        };
        return { ...executable, run };
      },
    };
    const model = seededUnet({ base: 1, depth: 2 });
    expect(model).toMatchObject({ alignment: 4, halo: 24 });
    const factories = { cpu: async () => free };
    const ort = { threads: 1 };
    await using engine = await createEngine(
      { model, backends: ["cpu"], ort, factories },
      { batch: 1, width: 8, height: 8 },
    );
    const frame = { width: 253, height: 131 };
    for (const patchSize of [undefined, 90]) {
      const grids = createGrids({ engine, model, patchSize, batchSize: undefined });
      await grids.measure(frame, undefined);
      for (const reusing of [false, true]) {
        const { grid } = grids.of(frame, reusing);
        expect(grid).toMatchObject({ frame, extended: { width: 256, height: 132 } });
        expect([grid.window.width % 4, grid.window.height % 4]).toEqual([0, 0]);
        if (patchSize !== undefined)
          expect(Math.max(grid.window.width, grid.window.height)).toBeLessThanOrEqual(88);
      }
    }
    expect(tried.length).toBeGreaterThan(3);
    expect(tried.filter(({ width, height }) => width % 4 > 0 || height % 4 > 0)).toEqual([]);
  });
});
