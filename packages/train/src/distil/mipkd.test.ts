import type { Model } from "@tatami/graph";
import { readOnnx, writeOnnx } from "@tatami/graph";
import { createCpuProgramEngine } from "@tatami/runtime";
import { createWasmProgramEngine } from "@tatami/runtime/programs";
import { expect, test } from "vitest";
import { createRecipe } from "../campaign/recipe.ts";
import { smallDataset } from "../data/test-support.ts";
import { encodeCheckpoint, decodeCheckpoint } from "../run/checkpoint/checkpoint.ts";
import { foldCheckpoint } from "../report/export-model.ts";
import { compileKernels } from "../run/kernels.ts";
import { createNetworkTask, networkPlayer, startOf } from "../run/network-task.ts";
import type { MoveReport, Run } from "../run/player-trainer.ts";
import { createRun } from "../run/player-trainer.ts";
import { networkModel } from "../shape/network-model.ts";
import { createTeacher } from "../teacher/teacher.ts";
import { mixerPrefix, pathsFrom } from "./mixers.ts";
import type { DistilInit } from "./options.ts";
import { createDistil } from "./options.ts";
import type { Teaching } from "./teaching.ts";
import { prepareTeaching } from "./prepare-teaching.ts";
import { choose } from "./points.ts";

const crop = 8;
const pictures = smallDataset(2, crop);
/** Stands for what a teacher makes of them. */
const lessons = { ...pictures, high: pictures.high };

const recipeOf = (distil: DistilInit, seed = 5) =>
  createRecipe({
    name: "pupil",
    architecture: { blocks: 3, features: 4, width: 8, scale: 2 },
    side: "folded",
    optimizer: "soap",
    batch: 2,
    crop,
    steps: 40,
    warmUp: 0,
    seed,
    teacher: "teacher",
    distil: { method: "mipkd", latent: 8, ...distil },
  });

function smallTeacher(): Model {
  const kind = createRecipe({
    name: "teacher",
    architecture: { blocks: 4, features: 8, width: 8, scale: 2 },
    side: "folded",
    seed: 9,
  });
  return networkModel(kind, startOf(kind));
}

async function prepared(distil: DistilInit, seed?: number) {
  const recipe = recipeOf(distil, seed);
  const model = smallTeacher();
  const compiled = await compileKernels();
  const parent = { name: model.name, role: "teacher" as const, steps: 0, samples: 0 };
  const teacher = await createTeacher(compiled, model);
  const teaching = await prepareTeaching(recipe, { teacher, parent, model }, lessons, compiled);
  const task = createNetworkTask(recipe, pictures, undefined, undefined, teaching);
  return { recipe, task, teaching, compiled };
}

async function withPrepared(
  distil: DistilInit,
  use: (run: Run, teaching: Teaching) => Promise<void>,
): Promise<void> {
  const { task, teaching, compiled } = await prepared(distil);
  await using engine = await createWasmProgramEngine({ threads: 1 });
  await using run = await createRun(task, engine, compiled);
  await use(run, teaching);
}

test("every path from every point to the end: fourteen of three", () => {
  expect(pathsFrom(2)).toEqual([
    ["teacher", "teacher"],
    ["teacher", "pupil"],
    ["pupil", "teacher"],
    ["pupil", "pupil"],
  ]);
  expect([3, 2, 1].reduce((sum, parts) => sum + pathsFrom(parts).length, 0)).toBe(14);
});

test("points part a network evenly, and the last is one of them", () => {
  const layers = (count: number) => Array.from({ length: count }, (_, at) => at + 1);
  expect(choose(layers(3), 3, "m3")).toEqual([1, 2, 3]);
  expect(choose(layers(5), 3, "m5")).toEqual([2, 3, 5]);
  expect(choose(layers(11), 3, "xl")).toEqual([4, 7, 11]);
  expect(() => choose(layers(3), 4, "m3")).toThrow("at most 3");
});

