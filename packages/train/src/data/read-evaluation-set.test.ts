import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { expect, onTestFinished, test } from "vitest";
import { resizeLuma } from "./bicubic.ts";
import { writeCheckpoint } from "../run/checkpoint/checkpoint.ts";
import { evaluate } from "../report/evaluate.ts";
import { checkpointOf } from "../run/test-support.ts";
import { readEvaluationSet } from "./read-evaluation-set.ts";
import { createRecipe } from "../campaign/recipe.ts";
import { drawCharts } from "../report/page/charts.ts";
import type { HistoryEntry } from "../report/history.ts";
import { writeReport } from "../report/write-report.ts";
import { wavyPicture } from "./test-support.ts";
import { tracks } from "./tracks.ts";

async function createSet(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tatami-evaluation-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const seed of [1, 2, 3]) {
    const { width, height, data } = wavyPicture(80, 64, seed);
    const picture = sharp(data, { raw: { width, height, channels: 3 } });
    await picture.png().toFile(join(folder, `${seed}.png`));
  }
  return folder;
}

test("through cameras, pictures are the same every time, and harder than bicubic ones", async () => {
  const folder = await createSet();
  const [clean, degraded, again] = await Promise.all([
    readEvaluationSet(folder, 2),
    readEvaluationSet(folder, 2, { track: tracks.camera }),
    readEvaluationSet(folder, 2, { track: tracks.camera }),
  ]);
  expect(again).toEqual(degraded);
  expect(degraded.map(({ high }) => high)).toEqual(clean.map(({ high }) => high));
  const bicubic = (pictures: typeof clean): number =>
    evaluate(pictures, (low) => resizeLuma(low, low.width * 2, low.height * 2), 2).at(-1)!.bicubic.psnr;
  expect(bicubic(degraded)).toBeLessThan(bicubic(clean) - 0.3);
  const reason = new Error("stop");
  const stopped = readEvaluationSet(folder, 2, { track: tracks.camera, signal: AbortSignal.abort(reason) });
  await expect(stopped).rejects.toBe(reason);
});

test("the report of a camera run has both scores, and says which is which", async () => {
  const folder = await createSet();
  const recipe = createRecipe({
    name: "m1-x2-camera",
    architecture: { blocks: 1, features: 8, width: 8, scale: 2 },
    track: "camera",
  });
  const checkpoint = join(folder, "m1-x2-camera.checkpoint");
  await writeCheckpoint(checkpoint, checkpointOf(recipe));
  const { sets } = await writeReport(checkpoint, { evaluate: [folder] });
  expect(sets.map(({ name }) => name.replace(/^[^,]*/, ""))).toEqual([
    ", through cameras",
    ", reduced by bicubic",
  ]);
  const [through, reduced] = sets.map(({ rows }) => rows.at(-1)!.bicubic.psnr);
  expect(through!).toBeLessThan(reduced! - 0.3);
});

test("a curve holds scores of pictures reduced in one way only", () => {
  const recipe = createRecipe({
    name: "a",
    architecture: { blocks: 1, features: 8, width: 8, scale: 2 },
  });
  const start = (step: number, sources: Record<string, string>): HistoryEntry => ({
    kind: "start",
    step,
    recipe,
    pictures: 1,
    sources,
  });
  const progress = (step: number, psnr: number): HistoryEntry => ({
    kind: "progress",
    step,
    psnr,
    loss: 0.01,
    rate: 5e-4,
    gradientNorm: 0.1,
    stepsPerSecond: 5,
  });
  const before = [start(0, {}), progress(1, 33), progress(2, 34)];
  expect(drawCharts(before)[0]).toMatchObject({ title: "PSNR on the evaluation pictures, dB" });
  const entries = [...before, start(2, { reduced: "camera" }), progress(3, 27), progress(4, 28)];
  const [chart] = drawCharts(entries);
  expect(chart).toMatchObject({
    title: "PSNR on the evaluation pictures, through cameras, dB",
    latest: "28.00 dB",
  });
  expect(chart!.svg).toContain("step 3: 27");
  expect(chart!.svg).not.toContain("step 2: 34");
});
