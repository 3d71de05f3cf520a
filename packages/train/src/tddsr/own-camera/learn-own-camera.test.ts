import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { initialWeights, readOnnx } from "@tatami/graph";
import type { WeightSpec } from "@tatami/graph";
import { loadModel } from "@tatami/zoo";
import { expect, onTestFinished, test } from "vitest";
import { readPicture } from "../../data/read-picture.ts";
import { readCheckpoint, writeCheckpoint } from "../../run/checkpoint/checkpoint.ts";
import { compileKernels } from "../../run/kernels.ts";
import { flatten, layOutSpecs } from "../../run/task.ts";
import { trainedModel } from "../../shape/trained-model.ts";
import { createTddsrNetworks } from "../networks.ts";
import { createTddsrRecipe, stageRecipe } from "../recipe.ts";
import { startOf } from "../start.ts";
import type { LearnOwnCameraOptions } from "./learn-own-camera.ts";
import { learnOwnCamera } from "./learn-own-camera.ts";

const clip = fileURLToPath(new URL("../../../../../examples/clips/bunny-320x180.mp4", import.meta.url));

/** A degrader's weights by which it takes means over 3×3: its layers are one channel through which those pass. */
function blurringWeights(specs: readonly WeightSpec[]) {
  const weights = initialWeights(specs, 1);
  const passes = (name: string, input: number, taps: readonly number[]): void => {
    const { data, shape } = weights[`degrader ${name}.kernel`]!;
    data.fill(0, 0, shape[1]! * 9);
    data.set(taps, input * 9);
  };
  for (const [name, { data }] of Object.entries(weights)) if (name.endsWith(".slopes")) data.fill(1);
  const centre = Array.from({ length: 9 }, (_, at) => Number(at === 4));
  // of the small picture, which comes behind four planes of the large one
  passes(
    "first",
    4,
    centre.map((tap) => 1 / 9 - tap),
  );
  for (const name of ["layer0", "layer1", "layer2"]) passes(name, 0, centre);
  passes("head", 0, centre);
  weights["degrader head.kernel"]!.data.fill(0, 9);
  return weights;
}

/** What a co-learning of the smallest size would leave, untrained but for a degrader that blurs. */
async function writeStart(path: string): Promise<void> {
  const recipe = createTddsrRecipe({ kind: "tddsr", name: "tiny", base: 4, crop: 16 });
  const networks = createTddsrNetworks({ base: 4, scale: 2 });
  const still = { moves: 0, smoothedLoss: 0, lowestLoss: Infinity, rateFactor: 1 };
  const named = { network: "upsampler", degrader: "degrader" } as const;
  const players = Object.entries(named).map(([player, name]) => {
    const { specs } = networks[name];
    const weights = name === "degrader" ? blurringWeights(specs) : initialWeights(specs, 1);
    const average = flatten(layOutSpecs(specs), weights);
    return [player, { ...still, vectors: { average } }];
  });
  const state = { step: 7, random: [1, 2, 3, 4], players: Object.fromEntries(players) };
  const learned = { recipe: stageRecipe(recipe, "learning"), state };
  await writeCheckpoint(path, startOf(learned, initialWeights(networks.teacher.specs, 2)));
}

