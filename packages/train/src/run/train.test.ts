import { cp, mkdtemp, rm, stat, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it, onTestFinished } from "vitest";
import { resizeBicubic } from "../data/bicubic.ts";
import { readCheckpoint } from "./checkpoint/checkpoint.ts";
import { averageOf } from "./checkpoint/checkpoint-content.ts";
import type { Dataset } from "../data/dataset.ts";
import { createDataset } from "../data/dataset.ts";
import { createBicubicPair } from "../data/tracks/bicubic.ts";
import { tracks } from "../data/tracks.ts";
import { readDataset } from "../data/read-dataset.ts";
import { readEvaluationSet } from "../data/read-evaluation-set.ts";
import { prepareDataset } from "../data/prepared-dataset.ts";
import { readPicture, readSizes } from "../data/read-picture.ts";
import type { RecipeInit } from "../campaign/recipe.ts";
import { createRecipe } from "../campaign/recipe.ts";
import { historyPath, readHistory } from "../report/history.ts";
import { smallDataset, wavyPicture } from "../data/test-support.ts";
import type { TrainOptions, TrainProgress } from "./train.ts";
import { train } from "./train.ts";

const recipe = createRecipe({
  name: "tiny",
  architecture: { blocks: 1, features: 8, width: 8, scale: 2 },
  batch: 2,
  crop: 12,
  steps: 12,
  warmUp: 2,
});
const dataset = smallDataset(2, 12);

