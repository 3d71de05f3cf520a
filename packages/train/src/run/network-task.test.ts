import { psnr } from "@tatami/core";
import type { LossBuilder } from "@tatami/graph";
import { mixModels } from "@tatami/graph";
import { createCpuProgramEngine } from "@tatami/runtime";
import { listModels, loadModel } from "@tatami/zoo";
import { describe, expect, it, test } from "vitest";
import type { RecipeInit } from "../campaign/recipe.ts";
import { createRecipe } from "../campaign/recipe.ts";
import { roundLuma } from "../data/luma.ts";
import { drawEvaluationSet } from "../data/read-evaluation-set.ts";
import { noise, smallDataset } from "../data/test-support.ts";
import { tracks } from "../data/tracks.ts";
import type { Tensors } from "../objective/super-resolution.ts";
import type { EvaluationPicture } from "../report/evaluate.ts";
import { createModelEnlarge } from "../report/model-enlarge.ts";
import { decodeCheckpoint, encodeCheckpoint } from "./checkpoint/checkpoint.ts";
import { compileKernels } from "./kernels.ts";
import { createNetworkTask, networkObjective, networkPlayer, startOf } from "./network-task.ts";
import type { Run, RunReport, RunState } from "./player-trainer.ts";
import { flatten } from "./task.ts";
import { trainedWeights, withRun, withWeights } from "./test-support.ts";

const tiny: RecipeInit = {
  name: "tiny",
  architecture: { blocks: 2, features: 16, width: 16, scale: 2 },
  batch: 4,
  crop: 12,
  steps: 60,
  warmUp: 5,
  rate: 2e-3,
  seed: 9,
};
const dataset = smallDataset(2, 12);
const kinds: readonly Partial<RecipeInit>[] = [
  { optimizer: "adam" },
  { optimizer: "adam", side: "folded", amsgrad: true },
  { optimizer: "soap", candidates: 3 },
  { optimizer: "soap", loss: "psnr" },
  { optimizer: "soap", side: "wide" },
];

describe("a run of one network", () => {
  it.each(kinds)("learns by %o", async (kind) => {
    const losses: number[] = [];
    await withNetwork({ ...tiny, ...kind }, 1, async (run) => {
      for (let i = 0; i < 60; i++) losses.push(lossOf(await run.step()));
    });
    const average = (values: number[]): number =>
      values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(average(losses.slice(-10))).toBeLessThan(0.7 * average(losses.slice(0, 10)));
  });

  it("does the same again from the same seed, and other things from another", async () => {
    const first = await averageAfter(tiny, 1, 10);
    expect(await averageAfter(tiny, 1, 10)).toEqual(first);
    expect(await averageAfter({ ...tiny, seed: 10 }, 1, 10)).not.toEqual(first);
  });

  it.each(kinds)("does the same with any number of threads (%o)", async (kind) => {
    const recipe = { ...tiny, ...kind };
    expect(await averageAfter(recipe, 3, 10)).toEqual(await averageAfter(recipe, 1, 10));
  });

  it.each(kinds)("goes on from a checkpoint exactly as if it had never stopped (%o)", async (kind) => {
    const recipe = { ...tiny, ...kind };
    const expected = await averageAfter(recipe, 1, 10);
    let bytes = new Uint8Array();
    await withNetwork(recipe, 1, async (run) => {
      for (let i = 0; i < 6; i++) await run.step();
      bytes = Uint8Array.from(encodeCheckpoint({ recipe: createRecipe(recipe), state: run.save() }));
    });
    await withNetwork(recipe, 2, async (run) => {
      run.restore(decodeCheckpoint(bytes, "memory").state);
      for (let i = 0; i < 4; i++) await run.step();
      expect(run.averageOf(networkPlayer)).toEqual(expected);
    });
  });

  it("notices a loss that runs away, and steps back to half the rate with fresh crops", async () => {
    await withNetwork({ ...tiny, steps: 1000 }, 1, async (run) => {
      for (let i = 0; i < 210; i++) await run.step();
      const good = run.save();
      const { rate } = (await run.step()).players[networkPlayer]!;
      // weights a thousand times too large: what a divergence leaves
      run.restore(withWeights(run.save(), networkPlayer, (value) => value * 1000));
      let report = await run.step();
      for (let i = 0; i < 300 && !report.diverged; i++) report = await run.step();
      expect(report.diverged).toBe(true);
      const later = run.save().random;
      run.stepBack(good, report);
      const { players } = good;
      const expected = { ...players[networkPlayer]!, rateFactor: 0.5 };
      expect(run.save()).toEqual({ ...good, random: later, players: { [networkPlayer]: expected } });
      expect((await run.step()).players[networkPlayer]!.rate).toBeCloseTo(rate / 2, 12);
    });
  });

  it.each(["adam", "soap"] as const)(
    "changes nothing when the gradient is no number (%s)",
    async (optimizer) => {
      await withNetwork({ ...tiny, optimizer }, 1, async (run) => {
        const start = run.save();
        run.restore(withWeights(start, networkPlayer, (value, i) => (i === 0 ? NaN : value)));
        const report = await run.step();
        expect(report.diverged).toBe(true);
        const averageOf = ({ players }: RunState) => players[networkPlayer]!.vectors["average"];
        expect(averageOf(run.save())).toEqual(averageOf(start));
        run.stepBack(start, report);
        expect((await run.step()).diverged).toBe(false);
      });
    },
  );
});

