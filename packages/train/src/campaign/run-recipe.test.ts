import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { expect, onTestFinished, test } from "vitest";
import { wavyPicture } from "../data/test-support.ts";
import { exportModel, foldCheckpoint } from "../report/export-model.ts";
import { latestStart, readHistory } from "../report/history.ts";
import { readCheckpoint } from "../run/checkpoint/checkpoint.ts";
import type { Trained } from "../shape/trained-model.ts";
import { readTrained } from "./read-trained.ts";
import type { RecipeInit } from "./recipe.ts";
import { createRecipe } from "./recipe.ts";
import type { RunRecipeOptions, RunRecipeResult } from "./run-recipe.ts";
import { runRecipe } from "./run-recipe.ts";

const tiny: RecipeInit = {
  name: "tiny",
  architecture: { blocks: 1, features: 8, width: 16, scale: 2 },
  batch: 2,
  crop: 12,
  steps: 3,
  warmUp: 1,
};

test("a run's parents and all the steps behind it are in its checkpoint, on its card and in its file", async () => {
  const { run, place } = await createPlace();
  const first = await run({ name: "first" });
  const second = await run({ name: "second", steps: 4, batch: 3, from: first.checkpoint });
  const third = await run({ name: "third", steps: 5, from: second.checkpoint, teacher: first.checkpoint });
  expect((await readCheckpoint(first.checkpoint)).lineage).toEqual([]);
  expect((await readCheckpoint(second.checkpoint)).lineage).toEqual([
    { name: "first", role: "from", steps: 3, samples: 6 },
  ]);
  const checkpoint = await readCheckpoint(third.checkpoint);
  expect(checkpoint.recipe).toMatchObject({ from: second.checkpoint, teacher: first.checkpoint });
  const lineage = [
    { name: "second", role: "from", steps: 7, samples: 18 },
    { name: "first", role: "teacher", steps: 3, samples: 6 },
  ];
  expect(checkpoint.lineage).toEqual(lineage);

  const { bytes, card } = await exportModel(checkpoint, foldCheckpoint(checkpoint), {}, { data: "" });
  const total = { totalSteps: 12, samples: 28 };
  expect(card).toMatchObject({ steps: 5, batch: 2, lineage, ...total });
  const file = join(place, "third.onnx");
  await writeFile(file, bytes);
  expect(await readTrained(file)).toMatchObject({ steps: 12, samples: 28, sha256: card.sha256 });
  expect(await readTrained(third.checkpoint)).toMatchObject({ steps: 12, samples: 28 });
});

test("alpha is the teacher's share of the loss, and the pictures' own truth has the rest", async () => {
  const { run } = await createPlace();
  const master = await run({ name: "master" });
  const taught = await run({ name: "taught" }, { teacher: master.checkpoint, alpha: 0.8 });
  const { distil } = (await readCheckpoint(taught.checkpoint)).recipe;
  expect(distil).toMatchObject({ method: "outputs", truth: expect.closeTo(0.25, 9) });
  for (const alpha of [0, 1.5, NaN])
    await expect(run({ name: "no" }, { teacher: master.checkpoint, alpha })).rejects.toThrow("alpha must be");
  await expect(run({ name: "no" }, { alpha: 0.5 })).rejects.toThrow("there is no teacher");
});

test("a run that goes on keeps pictures, test pictures, teacher and parents", async () => {
  const { run, pictures } = await createPlace();
  const master = await run({ name: "master" });
  const begun = await run(
    { from: master.checkpoint, teacher: master.checkpoint },
    { evaluate: [pictures], minutes: 0 },
  );
  expect(begun).toMatchObject({ step: 0, finished: false, evaluate: [pictures] });
  const { recipe: _recipe, lineage } = await readCheckpoint(begun.checkpoint);
  expect(lineage!.map(({ role }) => role)).toEqual(["from", "teacher"]);
  const remarks: string[] = [];
  const asked: string[] = [];
  // the recipe's own file may say something else by now
  const { data: _data, ...goesOn } = {
    ...runOptions(pictures, createRecipe({ ...tiny, from: "changed", teacher: "changed" }), begun),
    resume: true,
    onReady: (said: readonly string[]) => void remarks.push(...said),
    async findTrained(name: string): Promise<Trained> {
      asked.push(name);
      return readTrained(name);
    },
  };
  const ended = await runRecipe(goesOn);
  expect(ended).toMatchObject({ step: 3, finished: true, evaluate: [pictures] });
  expect(asked).toEqual([master.checkpoint]);
  expect(remarks.at(-1)).toBe("learns what master makes of them (the kernels)");
  const after = await readCheckpoint(ended.checkpoint);
  expect(after.lineage).toEqual(lineage);
  expect(after.recipe).toMatchObject({ from: master.checkpoint, teacher: master.checkpoint });
  const history = await readHistory(ended.checkpoint.replace(".checkpoint", ".history.jsonl"));
  expect(latestStart(history)!.sources).toMatchObject({ data: pictures, from: master.checkpoint });
});

test("a caller's networks overrule the recipe's, and so does none", async () => {
  const { run } = await createPlace();
  const master = await run({ name: "master" });
  const own = await run({ from: "nowhere.onnx" }, { from: master.checkpoint });
  expect((await readCheckpoint(own.checkpoint)).lineage).toMatchObject([{ name: "master" }]);
  const none = await run(
    { name: "none", from: "nowhere.onnx", teacher: "nowhere.onnx" },
    { from: "none", teacher: "none" },
  );
  const { recipe, lineage } = await readCheckpoint(none.checkpoint);
  expect(lineage).toEqual([]);
  expect(recipe).not.toHaveProperty("from");
  expect(recipe).not.toHaveProperty("teacher");
  await expect(run({ name: "lost", from: "nowhere.onnx" })).rejects.toMatchObject({
    code: "input-not-found",
  });
});

test("a folder without pictures, or none, is told before anything is looked for", async () => {
  const { place } = await createPlace();
  const options = {
    recipe: createRecipe({ ...tiny, from: "a" }),
    out: place,
    findTrained: () => expect.unreachable(),
  };
  await expect(runRecipe(options)).rejects.toMatchObject({
    code: "invalid-option",
    message: "There are no pictures to train on.",
  });
  await expect(runRecipe({ ...options, data: place })).rejects.toMatchObject({ code: "input-not-found" });
});

/** A folder with pictures, and runs in it. */
async function createPlace() {
  const place = await mkdtemp(join(tmpdir(), "tatami-run-"));
  const pictures = await mkdtemp(join(tmpdir(), "tatami-run-pictures-"));
  onTestFinished(async () => {
    for (const each of [place, pictures]) await rm(each, { recursive: true, force: true });
  });
  const { width, height, data } = wavyPicture(64, 48, 1);
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(join(pictures, "a.png"));
  const run = (init: Partial<RecipeInit>, more: Partial<RunRecipeOptions> = {}): Promise<RunRecipeResult> =>
    runRecipe({
      ...runOptions(pictures, createRecipe({ ...tiny, ...init }), {
        checkpoint: join(place, "x.checkpoint"),
      }),
      ...more,
    });
  return { place, pictures, run };
}

function runOptions(data: string, recipe: RunRecipeOptions["recipe"], beside: { checkpoint: string }) {
  return {
    recipe,
    data,
    out: join(beside.checkpoint, ".."),
    findTrained: (name: string) => readTrained(name),
  };
}