describe("train", () => {
  it("runs to the last step, reports progress, and leaves a checkpoint", async () => {
    const seen: TrainProgress[] = [];
    const result = await run({ reportEvery: 5, onProgress: (progress) => seen.push(progress) });
    expect(result).toMatchObject({ step: 12, finished: true });
    expect(seen.map((progress) => progress.step)).toEqual([5, 10, 12]);
    for (const { loss, rate, gradientNorm, stepsPerSecond, steps, players } of seen) {
      expect(steps).toBe(12);
      expect(loss).toBeGreaterThan(0);
      expect(players).toEqual({ network: { loss, rate, gradientNorm, terms: {} } });
      expect(stepsPerSecond).toBeGreaterThan(0);
    }
    expect((await readCheckpoint(result.checkpoint)).state.step).toBe(12);
    const history = await readHistory(historyPath(result.checkpoint));
    expect(history[1]).toMatchObject({ kind: "progress", step: 5, players: seen[0]!.players });
  });

  it("stopped by an abort it throws the reason and resumes to the same weights", async () => {
    const whole = await run({});
    const reason = new Error("enough");
    const controller = new AbortController();
    const out = await folder();
    const stopped = run({
      out,
      reportEvery: 5,
      onProgress: () => controller.abort(reason),
      signal: controller.signal,
    });
    await expect(stopped).rejects.toBe(reason);
    const half = join(out, "tiny.checkpoint");
    expect((await readCheckpoint(half)).state.step).toBe(5);
    const resumed = await run({ out, resume: true });
    const [expected, actual] = [
      await readCheckpoint(whole.checkpoint),
      await readCheckpoint(resumed.checkpoint),
    ];
    expect(actual).toEqual(expected);
  });

  it("leaves a checkpoint on the way as often as it is asked to", async () => {
    const out = await folder();
    const steps: Promise<number>[] = [];
    const stepOf = async (): Promise<number> =>
      (await readCheckpoint(join(out, "tiny.checkpoint"))).state.step;
    const often = { out, checkpointEvery: 0, reportEvery: 4, onProgress: () => void steps.push(stepOf()) };
    await run(often);
    expect((await Promise.all(steps)).every((step) => step >= 4)).toBe(true);
    const rare = await folder();
    const none: Promise<unknown>[] = [];
    const look = (): void =>
      void none.push(readCheckpoint(join(rare, "tiny.checkpoint")).catch(() => "none"));
    await run({ out: rare, reportEvery: 4, onProgress: look });
    expect(await none[0]).toBe("none");
  });

  it.each<[Partial<RecipeInit>, string]>([
    [
      { architecture: { blocks: 2, features: 8, width: 8, scale: 2 } },
      "recipe.architecture.blocks must be 1, as in",
    ],
    [{ side: "folded" }, "recipe.side must be wide, as in"],
    [{ optimizer: "soap", side: "wide" }, "recipe.optimizer must be adam, as in"],
    [
      { network: "edsr", architecture: { blocks: 1, features: 8, scale: 2 } },
      "recipe.network must be sesr, as in",
    ],
  ])("does not go on from a checkpoint of something else (%o)", async (change, message) => {
    const out = await folder();
    await run({ out, minutes: 0 });
    const other = createRecipe({ ...recipe, ...change });
    const resumed = run({ out, recipe: other, resume: true });
    await expect(resumed).rejects.toMatchObject({ code: "invalid-option" });
    await expect(resumed).rejects.toThrow(message);
  });

  it.each<Partial<RecipeInit>>([
    { network: "edsr", architecture: { blocks: 1, features: 8, scale: 2 } },
    { network: "unet", architecture: { base: 4, scale: 2 } },
    { network: "mlp", architecture: { features: 8, depth: 2, scale: 2 }, optimizer: "soap" },
  ])("trains other networks than SESR, scores them and starts from them (%o)", async (init) => {
    const { name: _name, side: _side, ...own } = recipe;
    const other = createRecipe({ ...own, steps: 40, rate: 2e-3, ...init, name: "other" });
    const pictures = await folder();
    await writePicture(join(pictures, "a.png"), 64, 48);
    const evaluation = await readEvaluationSet(pictures, 2);
    const seen: TrainProgress[] = [];
    const onProgress = (progress: TrainProgress): void => void seen.push(progress);
    const first = await run({ recipe: other, evaluation, reportEvery: 20, onProgress });
    expect(seen[1]!.loss).toBeLessThan(seen[0]!.loss);
    expect(seen[1]!.psnr).toBeGreaterThan(15);
    const from = averageOf(await readCheckpoint(first.checkpoint));
    const next = await run({ recipe: other, from, minutes: 0 });
    expect(averageOf(await readCheckpoint(next.checkpoint))).toEqual(from);
  });

  it("stops at its time limit, unfinished", async () => {
    expect(await run({ minutes: 0 })).toMatchObject({ step: 0, finished: false });
  });

  it("scores the moving average on pictures it is given", async () => {
    const pictures = await folder();
    await writePicture(join(pictures, "a.png"), 64, 48);
    const evaluation = await readEvaluationSet(pictures, 2);
    const seen: TrainProgress[] = [];
    await run({ evaluation, onProgress: (progress) => seen.push(progress) });
    expect(seen.at(-1)?.psnr).toBeGreaterThan(15);
  });

  it("gives up, with what to do, when it diverges again and again", async () => {
    const wild = createRecipe({ ...recipe, steps: 2000, rate: 1, warmUp: 0, clipNorm: 1e6 });
    // a flat picture, which the untrained network already gets right: any other output is far worse
    const data = new Uint8Array(40 * 40 * 3).fill(128);
    const pair = createBicubicPair({ width: 40, height: 40, channels: 3, data }, 2);
    const steppedBack: number[] = [];
    const failing = run({
      recipe: wild,
      dataset: createDataset([pair], 2, recipe.crop),
      reportEvery: 1000,
      onProgress: (progress) => progress.steppedBack && steppedBack.push(progress.step),
    });
    await expect(failing).rejects.toMatchObject({
      code: "wrong-answer",
      fix: "Lower the recipe's rate or clipNorm.",
    });
    expect(steppedBack.length).toBe(6);
  });
});

