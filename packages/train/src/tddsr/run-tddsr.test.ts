import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom } from "@tatami/core";
import {
  constant,
  createSeededRandom,
  enlargerPrefix,
  largestDifference,
  randomTensor,
  readOnnx,
  restorer,
  runProgram,
  runReference,
  writeOnnx,
} from "@tatami/graph";
import { compressPictures } from "@tatami/codecs/node";
import sharp from "sharp";
import { expect, onTestFinished, test } from "vitest";
import { wavyPicture } from "../data/test-support.ts";
import { lumaOf } from "../data/luma.ts";
import { foldCheckpoint } from "../report/export-model.ts";
import { readCheckpoint } from "../run/checkpoint/checkpoint.ts";
import { compileKernels } from "../run/kernels.ts";
import { networkPlayer } from "../run/network-task.ts";
import { layOutSpecs, unflatten } from "../run/task.ts";
import { last } from "./diffusion.ts";
import { constantsOf, createTddsrNetworks } from "./networks.ts";
import { createDegrade, createLearnedTrack } from "./degradation.ts";
import { createTddsrRecipe } from "./recipe.ts";
import { runTddsr } from "./run-tddsr.ts";
import { readStart } from "./start.ts";
import { createRecipe } from "../campaign/recipe.ts";
import { startFrom, trainedWeights } from "../run/test-support.ts";
import { networkModel } from "../shape/network-model.ts";
import type { Trained } from "../shape/trained-model.ts";

const tiny = {
  kind: "tddsr",
  name: "tiny",
  base: 4,
  batch: 2,
  crop: 8,
  degradations: 1,
  sizes: [1],
} as const;

async function createFolders() {
  const folder = await mkdtemp(join(tmpdir(), "tatami-tddsr-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, width, height, seed] of [
    ["data", 64, 48, 1],
    ["real", 40, 32, 2],
  ] as const) {
    await mkdir(join(folder, name));
    const { data, channels } = wavyPicture(width, height, seed);
    const png = await sharp(data, { raw: { width, height, channels } }).png().toBuffer();
    await writeFile(join(folder, name, "a.png"), png);
  }
  return folder;
}

