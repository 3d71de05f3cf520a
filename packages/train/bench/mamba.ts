/**
 * Prints what selective scans are worth beside chains of convolutions, trained from one start on the same crops:
 *
 *     npx tsx --conditions=@tatami/source packages/train/bench/mamba.ts --data PICTURES --out FOLDER
 *       [--arm NAME]… [--seed 1]… [--steps 15000] [--held FOLDER]… [--evaluate Set5]… [--threads 1] [--table]
 *
 * What is done is kept in FOLDER and not done again; `--table` only prints what is there, beside shipped chains. Decibels of
 * Y, and of RGB with colours by the bicubic filter; milliseconds of one thread for a patch of 160×96, medians of turns about; CPU
 * seconds a step, all threads. Names are of a size and what is unlike it: `s`, `s rank 4`, `s pointwise`, `s by xl-x2 0.8`: a
 * teacher and what it counts for, which looks at every picture in one turn.
 */

import { join } from "node:path";
import { parseArgs } from "node:util";
import type { BackendName, Executable, MambaShape, Model } from "@tatami/graph";
import { countMacs, countParameters, createSeededRandom, mambaSizes, randomTensor } from "@tatami/graph";
import { createEngine } from "@tatami/runtime";
import { loadModel } from "@tatami/zoo";
import { createRecipe } from "../src/campaign/recipe.ts";
import type { Recipe } from "../src/campaign/recipe.ts";
import { resizeBicubic } from "../src/data/bicubic.ts";
import { cropToMultiple, lumaOf } from "../src/data/luma.ts";
import type { LumaPlane, Picture } from "../src/data/luma.ts";
import { listPictures, readPicture } from "../src/data/read-picture.ts";
import { truthBeside } from "../src/distil/options.ts";
import type { Enlarge } from "../src/report/evaluate.ts";
import { createModelEnlarge } from "../src/report/model-enlarge.ts";
import { compileKernels } from "../src/run/kernels.ts";
import { learn, learned, meanAndDeviation, meanOf, readDone, readSets, scoreOn } from "./arms.ts";

const { values } = parseArgs({
  options: {
    data: { type: "string", default: "" },
    out: { type: "string", default: "" },
    arm: { type: "string", multiple: true },
    seed: { type: "string", multiple: true, default: ["1"] },
    steps: { type: "string", default: "15000" },
    held: { type: "string", multiple: true, default: [] },
    evaluate: { type: "string", multiple: true, default: [] },
    threads: { type: "string", default: "1" },
    table: { type: "boolean", default: false },
  },
});

/** A row: a shape, and whom it learns from for which part of its loss. */
interface Arm {
  readonly shape: Partial<MambaShape>;
  /** α of the paper: what the teacher counts for; the pictures count for the rest. */
  readonly alpha?: number;
  /** A shipped model, or a row that was learned before. */
  readonly teacher?: string;
}

const { s, m } = mambaSizes;
const taught = [0.2, 0.5, 0.8].map((alpha): [string, Arm] => [
  `s by xl-x2 ${alpha}`,
  { shape: s, alpha, teacher: "xl-x2" },
]);
const arms: Readonly<Record<string, Arm>> = {
  s: { shape: s },
  "s pointwise": { shape: { ...s, mixer: "pointwise" } },
  "s rank 4": { shape: { ...s, rank: 4 } },
  "s rank 8": { shape: { ...s, rank: 8 } },
  "s rank full": { shape: { ...s, rank: "full" } },
  "s window 4": { shape: { ...s, window: 4 } },
  "s window 16": { shape: { ...s, window: 16 } },
  "s one order": { shape: { ...s, orders: 1 } },
  ...Object.fromEntries(taught),
  "s by m 0.8": { shape: s, alpha: 0.8, teacher: "m" },
  m: { shape: m },
  "m pointwise": { shape: { ...m, mixer: "pointwise" } },
  "m rank 4": { shape: { ...m, rank: 4 } },
  "m rank 8": { shape: { ...m, rank: 8 } },
  "m rank full": { shape: { ...m, rank: "full" } },
  "m by xl-x2 0.8": { shape: m, alpha: 0.8, teacher: "xl-x2" },
};
/** Shipped chains beside them. */
const chains = ["m7-x2", "m11-x2", "xl-x2"];
const patch = { width: 160, height: 96, batch: 1 };
const rounds = 9;

const compiled = await compileKernels();
const folder = { data: values.data, out: values.out, threads: Number(values.threads), compiled };
const sets = await readSets(values.held, values.evaluate);
const colours: readonly (readonly ColourPicture[])[] = await Promise.all(values.evaluate.map(readColours));

/** One line, over its seeds. */
interface Row {
  readonly name: string;
  readonly model: Model;
  readonly seeds: number;
  readonly luma: readonly string[];
  readonly colour: readonly string[];
  /** CPU seconds a step, where it was trained here. */
  readonly step: string;
}

const rows: Row[] = [];
for (const name of values.arm ?? Object.keys(arms)) {
  const scored: ScoredModel[] = [];
  const steps: number[] = [];
  for (const seed of values.seed.map(Number)) {
    const recipe = recipeOf(name, seed);
    const done =
      (await readDone(values.out, recipe.name)) ?? (values.table ? undefined : await learn(recipe, folder));
    if (!done) continue;
    steps.push((done.cpuSeconds ?? NaN) / done.steps);
    const found = score(await learned(values.out, recipe.name));
    scored.push(found);
    console.error(`${name}  seed ${seed}  ${found.luma.map((each) => each.toFixed(3)).join("  ")}`);
  }
  if (scored.length > 0) rows.push(rowOf(name, scored, meanOf(steps).toFixed(3)));
}
for (const name of chains) rows.push(rowOf(name, [score(await loadModel(name))], ""));
await printTable();
process.exit();