test("a code as wide as the teacher loses nothing, and the teacher's mixture on the teacher's path is its picture", async () => {
  // a mixture of the teacher's alone, at the last point: of the two paths, one is the teacher's
  const distil: DistilInit = { points: 1, mask: 1, block: 1 };
  await withPrepared(distil, async (run, { mipkd }) => {
    expect(mipkd!.extension.variants).toHaveLength(2);
    const { terms } = (await run.step()).players[networkPlayer]!;
    expect(Object.keys(terms).toSorted()).toEqual(["autoencoder", "block", "feature", "outputs", "pictures"]);
    expect(terms["autoencoder"]).toBeLessThan(1e-5);
    // of the teacher's own features, decoded: nothing is between
    expect(terms["feature"]).toBeLessThan(1e-5);
  });
  const { task, compiled } = await prepared({ points: 3, mask: 1, block: 1 });
  const [teacherOnly, ...others] = task.players[0]!.losses;
  await using engine = await createWasmProgramEngine({ threads: 1 });
  const blocks: number[] = [];
  for (const loss of [teacherOnly!, others.at(-1)!]) {
    const alone = { ...task, players: [{ ...task.players[0]!, losses: [loss] }] };
    await using run = await createRun(alone, engine, compiled);
    blocks.push((await run.step()).players[networkPlayer]!.terms["block"]!);
  }
  expect(blocks[0]).toBeLessThan(1e-5);
  expect(blocks[1]).toBeGreaterThan(1e-3);
});

test("the kernels and the reference see one loss and one gradient, on every path", async () => {
  const { task, compiled } = await prepared({ points: 2, block: 0.5, latent: 3 });
  const { losses } = task.players[0]!;
  expect(losses).toHaveLength(6);
  await using kernels = await createWasmProgramEngine({ threads: 1 });
  await using reference = await createCpuProgramEngine();
  for (const loss of losses) {
    const alone = { ...task, players: [{ ...task.players[0]!, losses: [loss] }] };
    const moves = [];
    for (const engine of [kernels, reference]) {
      await using run = await createRun(alone, engine, compiled);
      moves.push((await run.step()).players[networkPlayer]!);
    }
    const [one, other] = moves as [MoveReport, MoveReport];
    expect(Math.abs(one.gradientNorm / other.gradientNorm - 1)).toBeLessThan(1e-4);
    for (const [name, value] of Object.entries({ ...one.terms, loss: one.loss }))
      expect(Math.abs(value - { ...other.terms, loss: other.loss }[name]!)).toBeLessThan(1e-5);
  }
});

test("it is learned, goes on where it stopped, and nothing of it is in what is shipped", async () => {
  const { recipe, task, compiled } = await prepared({ points: 3 });
  await using engine = await createWasmProgramEngine({ threads: 2 });
  await using run = await createRun(task, engine, compiled);
  const losses: number[] = [];
  for (let step = 0; step < 30; step++) losses.push((await run.step()).players[networkPlayer]!.loss);
  const mean = (part: readonly number[]) => part.reduce((sum, value) => sum + value, 0) / part.length;
  expect(mean(losses.slice(-8))).toBeLessThan(0.8 * mean(losses.slice(0, 8)));

  const bytes = encodeCheckpoint({ recipe, state: run.save() });
  const kept = decodeCheckpoint(bytes, "kept");
  const { task: same } = await prepared({ points: 3 });
  await using again = await createRun(same, engine, compiled);
  again.restore(kept.state);
  const [one, other] = [await run.step(), await again.step()];
  expect(other).toEqual(one);
  expect(again.averageOf(networkPlayer)).toEqual(run.averageOf(networkPlayer));

  const names = Object.keys(run.averageOf(networkPlayer));
  expect(names.some((name) => name.startsWith(mixerPrefix))).toBe(true);
  const { model } = foldCheckpoint(kept);
  const file = writeOnnx(model);
  expect(new TextDecoder("latin1").decode(file)).not.toContain(mixerPrefix);
  // a pupil's file is as large as that of one who had no teacher
  const plain = createRecipe({ ...recipeOf({}), name: "pupil" });
  expect(file.length).toBe(writeOnnx(networkModel(plain, startOf(plain))).length);
  expect(readOnnx(file).model.scale).toBe(2);
});

test("options that make no sense are refused", () => {
  expect(() => createDistil({ method: "mipkd", feature: 0, block: 0 })).toThrow("recipe.distil.feature");
  expect(() => createDistil({ upcycled: 0.5, truth: 1 })).toThrow("upcycled");
  expect(() => createDistil({ turns: 9 })).toThrow("turns");
  expect(() => createDistil({ methods: "mipkd" } as DistilInit)).toThrow("distil.methods");
});
