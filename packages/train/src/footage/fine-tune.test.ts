import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { frameLedger } from "@tatami/core";
import { largestDifference, runReference } from "@tatami/graph";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { createWavySequence } from "../data/camera/test-support.ts";
import { readImports } from "../browser/test-support.ts";
import { createRecipe } from "../campaign/recipe.ts";
import { compileKernels } from "../run/kernels.ts";
import { startOf } from "../run/network-task.ts";
import { startFrom } from "../run/test-support.ts";
import { toTensor } from "../report/evaluate.ts";
import { foldCheckpoint } from "../report/export-model.ts";
import { randomPlane } from "../report/model-enlarge.ts";
import { fineTune } from "./fine-tune.ts";
import { createFineTuneEngine } from "./fine-tune-engine.ts";
import { fineTuneOnFrames } from "./fine-tune-frames.ts";
import type { FineTuneFramesOptions } from "./fine-tune-frames.ts";
import { readFootage } from "./read-footage.ts";
import type { FineTuneProgress } from "./run-fine-tuning.ts";

const clip = fileURLToPath(new URL("../../../../examples/clips/bunny-320x180.mp4", import.meta.url));
const recipe = createRecipe({
  name: "start",
  architecture: { blocks: 3, features: 16, width: 16, scale: 2 },
  seed: 5,
});
const from = startFrom(recipe, startOf(recipe));
const candidates = Array.from({ length: 8 }, (_, seed) => createWavySequence(`run ${seed}`, 80, 64, 3, seed));
let options: FineTuneFramesOptions;
beforeAll(async () => {
  options = {
    candidates,
    from,
    engine: await createFineTuneEngine(await compileKernels(), 1),
    name: "tuned",
    camera: { codec: "avc", quantizers: [20, 28] },
    steps: 60,
    rate: 1e-3,
    batch: 2,
    degradations: 2,
  };
});

function tune(changes: Partial<FineTuneFramesOptions> = {}) {
  return fineTuneOnFrames({ ...options, ...changes });
}

