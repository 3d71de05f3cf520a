/**
 * Prints what a pupil learns from a teacher by each way of learning: from one random start, by the same crops.
 *
 *     npx tsx --conditions=@tatami/source packages/train/bench/distil.ts --data PICTURES --out FOLDER
 *       [--pair m3:xl-x2]… [--arm NAME]… [--seed 1]… [--steps 12000] [--held FOLDER] [--evaluate Set5]… [--threads 1]
 *       [--turns 8] [--table]
 *
 * A pair is a size of pupil and its teacher: a shipped model, or an ONNX file, which enlarges each picture in so many turns and
 * flips and gives their mean. What is done is kept in FOLDER and not done again; `--table` only prints what is there. The arm
 * "outputs, as long" has the minutes that "mipkd" took.
 */

import { basename } from "node:path";
import { parseArgs } from "node:util";
import { sesrSizes } from "@tatami/graph";
import type { SesrSize } from "@tatami/graph";
import { createRecipe } from "../src/campaign/recipe.ts";
import type { Recipe, RecipeInit } from "../src/campaign/recipe.ts";
import { turnCount } from "../src/feed/turn.ts";
import { createModelEnlarge } from "../src/report/model-enlarge.ts";
import { compileKernels } from "../src/run/kernels.ts";
import type { Done } from "./arms.ts";
import { learn, learned, meanAndDeviation, meanOf, readDone, readSets, scoreOn } from "./arms.ts";

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
    turns: { type: "string", default: String(turnCount) },
    table: { type: "boolean", default: false },
  },
});
const { data, out } = values;
const [steps, threads] = [Number(values.steps), Number(values.threads)];

/** Ways of learning; one without `distil` has no teacher. */
const ways: Readonly<Record<string, Pick<RecipeInit, "distil" | "loss">>> = {
  scratch: {},
  outputs: { distil: { method: "outputs" } },
  "pictures and outputs": { distil: { method: "outputs", truth: 1 } },
  "feature mixer": { distil: { method: "mipkd", block: 0 } },
  "block mixer": { distil: { method: "mipkd", feature: 0 } },
  mipkd: { distil: { method: "mipkd" } },
  "mipkd, every second step": { distil: { method: "mipkd", every: 2 } },
  "mipkd, no pictures": { distil: { method: "mipkd", truth: 0 } },
  "mipkd, halves": { distil: { method: "mipkd", mask: "halves" } },
  "mipkd, 32 codes": { distil: { method: "mipkd", latent: 32 } },
  "mipkd, a tenth of features": { distil: { method: "mipkd", feature: 0.1 } },
  "up-cycled": { distil: { method: "outputs", upcycled: 0.25 } },
  "scratch, psnr": { loss: "psnr" },
  "outputs, psnr": { distil: { method: "outputs" }, loss: "psnr" },
  "outputs, as long": { distil: { method: "outputs" } },
};
const arms = values.arm ?? Object.keys(ways);

const compiled = await compileKernels();
const folder = { data, out, threads, compiled };
const sets = await readSets(values.held, values.evaluate);

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
    (await readDone(out, as(arm))) ??
    (values.table
      ? undefined
      : await learn(await recipeOf(size as SesrSize, teacher, arm, seed, as), folder));
  if (!done) return undefined;
  return {
    pair,
    arm,
    seed,
    ...done,
    scores: scoreOn(sets, createModelEnlarge(compiled, await learned(out, as(arm)))),
  };
}

async function recipeOf(
  size: SesrSize,
  teacher: string,
  arm: string,
  seed: number,
  as: (other: string) => string,
): Promise<Recipe> {
  const { distil, loss = "l1" } = ways[arm]!;
  return createRecipe({
    name: as(arm),
    architecture: { ...sesrSizes[size], scale: 2 },
    optimizer: "soap",
    sizes: [1, 0.65],
    drawn: 36,
    hold: 0.7,
    loss,
    steps: arm === "outputs, as long" ? await stepsAsLong(as) : steps,
    ...(distil && { teacher, distil: { ...distil, turns: Number(values.turns) } }),
    seed,
  });
}

/** As many steps of the plain way as fit into the time that mixing took. */
async function stepsAsLong(as: (other: string) => string): Promise<number> {
  const [plain, mixed] = [await readDone(out, as("outputs")), await readDone(out, as("mipkd"))];
  if (plain && mixed) return Math.round((plain.steps * mixed.seconds) / plain.seconds);
  throw new Error("the arms outputs and mipkd come first");
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
    const mean = (pick: (row: Row) => number): number => meanOf(group.map(pick));
    const cells = sets.map((_, at) => meanAndDeviation(group.map(({ scores }) => scores[at]!)));
    const numbers = [
      group.length,
      mean((row) => row.steps).toFixed(0),
      (mean((row) => row.seconds) / 60).toFixed(1),
    ];
    console.log(`| ${[pair, arm, ...numbers, ...cells, against.join(" ")].join(" | ")} |`);
  }
}
