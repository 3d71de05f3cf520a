/** Pruning from a folder of pictures to networks that can be exported: whole, cut short, and wrongly asked for. */

import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  countMacs,
  createNetworkModel,
  createSeededRandom,
  largestDifference,
  networkOf,
  randomTensor,
  readOnnx,
  runReference,
  seededWeights,
} from "@tatami/graph";
import { createWasmBackend } from "@tatami/runtime";
import * as ort from "onnxruntime-web";
import sharp from "sharp";
import { expect, onTestFinished, test } from "vitest";
import { createRecipe } from "../campaign/recipe.ts";
import { wavyPicture } from "../data/test-support.ts";
import { exportModel, foldCheckpoint } from "../report/export-model.ts";
import { readCheckpoint } from "../run/checkpoint/checkpoint.ts";
import { trainedModel } from "../shape/trained-model.ts";
import type { PruneOptions } from "./options.ts";
import { prune } from "./prune.ts";
import { pruningLog } from "./pruning-state.ts";
import { isHeld } from "./validation.ts";
import { writePruningReport } from "./report/write-pruning-report.ts";

const sesr = networkOf("sesr");
const shape = sesr.check({ blocks: 3, features: 12, width: 12, scale: 2 });
const network = createNetworkModel(sesr, shape, "parent", seededWeights(sesr.weights(shape), 5));
const parent = trainedModel(network, { totalSteps: 7, samples: 70 });
const recipe = createRecipe({
  name: "parent",
  architecture: { blocks: 3, features: 12, scale: 2 },
  optimizer: "soap",
  crop: 16,
  batch: 2,
});

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), "tatami-prune-"));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}

async function pictures(names: readonly string[]): Promise<string> {
  const made = await folder();
  for (const [at, name] of names.entries()) {
    const { width, height, data } = wavyPicture(136, 132, at + 1);
    await sharp(data, { raw: { width, height, channels: 3 } })
      .png()
      .toFile(join(made, name));
  }
  return made;
}

const names = (count: number): string[] => Array.from({ length: count }, (_, at) => `${at}.png`);

async function optionsOf(more: Partial<PruneOptions>): Promise<PruneOptions> {
  const [data, validate, out] = [await pictures(names(3)), await pictures(names(2)), await folder()];
  return { parent, recipe, data, validate, out, tuning: 6, steps: 12, ...more };
}

const macs = countMacs(network, { width: 1, height: 1 });

test("to a budget: stops on the way, each a chain like any other, with a card that says what it comes from", async () => {
  const options = await optionsOf({ budget: 2000, stops: 2 });
  const { start, stops, entries } = await prune(options);
  expect(start).toMatchObject({ cost: macs, features: [12, 12, 12, 12], unit: "MACs a pixel" });
  expect(stops.map(({ limit }) => limit)).toEqual([macs * Math.sqrt(2000 / macs), 2000]);
  expect(stops[0]!.cost).toBeLessThanOrEqual(stops[0]!.limit);
  expect(stops[1]!.cost).toBeLessThanOrEqual(2000);
  expect(entries.some(({ kind }) => kind === "cut")).toBe(true);
  expect((await readdir(options.out)).filter((name) => name.endsWith(".onnx"))).toEqual([]);

  const checkpoint = await readCheckpoint(stops[1]!.checkpoint);
  const { bytes, card } = await exportModel(checkpoint, foldCheckpoint(checkpoint), {}, { data: "waves" });
  expect(card.macsPerPixel).toBe(stops[1]!.cost);
  expect(card.lineage).toMatchObject([
    {
      name: parent.model.name,
      role: "from",
      pruning: { method: "greedy", criterion: "contribution", before: macs, after: stops[1]!.cost },
    },
  ]);
  expect(card.lineage![0]!.pruning!.drop).toBeCloseTo(stops[1]!.drop, 3);
  expect(card.totalSteps).toBe(7 + stops[1]!.steps);

  // the file, on three engines
  const { model } = readOnnx(bytes);
  const picture = randomTensor([1, 1, 14, 18], 0, 1, createSeededRandom(1));
  const expected = runReference(model, picture);
  await using backend = await createWasmBackend({ threads: 1 });
  await using executable = await backend.prepare(model, { batch: 1, width: 18, height: 14 });
  expect(largestDifference(await executable.infer(picture), expected)).toBeLessThan(1e-5);
  const session = await ort.InferenceSession.create(bytes);
  const seen = await session.run({
    [session.inputNames[0]!]: new ort.Tensor("float32", picture.data, picture.shape),
  });
  const output = seen[session.outputNames[0]!]!;
  expect(largestDifference({ shape: output.dims, data: output.data as Float32Array }, expected)).toBeLessThan(
    1e-5,
  );
});

test("within a drop, by each way and ranking; the report draws them all", async () => {
  const options = await optionsOf({ drop: 3 });
  const results = [];
  for (const how of [
    { method: "greedy" },
    { method: "cpo", criterion: "sparsity" },
    { method: "uniform", criterion: "random" },
  ] as const)
    results.push(await prune({ ...options, ...how }));
  for (const { stops } of results) {
    expect(stops[0]!.drop).toBeLessThanOrEqual(3);
    expect(stops[0]!.cost).toBeLessThan(macs);
  }
  const { out } = options;
  const path = await writePruningReport(results[0]!, parent.model, { out, evaluate: [options.validate!] });
  const page = await readFile(path, "utf8");
  for (const { name, stops } of results) {
    expect(page).toContain(name);
    expect(await readdir(out)).toContain(`${stops[0]!.name}.checkpoint`);
  }
  expect(page.match(/<svg[^>]*role="img"/g)!.length).toBe(2);
  expect(page.match(/<img /g)!.length).toBe(2 * 5);
});