async function createOptions(): Promise<LearnOwnCameraOptions> {
  const folder = await mkdtemp(join(tmpdir(), "tatami-own-camera-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeStart(join(folder, "tiny.start.checkpoint"));
  return {
    footage: clip,
    start: join(folder, "tiny.start.checkpoint"),
    from: trainedModel(await loadModel("m3-x2-camera")),
    fromName: "m3-x2-camera",
    name: "own",
    out: join(folder, "runs"),
    steps: 8,
    frames: 8,
    threads: 2,
    compiled: await compileKernels(),
  };
}

test("a camera is learned from its footage and a student by it; stopped in either, the same call goes on", async () => {
  const options = await createOptions();
  const parts: string[] = [];
  const read: number[] = [];
  const told = {
    ...options,
    onFootage: ({ candidates }: { candidates: readonly unknown[] }) => void read.push(candidates.length),
  };
  for (const stopped of ["camera", "student"]) {
    const controller = new AbortController();
    const run = learnOwnCamera({
      ...told,
      signal: controller.signal,
      onPart: (part) => void parts.push(part),
      onProgress: ({ step }) => {
        if (parts.at(-1) === stopped && step === 2) controller.abort(new Error(`enough of the ${stopped}`));
      },
    });
    await expect(run).rejects.toThrow(`enough of the ${stopped}`);
  }
  // the footage was read once; what was done of the camera is not done again
  expect(read).toHaveLength(1);
  const steps: [string, number][] = [];
  const done = await learnOwnCamera({
    ...told,
    onPart: (part) => void parts.push(part),
    onProgress: ({ step }) => void steps.push([parts.at(-1)!, step]),
  });
  expect(parts).toEqual(["camera", "camera", "student", "camera", "student"]);
  expect(steps.map(([part]) => part)).toEqual(steps.map(() => "student"));
  expect(steps.at(-1)).toEqual(["student", 8]);

  const folder = join(options.out, "own");
  const real = await readPicture(join(folder, "frames/real/000.png"));
  const halved = await readPicture(join(folder, "frames/halved/000.png"));
  expect([real.width, real.height, halved.width, halved.height]).toEqual([320, 180, 160, 90]);
  expect((await readdir(join(folder, "frames/held"))).length).toBeGreaterThan(1);
  const { lineage, recipe } = await readCheckpoint(join(folder, "own.checkpoint"));
  expect(lineage).toMatchObject([
    { name: "m3-x2-camera", role: "from" },
    { name: "own.degradation", role: "degradation" },
  ]);
  expect(recipe).toMatchObject({ degradationShare: 0.5, steps: 8 });
  const degradation = await readFile(join(folder, "camera/own.degradation.onnx"));
  expect(degradation.length).toBeGreaterThan(50_000);
  expect(done.learned.after).toBeGreaterThan(done.learned.before);
  expect(done.learned.before).toBeGreaterThan(done.learned.bicubic);
  const tuned = readOnnx(new Uint8Array(await readFile(done.model))).model;
  expect(tuned.name).toBe("own");
  expect(JSON.parse(await readFile(done.card, "utf8"))).toMatchObject({
    note: expect.stringContaining("in the style of TDDSR"),
  });
  // one that is no better than what it began as is refused, and nothing of it is written
  await rm(done.model);
  await expect(learnOwnCamera({ ...options, from: trainedModel(tuned) })).rejects.toMatchObject({
    code: "wrong-answer",
    fix: expect.stringContaining("own.degradation.onnx"),
  });
  await expect(stat(done.model)).rejects.toThrow("ENOENT");

  // what was begun is of other options
  await expect(learnOwnCamera({ ...options, steps: 5 })).rejects.toMatchObject({ code: "invalid-option" });
}, 120_000);

test("minutes are as many steps as fit, settled once; what is missing is said", async () => {
  const options = await createOptions();
  const { steps: _steps, ...timed } = options;
  const plans: string[] = [];
  const planned = (): Promise<unknown> => {
    const controller = new AbortController();
    return learnOwnCamera({
      ...timed,
      minutes: 0.02,
      signal: controller.signal,
      onPlan({ camera, student }) {
        plans.push(`${camera.learningSteps} ${student.steps}`);
        controller.abort(new Error("planned"));
      },
    });
  };
  await expect(planned()).rejects.toThrow("planned");
  await expect(planned()).rejects.toThrow("planned");
  expect(plans[0]).toMatch(/^[1-9]\d* [1-9]\d*$/);
  expect(plans[1]).toBe(plans[0]);

  await expect(learnOwnCamera({ ...options, start: `${options.out}/none` })).rejects.toMatchObject({
    code: "input-not-found",
  });
  const nowhere = learnOwnCamera({ ...options, anew: true, footage: `${options.out}/nowhere.mp4` });
  await expect(nowhere).rejects.toMatchObject({ code: "input-not-found" });
}, 120_000);