test("three stages in a folder, each gone on from; a degradation that a student can learn by", async () => {
  const folder = await createFolders();
  const recipe = createTddsrRecipe({ ...tiny, teacherSteps: 6, upsamplerSteps: 3, learningSteps: 3 });
  const stages: string[] = [];
  const options = {
    recipe,
    data: join(folder, "data"),
    real: join(folder, "real"),
    out: join(folder, "out"),
    onStage: (stage: string) => void stages.push(stage),
  };
  const controller = new AbortController();
  const stopped = runTddsr({
    ...options,
    signal: controller.signal,
    reportEvery: 2,
    onProgress: ({ step }) => step === 2 && stages.length === 2 && controller.abort(new Error("enough")),
  });
  await expect(stopped).rejects.toThrow("enough");
  expect(stages).toEqual(["teacher", "upsampler"]);
  const { finished, files } = await runTddsr(options);
  expect(finished).toBe(true);
  expect(stages).toEqual(["teacher", "upsampler", "upsampler", "learning"]);
  expect(await runTddsr(options)).toMatchObject({ finished: true });
  expect(stages).toHaveLength(4);
  expect((await readdir(options.out)).filter((name) => name.startsWith("tiny")).toSorted()).toEqual([
    "tiny-learning.checkpoint",
    "tiny-learning.history.jsonl",
    "tiny-teacher.checkpoint",
    "tiny-teacher.history.jsonl",
    "tiny-upsampler.checkpoint",
    "tiny-upsampler.history.jsonl",
    "tiny.degradation.json",
    "tiny.degradation.onnx",
    "tiny.fidelity.json",
    "tiny.fidelity.onnx",
    "tiny.perceptual.json",
    "tiny.perceptual.onnx",
    "tiny.start.checkpoint",
  ]);
  // what collapses goes back to where its pictures were last good
  await rm(join(options.out, "tiny-learning.checkpoint"));
  let looks = 0;
  const told: unknown[] = [];
  const watched = await runTddsr({
    ...options,
    reportEvery: 1,
    distance: (made, truth) => {
      // as much of the pictures as there is, not crops as small as those that are learned from
      for (const { width, height } of [made, truth]) expect([width, height]).toEqual([48, 48]);
      return Promise.resolve(Math.floor(looks++ / 16) === 2 ? 0.5 : 0.4);
    },
    onProgress: ({ step, steppedBack, distance }) => told.push([step, steppedBack, distance?.toFixed(1)]),
  });
  expect(watched.finished).toBe(true);
  expect(told).toEqual([
    [1, undefined, "0.4"],
    [1, true, undefined],
    [2, undefined, "0.4"],
    [3, undefined, "0.4"],
  ]);
  const history = await readFile(join(options.out, "tiny-learning.history.jsonl"), "utf8");
  expect(history).toContain('"kind":"step-back"');
  expect(watched).not.toHaveProperty("collapsedAt");
  // one that always does is left where it last was good, and is not taken up again
  looks = 0;
  const left = { ...recipe, name: "left" };
  const first = readStart(watched.files!.start);
  const hopeless = {
    ...options,
    recipe: left,
    start: await first,
    reportEvery: 1,
    distance: () => Promise.resolve(Math.floor(looks++ / 16) < 2 ? 0.4 : 0.5),
  };
  told.length = 0;
  const leaving = { ...hopeless, onProgress: ({ step }: { step: number }) => void told.push(step) };
  expect(await runTddsr(leaving)).toMatchObject({ finished: true, collapsedAt: 1 });
  // its one good report, and five steps back there
  expect(told).toEqual([1, 1, 1, 1, 1, 1]);
  expect(await runTddsr(leaving)).toMatchObject({ finished: true, collapsedAt: 1 });
  expect(told).toHaveLength(6);
  // one step of the upsampler is a model like any other
  const checkpoint = await readCheckpoint(join(options.out, "tiny-learning.checkpoint"));
  const { model } = foldCheckpoint(checkpoint);
  const shape = restorer.check({ base: 4 });
  const { upsampler, at } = createTddsrNetworks(shape);
  const average = checkpoint.state.players[networkPlayer]!.vectors["average"]!;
  const weights = constantsOf(unflatten(layOutSpecs(upsampler.specs), average));
  const small = randomTensor([1, 1, 8, 12], 0, 1, createSeededRandom(1));
  const result = restorer.build(shape, at(weights)(last), constant(small)).output;
  const timed = runProgram({ name: "timed", outputs: { result } }, {})["result"]!;
  expect(largestDifference(runReference(model, small), timed)).toBeLessThan(1e-5);
  expect(model).toMatchObject({ scale: 2, alignment: 4 });
  expect(writeOnnx(model).length).toBeGreaterThan(1000);

  expect(readOnnx(new Uint8Array(await readFile(files!.perceptual)))).toMatchObject({
    model: { name: "tiny-perceptual", alignment: 4 },
    metadata: { kind: "perceptual", steps: "3" },
  });
  const early = readOnnx(new Uint8Array(await readFile(files!.fidelity!)));
  expect(early).toMatchObject({ metadata: { kind: "fidelity", steps: "3" } });
  expect(runReference(early.model, small)).not.toEqual(runReference(model, small));

  // another camera's learning begins with what this one came to, and with its teacher
  const start = await readStart(files!.start);
  expect(await readStart(join(options.out, "tiny-learning.checkpoint"))).toEqual(start);
  expect(start).toMatchObject({ shape: { base: 4 }, crop: 8, steps: 3 });
  const again = { ...recipe, name: "again", learningSteps: 1 };
  const further = await runTddsr({ ...options, recipe: again, start });
  expect(stages.at(-1)).toBe("learning");
  expect(further.files).toMatchObject({ degradation: join(options.out, "again.degradation.onnx") });
  expect(further.files).not.toHaveProperty("fidelity");
  const moved = await readStart(further.files!.start);
  expect(moved.teacher).toEqual(start.teacher);
  for (const name of ["upsampler", "degrader", "lowCritic", "highCritic"] as const) {
    // one step from where it began, and not from a random start
    const [mine, theirs] = [moved[name]!, start[name]!].map((of) => Object.values(of)[0]!.data);
    const change = Math.max(...mine!.map((value, i) => Math.abs(value - theirs![i]!)));
    expect(change).toBeGreaterThan(0);
    expect(change).toBeLessThan(0.01);
  }
  const other = runTddsr({ ...options, recipe: { ...again, name: "other", base: 8 }, start });
  await expect(other).rejects.toMatchObject({ code: "invalid-option" });
  await expect(readStart(join(options.out, "tiny-teacher.checkpoint"))).rejects.toMatchObject({
    code: "invalid-model",
  });

  const compiled = await compileKernels();
  const degradeBy = createDegrade(compiled, new Uint8Array(await readFile(files!.degradation)), "tiny");
  const picture = wavyPicture(64, 48, 1);
  const [once, twice] = [
    await degradeBy(lumaOf(picture), createRandom(1)),
    await degradeBy(lumaOf(picture), createRandom(2)),
  ];
  expect([once.width, once.height]).toEqual([32, 24]);
  expect(once.data).not.toEqual(twice.data);
  expect(once.data.every((value) => Number.isInteger(value) && value >= 0 && value <= 255)).toBe(true);
  const track = createLearnedTrack(degradeBy, "hash", 1);
  const way = { scale: 2, seed: 1, degradations: 3, compress: compressPictures };
  const reduced = await track.reduce(picture, 0, way);
  expect(reduced.lows).toHaveLength(3);
  expect(await track.reduce(picture, 0, way)).toEqual(reduced);
  // nearly every version goes through a codec, and is what comes out of it
  const codecs: string[] = [];
  const { lows } = await track.reduce(picture, 0, {
    ...way,
    degradations: 12,
    compress(frames, { codec }) {
      codecs.push(codec);
      return Promise.resolve(frames.map((each) => ({ ...each, data: each.data.map(() => 7) })));
    },
  });
  expect(codecs.length).toBeGreaterThan(8);
  expect(lows.filter(({ data }) => data.every((level) => level === 7))).toHaveLength(codecs.length);
  await expect(track.reduce(picture, 0, { ...way, scale: 4 })).rejects.toMatchObject({
    code: "invalid-option",
  });
  expect(() => createDegrade(compiled, writeOnnx(model), "model")).toThrow("model is no degradation");
}, 60_000);