function recipeOf(name: string, seed: number): Recipe {
  const { shape, alpha, teacher } = arms[name]!;
  return createRecipe({
    name: runName(name, seed),
    network: "mamba",
    architecture: { ...shape, scale: 2 },
    optimizer: "soap",
    candidates: 3,
    sizes: [1, 0.65],
    drawn: 36,
    hold: 0.7,
    steps: Number(values.steps),
    seed,
    ...(teacher !== undefined && {
      teacher: teacher in arms ? join(values.out, `${runName(teacher, 1)}.checkpoint`) : teacher,
      distil: { truth: truthBeside(alpha!), turns: 1 },
    }),
  });
}

function runName(arm: string, seed: number): string {
  return `mamba-${arm.replaceAll(/[^\w.]+/g, "-")}-${seed}`;
}

function rowOf(name: string, scored: readonly ScoredModel[], step: string): Row {
  const told = (scores: readonly (readonly number[])[]): string[] =>
    (scores[0] ?? []).map((_, at) => meanAndDeviation(scores.map((each) => each[at]!)));
  const [luma, colour] = [told(scored.map((each) => each.luma)), told(scored.map((each) => each.colour))];
  return { name, model: scored[0]!.model, seeds: scored.length, luma, colour, step };
}

/** A network and its decibels: Y on every set, RGB on those that are evaluated. */
interface ScoredModel {
  readonly model: Model;
  readonly luma: readonly number[];
  readonly colour: readonly number[];
}

function score(model: Model): ScoredModel {
  const enlarge = createModelEnlarge(compiled, model);
  return { model, luma: scoreOn(sets, enlarge), colour: colourScores(enlarge) };
}

/** One picture of a set as colours are judged by. */
interface ColourPicture {
  /** RGB of the truth, and of what the bicubic filter makes of it reduced. */
  readonly truth: Picture;
  readonly plain: Picture;
  /** Luma of the reduced picture, and of the filter's. */
  readonly low: LumaPlane;
  readonly filtered: LumaPlane;
}

/** Reduced and enlarged once, for all rows. */
async function readColours(set: string): Promise<readonly ColourPicture[]> {
  const pictures: ColourPicture[] = [];
  for (const path of await listPictures(set)) {
    const truth = cropToMultiple(await readPicture(path), 2);
    const reduced = resizeBicubic(truth, truth.width / 2, truth.height / 2);
    const plain = resizeBicubic(reduced, truth.width, truth.height);
    pictures.push({ truth, plain, low: lumaOf(reduced), filtered: lumaOf(plain) });
  }
  return pictures;
}

/** RGB-PSNR on each evaluated set: the picture enlarged by the bicubic filter, its luma by the network. */
function colourScores(enlarge: Enlarge): readonly number[] {
  return colours.map((pictures) =>
    meanOf(pictures.map((picture) => colourPsnr(picture, enlarge(picture.low).data))),
  );
}

/** Without two pixels at each edge. */
function colourPsnr({ truth, plain, filtered }: ColourPicture, made: LumaPlane["data"]): number {
  // studio luma's 219 steps are 255 of each colour's; grey is luma as it is
  const steps = truth.channels === 1 ? 1 : 255 / 219;
  let squares = 0;
  let count = 0;
  for (let y = 2; y < truth.height - 2; y++)
    for (let x = 2; x < truth.width - 2; x++) {
      const at = y * truth.width + x;
      const detail = (made[at]! - filtered.data[at]!) * steps;
      for (let c = 0; c < truth.channels; c++, count++) {
        const value = Math.min(255, Math.max(0, Math.round(plain.data[at * truth.channels + c]! + detail)));
        squares += (value - truth.data[at * truth.channels + c]!) ** 2;
      }
    }
  return 10 * Math.log10((255 ** 2 * count) / squares);
}

/** Medians of turns about, all rows on one engine. */
async function timeAll(backend: BackendName): Promise<readonly string[]> {
  const input = randomTensor([1, 1, patch.height, patch.width], 0, 1, createSeededRandom(1));
  const running: (Executable | undefined)[] = [];
  for (const { model } of rows) {
    const engine = await createEngine({ model, backends: [backend], ort: { threads: 1 } }, patch).catch(
      () => undefined,
    );
    running.push(await engine?.executable(patch));
  }
  const times = rows.map((): number[] => []);
  for (let round = 0; round <= rounds; round++)
    for (const [at, executable] of running.entries()) {
      if (!executable) continue;
      const start = performance.now();
      await executable.infer(input);
      if (round > 0) times[at]!.push(performance.now() - start);
    }
  return times.map((each) => each.toSorted((a, b) => a - b)[each.length >> 1]?.toFixed(1) ?? "refused");
}

async function printTable(): Promise<void> {
  const inColour = values.evaluate.map((each) => `${each.replace(/.*[\\/]/, "")} RGB`);
  const [own, onnx] = [await timeAll("wasm"), await timeAll("onnx-wasm")];
  const head = [
    "network",
    "seeds",
    ...sets.map(({ name }) => name),
    ...inColour,
    "parameters",
    "MACs a pixel",
  ];
  console.log(`| ${[...head, "ms wasm", "ms onnx-wasm", "CPU s a step"].join(" | ")} |`);
  console.log(`|${[...head, "", "", ""].map(() => " --- ").join("|")}|`);
  rows.forEach(({ name, model, seeds, luma, colour, step }, at) => {
    const side = model.alignment ?? 1;
    const macs = countMacs(model, { width: side, height: side }) / side ** 2;
    const cells = [name, seeds, ...luma, ...colour, countParameters(model), macs.toFixed(0)];
    console.log(`| ${[...cells, own[at], onnx[at], step].join(" | ")} |`);
  });
}