test("to several budgets, in whatever order they are named: a network for each, made from the one before", async () => {
  const { name, stops } = await prune(await optionsOf({ budget: [2000, 4000] }));
  expect(name).toBe("parent-pruned-to-4000-2000");
  expect(stops.map(({ limit }) => limit)).toEqual([4000, 2000]);
  for (const { cost, limit } of stops) expect(cost).toBeLessThanOrEqual(limit);
  expect(stops[1]!.steps).toBeGreaterThan(stops[0]!.steps);
});

test("two prunings in one folder that come to the same cost keep a file each; begun anew, one is written over", async () => {
  const options = await optionsOf({ budget: 2000 });
  const { name, cost, checkpoint } = (await prune(options)).stops[0]!;
  const before = await readFile(checkpoint);
  // the same cuts to the same net
  const second = (await prune({ ...options, budget: cost })).stops[0]!;
  expect(second).toMatchObject({ name: `${name}-2`, cost });
  expect((await readFile(checkpoint)).equals(before)).toBe(true);
  expect((await prune(options)).stops[0]!.name).toBe(name);
});

test("milliseconds are saved in place of multiply-accumulates, and told in names", async () => {
  const options = await optionsOf({ drop: 3, cost: "ms" });
  const { start, stops } = await prune(options);
  expect(start.unit).toBe("ms a frame of 640×360 on one thread");
  // not less: on a machine busy enough every layer takes as long as every other
  expect(stops[0]!.cost).toBeLessThanOrEqual(start.cost);
  expect(stops[0]!.name).toMatch(/^parent-pruned-\d+us$/);
});

test("an abort leaves what a later call goes on from, to the same weights", async () => {
  const options = await optionsOf({ budget: 1700, stops: 2 });
  const whole = await prune(options);
  for (const after of [2, 4]) {
    const out = await folder();
    const controller = new AbortController();
    let moves = 0;
    const reason = new Error("enough");
    const onMove = (): void => {
      moves++;
      if (moves === after) controller.abort(reason);
    };
    await expect(prune({ ...options, out, onMove, signal: controller.signal })).rejects.toBe(reason);
    const again = await prune({ ...options, out, resume: true });
    expect(moves).toBe(after);
    const seen = ({ stops }: typeof whole) =>
      stops.map(({ features, steps, psnr }) => ({ features, steps, psnr }));
    expect(seen(again)).toEqual(seen(whole));
  }
});

test("what cannot be meant is refused, with what to do", async () => {
  const options = await optionsOf({});
  await expect(prune(options)).rejects.toMatchObject({
    code: "invalid-option",
    fix: expect.stringContaining("budget"),
  });
  await expect(prune({ ...options, budget: 1, drop: 1 })).rejects.toMatchObject({ code: "invalid-option" });
  await expect(prune({ ...options, budget: 10 })).rejects.toMatchObject({
    code: "invalid-option",
    message: expect.stringContaining("4 channels in each layer"),
  });
  const { validate: _validate, ...without } = options;
  await expect(prune({ ...without, budget: 3000 })).rejects.toMatchObject({
    code: "invalid-option",
    message: expect.stringContaining("held back"),
  });
  await expect(prune({ ...options, budget: [5000, 10] })).rejects.toMatchObject({ code: "invalid-option" });
  await expect(prune({ ...options, budget: [] })).rejects.toMatchObject({ code: "invalid-option" });
  await expect(prune({ ...options, drop: [0.1, 0.2], stops: 2 })).rejects.toMatchObject({
    code: "invalid-option",
    fix: expect.stringContaining("each of several"),
  });
  const begun = { ...options, budget: 5000 };
  await prune(begun);
  await expect(prune({ ...begun, tuning: 7, resume: true })).rejects.toMatchObject({
    code: "invalid-option",
    message: expect.stringContaining("tuning"),
  });
  await writeFile(pruningLog(begun.out, begun), '\n{"torn', { flag: "a" });
  expect((await prune({ ...begun, resume: true })).stops).toHaveLength(1);
});

test("one picture in 24 is held back by its name, the same ones each time, and never trained on", async () => {
  const all = Array.from({ length: 400 }, (_, at) => `/some/where/${at}.png`);
  const held = all.filter(isHeld);
  expect(held.length).toBeGreaterThan(6);
  expect(held.length).toBeLessThan(34);
  expect(held).toEqual(all.filter((path) => isHeld(path.replace("/some/where", "."))));
  const data = await pictures([
    ...held.slice(0, 4).map((path) => path.split("/").at(-1)!),
    "a.png",
    "b.png",
    "c.png",
  ]);
  const out = await folder();
  let remarks: readonly string[] = [];
  await prune({
    parent,
    recipe,
    data,
    out,
    budget: 4000,
    tuning: 2,
    steps: 2,
    onReady: (told) => (remarks = told),
  });
  const trained = ["a.png", "b.png", "c.png"].filter((name) => !isHeld(name)).length;
  expect(remarks[0]).toContain(`${trained} of them`);
});
