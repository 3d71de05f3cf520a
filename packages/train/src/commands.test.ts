import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { expect, onTestFinished, test } from "vitest";
import { readCheckpoint } from "./checkpoint.ts";
import { runEvaluateCommand } from "./command-evaluate.ts";
import { runExportCommand } from "./command-export.ts";
import { runTrainCommand } from "./command-train.ts";
import { wavyPicture } from "./test-support.ts";

const recipe = `export const recipe = {
  name: "m3-x2", architecture: { blocks: 3, features: 16, width: 8, scale: 2 },
  batch: 2, crop: 12, steps: 6, warmUp: 2,
};`;

test("train, resume, evaluate, export: a file and its card that agree with the table", async () => {
  const root = await mkdtemp(join(tmpdir(), "tatami-commands-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const [pictures, out, models] = ["set", "runs", "models"].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ];
  await mkdir(pictures);
  for (const seed of [1, 2]) {
    const { data } = wavyPicture(64, 56, seed);
    await sharp(data, { raw: { width: 64, height: 56, channels: 3 } })
      .png()
      .toFile(join(pictures, `wave-${seed}.png`));
  }
  const recipeFile = join(root, "recipe.mjs");
  await writeFile(recipeFile, recipe);
  const note = join(root, "note.txt");
  await writeFile(note, "generated waves\n");
  const lines: string[] = [];
  const print = (line: string): void => void lines.push(line);

  await runTrainCommand([recipeFile, "--data", pictures, "--out", out, "--evaluate", pictures], print);
  expect(lines.at(-1)).toContain("finished at step 6");
  expect(lines.some((line) => /^step 6\/6 {2}loss \d\.\d+ {2}\d+\.\d+ dB/.test(line))).toBe(true);
  await runTrainCommand(
    [recipeFile, "--data", pictures, "--out", out, "--resume", "--steps", "9", "--threads", "2"],
    print,
  );
  const wrong = runTrainCommand([recipeFile, "--data", pictures, "--out", out, "--steps", "many"], print);
  await expect(wrong).rejects.toThrow('--steps must be a number, not "many"');
  const checkpoint = join(out, "m3-x2.checkpoint");
  expect((await readCheckpoint(checkpoint)).state.step).toBe(9);
  const again = join(root, "again");
  await runTrainCommand(
    [recipeFile, "--data", pictures, "--out", again, "--from", checkpoint, "--steps", "1"],
    print,
  );
  expect((await readCheckpoint(join(again, "m3-x2.checkpoint"))).state.step).toBe(1);

  await runExportCommand([checkpoint, "--out", models, "--data-note", note, "--evaluate", pictures], print);
  const bytes = await readFile(join(models, "m3-x2.onnx"));
  const card = JSON.parse(await readFile(join(models, "m3-x2.json"), "utf8"));
  expect(card).toMatchObject({
    name: "m3-x2",
    steps: 9,
    parameters: 8912,
    data: "generated waves",
    license: "MIT",
  });
  expect(card.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));

  const table: string[] = [];
  await runEvaluateCommand([join(models, "m3-x2.onnx"), pictures, "--scale", "2"], (line) =>
    table.push(line),
  );
  expect(table[0]).toBe("m3-x2 ×2 after 9 steps, set: Y-PSNR in dB, SSIM");
  expect(table.slice(2).map((line) => line.split(/\s+/)[0])).toEqual(["wave-1.png", "wave-2.png", "mean"]);
  const mean = table.at(-1)!.split(/\s+/).slice(1).map(Number);
  expect(mean).toEqual([card.psnr.set, card.ssim.set, card.bicubicPsnr.set, card.bicubicSsim.set]);
  const fromCheckpoint: string[] = [];
  await runEvaluateCommand([checkpoint, pictures], (line) => fromCheckpoint.push(line));
  expect(fromCheckpoint).toEqual(table);
});

test.each([
  ["train", () => runTrainCommand([], () => {}), "arguments must be train RECIPE"],
  [
    "a recipe",
    () => runTrainCommand(["no.mjs", "--data", "a", "--out", "b"], () => {}),
    "no.mjs cannot be loaded",
  ],
  ["evaluate", () => runEvaluateCommand(["a.onnx"], () => {}), "arguments must be evaluate"],
  ["export", () => runExportCommand(["a.checkpoint"], () => {}), "arguments must be export"],
])("%s without what it needs says so", async (_, call, message) => {
  await expect(call()).rejects.toThrow(message);
});
