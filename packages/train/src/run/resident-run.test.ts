/** Runs whose state stays on a device, beside runs whose state is here. */

import { createCpuProgramEngine, createOnnxProgramEngine } from "@tatami/runtime";
import { createWasmProgramEngine } from "@tatami/runtime/programs";
import type { ProgramEngine } from "@tatami/graph";
import { describe, expect, it } from "vitest";
import type { RecipeInit } from "../campaign/recipe.ts";
import { createRecipe } from "../campaign/recipe.ts";
import { smallDataset } from "../data/test-support.ts";
import { compileKernels } from "./kernels.ts";
import { createNetworkTask, networkPlayer } from "./network-task.ts";
import type { Run, RunState } from "./player-trainer.ts";
import { createRun } from "./player-trainer.ts";
import { canStayResident, createResidentRun } from "./resident-run.ts";

const tiny: RecipeInit = {
  name: "tiny",
  architecture: { blocks: 1, features: 4, width: 6, scale: 2 },
  batch: 3,
  crop: 9,
  steps: 40,
  warmUp: 2,
  amsgrad: true,
  seed: 3,
};
const task = createNetworkTask(createRecipe(tiny), smallDataset(2, 9));
const devices: readonly [string, () => Promise<ProgramEngine>][] = [
  ["the reference", async () => createCpuProgramEngine()],
  ["onnxruntime-web", () => createOnnxProgramEngine({ device: "wasm", threads: 1 })],
];

describe.each(devices)("whole steps on %s", (_name, open) => {
  it("do what steps here do, and either goes on from what the other left", async () => {
    await using device = await open();
    await using here = await createWasmProgramEngine();
    expect([canStayResident(task, device), canStayResident(task, here)]).toEqual([true, false]);
    const makers = {
      there: () => createResidentRun(task, device),
      here: async () => createRun(task, here, await compileKernels()),
    };
    const straight = await stepsOf(await makers.here(), undefined, 8);
    for (const [first, second] of [
      ["there", "there"],
      ["there", "here"],
      ["here", "there"],
    ] as const) {
      const half = await stepsOf(await makers[first](), undefined, 4);
      const whole = await stepsOf(await makers[second](), half.state, 4);
      expectClose([...half.losses, ...whole.losses], straight.losses);
      const [seen, expected] = [whole.state, straight.state].map((state) => state.players[networkPlayer]!);
      expect(Object.keys(seen!.vectors).toSorted()).toEqual(Object.keys(expected!.vectors).toSorted());
      for (const [vector, values] of Object.entries(expected!.vectors))
        expectClose(seen!.vectors[vector]!, values);
      expect([whole.state.step, seen!.moves, whole.state.random]).toEqual([8, 8, straight.state.random]);
    }
  });

  it("step back to half the rate with fresh crops", async () => {
    await using device = await open();
    await using run = await createResidentRun(task, device);
    await run.step();
    await run.fetch!();
    const good = run.save();
    const report = await run.step();
    const later = run.save().random;
    run.stepBack(good, report);
    const state = run.save();
    expect(state.random).toEqual(later);
    expect(state.step).toBe(1);
    expect(state.players[networkPlayer]!.rateFactor).toBe(0.5);
    expect(state.players[networkPlayer]!.vectors).toEqual(good.players[networkPlayer]!.vectors);
    const { rate } = (await run.step()).players[networkPlayer]!;
    expect(rate).toBeCloseTo(report.players[networkPlayer]!.rate / 2, 12);
  });
});

/** Steps, from a state where one is given; the run is disposed of. */
async function stepsOf(run: Run, from: RunState | undefined, steps: number) {
  await using running = run;
  if (from) running.restore(from);
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) losses.push((await running.step()).players[networkPlayer]!.loss);
  await running.fetch?.();
  return { losses, state: running.save() };
}

/** To 1e-4 of the largest number: Adam makes whole steps of the smallest gradients, the rounding in them included. */
function expectClose(seen: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(seen.length).toBe(expected.length);
  const size = Array.from(expected).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const apart = Array.from(expected).reduce(
    (most, value, i) => Math.max(most, Math.abs(value - seen[i]!)),
    0,
  );
  expect(apart / Math.max(size, 1e-30)).toBeLessThan(1e-4);
}