describe("data sets", () => {
  it("are read from a folder, grey and RGB, and kept for the next time", async () => {
    const pictures = await folder();
    await writePicture(join(pictures, "b.png"), 40, 36);
    await sharp(Buffer.alloc(30 * 28, 77), { raw: { width: 30, height: 28, channels: 1 } })
      .toColourspace("b-w")
      .png()
      .toFile(join(pictures, "c.png"));
    expect((await readPicture(join(pictures, "c.png"))).channels).toBe(1);
    const plain = await readDataset(pictures, 2, 12);
    expect(plain.entries.map(({ width, height }) => [width, height])).toEqual([
      [20, 18],
      [15, 14],
    ]);
    // grey is luma as it is
    expect(new Uint8Array(plain.high).at(-1)).toBe(77);
    const file = join(await folder(), "data", "kept.dataset");
    expect(await prepareDataset(pictures, 2, 12, file)).toEqual(plain);
    const written = (await stat(file)).mtimeMs;
    expect(await prepareDataset(pictures, 2, 12, file)).toEqual(plain);
    expect((await stat(file)).mtimeMs).toBe(written);
    // the same pictures in another place and of another time
    const copied = await folder();
    await cp(pictures, copied, { recursive: true });
    await utimes(join(copied, "c.png"), 1, 1);
    expect(await prepareDataset(copied, 2, 12, file)).toEqual(plain);
    expect((await stat(file)).mtimeMs).toBe(written);
    await sharp(Buffer.alloc(30 * 28, 78), { raw: { width: 30, height: 28, channels: 1 } })
      .toColourspace("b-w")
      .png()
      .toFile(join(pictures, "c.png"));
    expect(new Uint8Array((await prepareDataset(pictures, 2, 12, file)).high).at(-1)).toBe(78);
  });

  it("hold drawings beside the pictures, on both tracks, and are made again for other drawings", async () => {
    const pictures = await folder();
    await writePicture(join(pictures, "a.png"), 80, 64);
    const file = join(await folder(), "kept.dataset");
    const prepare = (drawn: number, seed = 1) => prepareDataset(pictures, 2, 12, file, { drawn, seed });
    const plain = await prepare(0);
    const two = await prepare(2);
    expect(two.entries.map(({ width }) => width)).toEqual([40, 256, 256]);
    const samplesOf = ({ high }: Dataset) => new Uint8Array(high);
    expect(samplesOf(two).subarray(0, 80 * 64)).toEqual(samplesOf(plain));
    expect(samplesOf(two).slice(-(512 ** 2))).not.toEqual(samplesOf(two).slice(-2 * 512 ** 2, -(512 ** 2)));
    expect(samplesOf(await prepare(2))).toEqual(samplesOf(two));
    expect(samplesOf(await prepare(2, 2))).not.toEqual(samplesOf(two));
    const camera = await readDataset(pictures, 2, 12, {
      track: tracks.camera,
      degradations: 1,
      drawn: 1,
    });
    expect(camera.entries.map(({ width }) => width)).toEqual([40, 256]);
  });

  it("a folder whose pictures are all smaller than a crop is not made up for by drawings", async () => {
    const pictures = await folder();
    await writePicture(join(pictures, "a.png"), 80, 64);
    const ready: number[] = [];
    const options = { drawn: 1, onPicture: (count: number) => ready.push(count) };
    expect((await readDataset(pictures, 2, 48, options)).entries).toEqual([]);
    const way = { track: tracks.camera, degradations: 1 };
    expect((await readDataset(pictures, 2, 48, { ...way, ...options })).entries).toEqual([]);
    expect(ready).toEqual([1, 1]);
  });

  it("hold every picture at each size, on both tracks, and are made again for other sizes", async () => {
    const pictures = await folder();
    await writePicture(join(pictures, "a.png"), 80, 64);
    const sizes = [1, 0.5];
    const [whole, half] = await readSizes(join(pictures, "a.png"), sizes);
    expect([whole!.width, half!.width, half!.height]).toEqual([80, 40, 32]);
    expect(half).toEqual(resizeBicubic(whole!, 40, 32));
    const expected = createDataset([createBicubicPair(whole!, 2), createBicubicPair(half!, 2)], 2, 12);
    expect(await readDataset(pictures, 2, 12, { sizes })).toEqual(expected);
    const file = join(await folder(), "kept.dataset");
    expect((await prepareDataset(pictures, 2, 12, file)).entries.length).toBe(1);
    expect(await prepareDataset(pictures, 2, 12, file, { sizes })).toEqual(expected);
    const camera = await readDataset(pictures, 2, 12, { track: tracks.camera, degradations: 2, sizes });
    expect(camera.entries.map(({ width, height }) => [width, height])).toEqual([
      [40, 32],
      [40, 32],
      [20, 16],
      [20, 16],
    ]);
    expect(camera.high).toEqual(expected.high);
  });

  it("say what is wrong with a folder or a picture", async () => {
    const empty = await folder();
    await expect(readDataset(empty, 2, 12)).rejects.toMatchObject({ code: "input-not-found" });
    await expect(readDataset(join(empty, "no"), 2, 12)).rejects.toMatchObject({ code: "input-not-found" });
    await expect(readPicture(join(empty, "no.png"))).rejects.toMatchObject({ code: "damaged-input" });
  });
});

async function run(options: Partial<TrainOptions>) {
  return train({ recipe, dataset, out: options.out ?? (await folder()), ...options });
}

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), "tatami-train-"));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}

async function writePicture(path: string, width: number, height: number): Promise<void> {
  const { data } = wavyPicture(width, height, 4);
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(path);
}
