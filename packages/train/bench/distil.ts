/**
 * Prints what a pupil learns from a teacher by each way of learning: from one random start, by the same crops.
 *
 *     npx tsx --conditions=@tatami/source packages/train/bench/distil.ts --data PICTURES --out FOLDER
 *       [--pair m3:xl-x2]… [--arm NAME]… [--seed 1]… [--steps 12000] [--held FOLDER] [--evaluate Set5]… [--threads 1]
 *       [--table]
 *
 * A pair is a size of pupil and its teacher: a shipped model, or an ONNX file. What is done is kept in FOLDER and not done
 * again; `--table` only prints what is there. The arm "outputs, as long" has the minutes that "mipkd" took.
 */

import { readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { sesrSizes } from "@tatami/graph";
import type { Model, SesrSize } from "@tatami/graph";
import { listModels, loadModel } from "@tatami/zoo";
import { readTrained } from "../src/campaign/read-trained.ts";
import { createRecipe } from "../src/campaign/recipe.ts";
import type { Recipe } from "../src/campaign/recipe.ts";
import type { Dataset } from "../src/data/dataset.ts";
import type { PrepareOptions } from "../src/data/prepared-dataset.ts";
import { prepareDataset } from "../src/data/prepared-dataset.ts";
import { drawEvaluationSet, readEvaluationSet } from "../src/data/read-evaluation-set.ts";
import type { DistilInit } from "../src/distil/options.ts";
import { prepareTeaching, seesTruth } from "../src/distil/prepare-teaching.ts";
import { evaluate } from "../src/report/evaluate.ts";
import { foldCheckpoint } from "../src/report/export-model.ts";
import { createModelEnlarge } from "../src/report/model-enlarge.ts";
import { readCheckpoint } from "../src/run/checkpoint/checkpoint.ts";
import { compileKernels } from "../src/run/kernels.ts";
import { train } from "../src/run/train.ts";
import { findTeacher } from "../src/teacher/teacher.ts";
import { trainedModel } from "../src/shape/trained-model.ts";
import type { Trained } from "../src/shape/trained-model.ts";

const { values } = parseArgs({
  options: {
    data: { type: "string", default: "" },
    out: { type: "string", default: "" },
    pair: { type: "string", multiple: true, default: ["m3:xl-x2", "m5:xl-x2"] },
    arm: { type: "string", multiple: true },
    seed: { type: "string", multiple: true, default: ["1", "2", "3"] },
    steps: { type: "string", default: "12000" },
    held: { type: "string", multiple: true, default: [] },
    evaluate: { type: "string", multiple: true, default: [] },
    threads: { type: "string", default: "1" },
    table: { type: "boolean", default: false },
  },
});
const { data, out } = values;
const [steps, threads] = [Number(values.steps), Number(values.threads)];

/** Ways of learning; nothing for the one without a teacher. */
const ways: Readonly<Record<string, DistilInit | undefined>> = {
  scratch: undefined,
  outputs: { method: "outputs" },
  "pictures and outputs": { method: "outputs", truth: 1 },
  "feature mixer": { method: "mipkd", block: 0 },
  "block mixer": { method: "mipkd", feature: 0 },
  mipkd: { method: "mipkd" },
  "mipkd, every second step": { method: "mipkd", every: 2 },
  "mipkd, no pictures": { method: "mipkd", truth: 0 },
  "mipkd, halves": { method: "mipkd", mask: "halves" },
  "mipkd, 32 codes": { method: "mipkd", latent: 32 },
  "mipkd, a tenth of features": { method: "mipkd", feature: 0.1 },
  "up-cycled": { method: "outputs", upcycled: 0.25 },
  "outputs, as long": { method: "outputs" },
};
const arms = values.arm ?? Object.keys(ways);

const compiled = await compileKernels();
const sets = await Promise.all(
  [...values.held, ...values.evaluate].map(async (folder) => ({
    name: values.held.includes(folder) ? "held back" : basename(folder),
    pictures: await readEvaluationSet(folder, 2),
  })),
);
sets.push({ name: "drawings", pictures: await drawEvaluationSet(24, 2) });

/** What is known of an arm that is done. */
interface Done {
  readonly steps: number;
  readonly seconds: number;
}

interface Row extends Done {
  readonly pair: string;
  readonly arm: string;
  readonly seed: number;
  readonly scores: readonly number[];
}

const rows: Row[] = [];
for (const pair of values.pair)
  for (const arm of arms)
    for (const seed of values.seed.map(Number)) {
      const row = await rowOf(pair, arm, seed);
      if (!row) continue;
      rows.push(row);
      console.error(
        [
          pair,
          arm,
          seed,
          row.steps,
          row.seconds.toFixed(0),
          ...row.scores.map((each) => each.toFixed(3)),
        ].join("  "),
      );
    }
printTable();

async function rowOf(pair: string, arm: string, seed: number): Promise<Row | undefined> {
  const [size = "", teacher = ""] = pair.split(":");
  const as = (other: string): string =>
    `${size}-by-${basename(teacher, ".onnx")}-${other.replaceAll(/\W+/g, "-")}-${seed}`;
  const done =
    (await readDone(as(arm))) ??
    (values.table ? undefined : await learn(size as SesrSize, teacher, arm, seed, as));
  if (!done) return undefined;
  const { model } = foldCheckpoint(await readCheckpoint(join(out, `${as(arm)}.checkpoint`)));
  return { pair, arm, seed, ...done, scores: score(model) };
}

async function learn(
  size: SesrSize,
  teacher: string,
  arm: string,
  seed: number,
  as: (other: string) => string,
): Promise<Done> {
  const distil = ways[arm];
  const recipe: Recipe = createRecipe({
    name: as(arm),
    architecture: { ...sesrSizes[size], scale: 2 },
    optimizer: "soap",
    sizes: [1, 0.65],
    drawn: 36,
    hold: 0.7,
    steps: arm === "outputs, as long" ? await stepsAsLong(as) : steps,
    ...(distil && { teacher, distil }),
    seed,
  });
  // pictures and lessons are the same for all seeds
  const prepare = (options: PrepareOptions = {}): Promise<Dataset> =>
    prepareDataset(data, 2, recipe.crop, join(out, "bicubic-x2.dataset"), {
      sizes: recipe.sizes,
      drawn: recipe.drawn,
      seed: 1,
      threads,
      ...options,
    });
  const found = await findTeacher(teacher, compiled, findTrained);
  const { turns = 8, upcycled = 0 } = recipe.distil ?? {};
  const lessons = distil && (await prepare({ teacher: found.teacher, turns, upcycled }));
  const dataset = lessons && !seesTruth(recipe) ? lessons : await prepare();
  const teaching = lessons && (await prepareTeaching(recipe, found, lessons, compiled));
  const start = performance.now();
  await train({ recipe, dataset, out, threads, reportEvery: 1000, ...(teaching && { teaching }) });
  const done: Done = { steps: recipe.steps, seconds: (performance.now() - start) / 1000 };
  await teaching?.release();
  await writeFile(join(out, `${as(arm)}.done.json`), JSON.stringify(done));
  return done;
}

/** As many steps of the plain way as fit into the time that mixing took. */
async function stepsAsLong(as: (other: string) => string): Promise<number> {
  const [plain, mixed] = [await readDone(as("outputs")), await readDone(as("mipkd"))];
  if (plain && mixed) return Math.round((plain.steps * mixed.seconds) / plain.seconds);
  throw new Error("the arms outputs and mipkd come first");
}

async function readDone(name: string): Promise<Done | undefined> {
  const text = await readFile(join(out, `${name}.done.json`), "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as Done);
}

async function findTrained(name: string): Promise<Trained> {
  if (/[./\\]/.test(name)) return readTrained(name);
  const card = listModels().find((each) => each.name === name)!;
  return trainedModel(await loadModel(card.name), card);
}

function score(model: Model): readonly number[] {
  const enlarge = createModelEnlarge(compiled, model);
  return sets.map(({ pictures }) => evaluate(pictures, enlarge, 2).at(-1)!.model.psnr);
}

/** Means over seeds and their standard deviation; differences to the plain way are taken seed by seed. */
function printTable(): void {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = `${row.pair}|${row.arm}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  const head = [
    "pair",
    "arm",
    "seeds",
    "steps",
    "minutes",
    ...sets.map(({ name }) => name),
    "over outputs, by seed",
  ];
  console.log(`| ${head.join(" | ")} |\n|${head.map(() => " --- ").join("|")}|`);
  for (const [key, group] of groups) {
    const [pair, arm] = key.split("|");
    const plain = groups.get(`${pair}|outputs`) ?? [];
    const against = group.flatMap((row) => {
      const other = plain.find(({ seed }) => seed === row.seed);
      return other ? [(row.scores[0]! - other.scores[0]!).toFixed(3)] : [];
    });
    const mean = (pick: (row: Row) => number): number =>
      group.reduce((sum, row) => sum + pick(row), 0) / group.length;
    const cells = sets.map((_, at) => {
      const middle = mean(({ scores }) => scores[at]!);
      const deviation = Math.sqrt(
        group.reduce((sum, { scores }) => sum + (scores[at]! - middle) ** 2, 0) /
          Math.max(1, group.length - 1),
      );
      return group.length > 1 ? `${middle.toFixed(3)} ± ${deviation.toFixed(3)}` : middle.toFixed(3);
    });
    const numbers = [
      group.length,
      mean((row) => row.steps).toFixed(0),
      (mean((row) => row.seconds) / 60).toFixed(1),
    ];
    console.log(`| ${[pair, arm, ...numbers, ...cells, against.join(" ")].join(" | ")} |`);
  }
}
