import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { countParameters } from "@tatami/graph";
import { expect, onTestFinished, test } from "vitest";
import { startOf } from "../run/network-task.ts";
import { networkModel } from "../shape/network-model.ts";
import { listRecipes, listTddsrRecipes, readRecipe, readTddsrRecipe } from "./read-recipe.ts";

test("every recipe that ships is read by its name, and its name says size, scale and track", async () => {
  const parameters: Record<string, number> = {};
  for (const name of await listRecipes()) {
    const recipe = await readRecipe(name);
    expect([recipe.name, `${recipe.name}-${recipe.track}`]).toContain(name);
    expect(name).toContain(`-x${recipe.architecture.scale}`);
    parameters[name] = countParameters(networkModel(recipe, startOf({ ...recipe, side: "folded" })));
  }
  // SESR, tables 1 and 2
  expect(parameters).toMatchObject({
    "micro-x2-bicubic": 2152,
    "m3-x2-bicubic": 8912,
    "m5-x2-bicubic": 13_520,
    "m7-x2-bicubic": 18_128,
    "m11-x2-bicubic": 27_344,
    "xl-x2-bicubic": 105_376,
    "m3-x4-bicubic": 13_712,
    "m5-x4-bicubic": 18_320,
    "m7-x4-bicubic": 22_928,
    "m11-x4-bicubic": 32_144,
    "xl-x4-bicubic": 114_976,
  });
});

test("a recipe for clean pictures is found without its ending", async () => {
  expect(await readRecipe("mambalite-s-x2")).toEqual(await readRecipe("mambalite-s-x2-bicubic"));
  expect(await readTddsrRecipe("m5-x2")).toBeUndefined();
  await expect(readRecipe("m5-x9")).rejects.toThrow('no recipe named "m5-x9"');
});

test("a file is read from where it lies, and what is wrong with it is said", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tatami-recipe-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const write = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };
  const architecture = "architecture: { blocks: 3, features: 16, width: 64, scale: 2 }";
  const own = await write("own.mjs", `export const recipe = { name: "own-x2", ${architecture} };`);
  expect(await readRecipe(own)).toMatchObject({ name: "own-x2", steps: 30_000 });
  const empty = await write("empty.mjs", "export const other = 1;");
  await expect(readRecipe(empty)).rejects.toMatchObject({
    code: "invalid-option",
    message: expect.stringContaining("RECIPE must be a file that exports `recipe`"),
  });
  const broken = await write("broken.mjs", "export const recipe = ;");
  await expect(readRecipe(broken)).rejects.toMatchObject({ code: "input-not-found" });
  const wrong = await write(
    "wrong.mjs",
    `export const recipe = { name: "a-x2", speed: 2, ${architecture} };`,
  );
  await expect(readRecipe(wrong)).rejects.toThrow("recipe.speed");
  await expect(readRecipe("m5-x3-bicubic")).rejects.toMatchObject({
    code: "invalid-option",
    fix: expect.stringContaining("Use one of m11-x2-bicubic, "),
  });
});

test("a co-learning's recipe is read as one, and as no network's", async () => {
  const names = await listTddsrRecipes();
  expect(names).toEqual(["tddsr-x2"]);
  for (const name of names) expect(await readTddsrRecipe(name)).toMatchObject({ kind: "tddsr", name });
  expect(await readTddsrRecipe("m5-x2-bicubic")).toBeUndefined();
  await expect(readTddsrRecipe("tddsr-x9")).rejects.toMatchObject({ code: "invalid-option" });
});