test("restorers may begin with what a SESR enlarges, which stands still through all stages and goes with them", async () => {
  const folder = await createFolders();
  const chain = createRecipe({ name: "chain", architecture: { blocks: 1, features: 4, width: 8, scale: 2 } });
  const trained = startFrom(chain, trainedWeights(chain));
  const recipe = createTddsrRecipe({
    ...tiny,
    enlarger: { from: "chain", blocks: 1, features: 4 },
    teacherSteps: 2,
    upsamplerSteps: 2,
    learningSteps: 2,
  });
  const asked: string[] = [];
  const options = {
    recipe,
    data: join(folder, "data"),
    real: join(folder, "real"),
    out: join(folder, "out"),
    distance: () => Promise.resolve(0.4),
    findTrained(name: string): Promise<Trained> {
      asked.push(name);
      const model = networkModel(chain, trained.weights);
      return Promise.resolve({ model, startWeights: () => trained });
    },
  };
  const { findTrained: _findTrained, ...without } = options;
  await expect(runTddsr(without)).rejects.toThrow("findTrained must be");
  const { finished, files } = await runTddsr(options);
  expect({ finished, asked }).toEqual({ finished: true, asked: ["chain"] });
  const start = await readStart(files!.start);
  for (const [name, { data }] of Object.entries(trained.weights))
    expect([name, start.enlarger![`${enlargerPrefix}${name}`]!.data]).toEqual([name, data]);
  // after two steps it is little else than that
  const small = randomTensor([1, 1, 8, 12], 0, 1, createSeededRandom(1));
  const plain = runReference(networkModel(chain, trained.weights), small);
  for (const file of [files!.fidelity!, files!.perceptual]) {
    const { model } = readOnnx(new Uint8Array(await readFile(file)));
    const change = largestDifference(runReference(model, small), plain);
    expect(change).toBeGreaterThan(0);
    expect(change).toBeLessThan(0.1);
  }
  const again = { ...recipe, name: "again", learningSteps: 1 };
  const further = await runTddsr({ ...without, recipe: again, start });
  expect((await readStart(further.files!.start)).enlarger).toEqual(start.enlarger);
  const { enlarger: _enlarger, ...bicubic } = again;
  for (const [changed, more] of [
    [{ ...again, name: "other", enlarger: { from: "chain", blocks: 1, features: 8 } }, { start }],
    [{ ...bicubic, name: "other" }, { start }],
    [{ ...recipe, name: "other", enlarger: { from: "chain", blocks: 2, features: 4 } }, {}],
  ] as const)
    await expect(runTddsr({ ...options, recipe: changed, ...more })).rejects.toThrow(
      "recipe.enlarger must be",
    );
}, 60_000);