test.each([0.25, 0.75])(
  "a mixture is learned as the network that its weights make: %f its own",
  async (part) => {
    const recipe = createRecipe({ ...tiny, side: "folded" });
    const [own, other] = [trainedWeights(recipe, 3), trainedWeights(recipe, 4)];
    const { build, mixedWith } = networkObjective(recipe);
    const mixture = Object.fromEntries(
      Object.entries(own).map(([name, { shape, data }]) => {
        const rest = other[name]!.data;
        return [name, { shape, data: data.map((value, i) => part * value + (1 - part) * rest[i]!) }];
      }),
    );
    const [learned, expected] = [await lossAt(mixedWith(other, part), own), await lossAt(build, mixture)];
    expect(learned).toBeCloseTo(expected, 6);
    expect(learned).not.toBeCloseTo(await lossAt(build, own), 3);
  },
);

test("with a sibling half of what is drawn from are mixtures, a quarter of each kind of the way between", async () => {
  const recipe = createRecipe({ ...tiny, side: "folded" });
  const lossesWith = (sibling?: Tensors) =>
    createNetworkTask(recipe, dataset, undefined, sibling).players[0]!.losses;
  const [own, sibling] = [startOf(recipe), trainedWeights(recipe, 4)];
  expect(lossesWith()).toHaveLength(1);
  const values = await Promise.all(lossesWith(sibling).map((build) => lossAt(build, own)));
  expect(values).toHaveLength(6);
  expect(new Set(values).size).toBe(4);
  expect(values.filter((value) => value === values[0])).toHaveLength(3);
});

describe("shipped pairs of a network and its sibling for cameras", () => {
  const pairs = listModels().flatMap(({ name, mixesWith }) =>
    mixesWith === undefined ? [] : [[mixesWith, name] as const],
  );
  const drawings = new Map<number, EvaluationPicture>();
  const drawn = async (scale: number): Promise<EvaluationPicture> => {
    const known = drawings.get(scale) ?? (await drawEvaluationSet(1, scale, { track: tracks.camera }))[0]!;
    drawings.set(scale, known);
    return known;
  };
  it("are there", () => expect(pairs.length).toBeGreaterThan(5));

  it.each(pairs)("%s and %s are good wherever they are mixed", async (clean, camera) => {
    const [from, to] = [await loadModel(clean), await loadModel(camera)];
    const { low, high } = await drawn(from.scale);
    const compiled = await compileKernels();
    const gained = [0, 0.25, 0.5, 0.75, 1].map((part) => {
      const enlarge = createModelEnlarge(compiled, mixModels(from, to, part));
      return psnr(roundLuma(enlarge(low)), high, from.scale);
    });
    // what lies between two good ones and is no network any more is behind both
    for (let at = 1; at < 4; at++)
      expect(gained[at]).toBeGreaterThan(Math.min(gained[at - 1]!, gained[at + 1]!) - 0.05);
  });
});

/** Of one example of noise. */
async function lossAt(build: LossBuilder, weights: Tensors): Promise<number> {
  await using runner = await createCpuProgramEngine().prepare("loss", build, 1);
  for (const [at, values] of Object.values(runner.examples[0]!).entries())
    values.set(noise(values.length, at + 1).map((value) => (value + 1) / 2));
  const { loss } = await runner.run(
    flatten(runner.weights, weights),
    new Float32Array(),
    new Float32Array(runner.weights.count),
  );
  return loss;
}

async function averageAfter(init: RecipeInit, threads: number, steps: number): Promise<Tensors> {
  let average: Tensors = {};
  await withNetwork(init, threads, async (run) => {
    for (let i = 0; i < steps; i++) await run.step();
    average = run.averageOf(networkPlayer);
  });
  return average;
}

function withNetwork(init: RecipeInit, threads: number, use: (run: Run) => Promise<void>): Promise<void> {
  return withRun(createNetworkTask(createRecipe(init), dataset), threads, use);
}

function lossOf({ players }: RunReport): number {
  return players[networkPlayer]!.loss;
}