describe("fine-tuning on frames", () => {
  it("gives a folded model that is better on frames held back, the same for the same seed", async () => {
    const seen: FineTuneProgress[] = [];
    const tuned = await tune({ onProgress: (progress) => seen.push(progress) });
    expect(tuned).toMatchObject({ steps: 60, trainedOn: 6, heldBack: 2, camera: { codec: "avc" } });
    expect(tuned.psnr.after).toBeGreaterThan(tuned.psnr.before + 0.2);
    expect(seen.map(({ step, steps }) => [step, steps])).toEqual([
      [50, 60],
      [60, 60],
    ]);
    const picture = toTensor(randomPlane(20, 18));
    const output = runReference(tuned.model, picture);
    expect(output.shape).toEqual([1, 1, 36, 40]);
    const again = await tune();
    // V8's two compilers may round a relaxed multiply-add differently, and the second replaces the first at any time
    expect(largestDifference(runReference(again.model, picture), output)).toBeLessThan(0.01);
    expect(again.psnr.before).toBeCloseTo(tuned.psnr.before, 3);
  });

  it("holds back the end of the footage", async () => {
    // the same texture everywhere, brighter with time
    const brighter = candidates.map((_, time) => {
      const { frames, name } = createWavySequence(`run ${time}`, 80, 64, 3, 1);
      const lift = (value: number): number => Math.min(255, value / 2 + 12 * time);
      return { name, frames: frames.map((frame) => ({ ...frame, data: frame.data.map(lift) })) };
    });
    const tuned = await tune({ candidates: brighter, frames: 8, degradations: 1 });
    expect(tuned.heldBackFrames.map(({ name }) => name).sort()).toEqual(["run 6", "run 7"]);
    expect(tuned.trainedOn).toBe(6);
  });

  it("refuses a model that is no better on frames held back", async () => {
    const refused = tune({ steps: 3, rate: 0 });
    await expect(refused).rejects.toMatchObject({ code: "wrong-answer" });
    await expect(refused).rejects.toThrow(/scores \d+\.\d\d dB on 2 frames held back/);
  });

  it("fits its steps into its minutes", async () => {
    const { steps: _steps, ...timed } = options;
    const seen: FineTuneProgress[] = [];
    const started = performance.now();
    // whether so short a run is good enough to ship is not asked here
    await fineTuneOnFrames({ ...timed, minutes: 0.02, onProgress: (each) => seen.push(each) }).catch(
      (error: unknown) => expect(error).toMatchObject({ code: "wrong-answer" }),
    );
    expect(seen.at(-1)!.step).toBe(seen.at(-1)!.steps);
    expect(seen.at(-1)!.steps).toBeGreaterThan(0);
    expect(performance.now() - started).toBeGreaterThan(300);
  });

  it("an abort rethrows its reason, and too little footage says what is needed", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const onProgress = (): void => controller.abort(reason);
    await expect(tune({ signal: controller.signal, onProgress, steps: 500 })).rejects.toBe(reason);
    await expect(tune({ candidates: candidates.slice(0, 3) })).rejects.toMatchObject({
      code: "input-not-found",
      detail: { found: 3 },
    });
    const tiny = [0, 1, 2, 3].map((seed) => createWavySequence("tiny", 24, 24, 3, seed));
    await expect(tune({ candidates: tiny })).rejects.toMatchObject({ detail: { crop: 12 } });
    await expect(tune({ camera: { codec: "avc", quantizers: [30, 20] } })).rejects.toThrow("quantizers");
  });

  it("its core imports nothing of Node's, however deep", async () => {
    const { texts, packages } = await readImports(new URL("./fine-tune-frames.ts", import.meta.url));
    expect(texts.size).toBeGreaterThan(15);
    expect(packages).toEqual([
      "@tatami/core",
      "@tatami/graph",
      "@tatami/kernels",
      "@tatami/patches",
      "@tatami/runtime/programs",
    ]);
  });
});

describe("fine-tuning on files", () => {
  it("reads runs of frames spread over a folder's videos, and the codec from the file", async () => {
    frameLedger.reset();
    const folder = await footageFolder();
    const { candidates: found, codec, leftOut } = await readFootage(folder, 5);
    expect(codec).toBe("avc");
    expect(found.length).toBe(3);
    for (const { frames } of found) expect(frames.length).toBe(3);
    expect(new Set(found.map(({ name }) => name)).size).toBe(found.length);
    expect(leftOut.map(({ name }) => name)).toEqual(["note.txt"]);
    expect(frameLedger.open).toBe(0);
  });

  it("tunes a shipped kind of network, folded, on a clip", async () => {
    frameLedger.reset();
    const tuned = await fineTune({
      footage: clip,
      from,
      name: "bunny",
      frames: 4,
      steps: 40,
      rate: 1e-3,
      batch: 2,
      degradations: 1,
    });
    expect(tuned.model.name).toBe("bunny");
    expect(tuned.camera.noise).toBeLessThan(3);
    const picture = toTensor(randomPlane(20, 18));
    const { model } = foldCheckpoint(tuned.checkpoint);
    expect(runReference(model, picture)).toEqual(runReference(tuned.model, picture));
    expect(frameLedger.open).toBe(0);
  });

  it("says what is wrong with footage that is not there, or is none", async () => {
    await expect(readFootage("/nowhere", 4)).rejects.toMatchObject({ code: "input-not-found" });
    const folder = await mkdtemp(join(tmpdir(), "tatami-footage-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    await writeFile(join(folder, "note.txt"), "no clip");
    await expect(readFootage(folder, 4)).rejects.toMatchObject({ code: "input-not-found" });
  });
});

async function footageFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tatami-footage-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await copyFile(clip, join(folder, "bunny.mp4"));
  await writeFile(join(folder, "note.txt"), "no clip");
  return folder;
}
