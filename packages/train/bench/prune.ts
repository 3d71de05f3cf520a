/**
 * Prints what pruning leaves of networks, beside what else has as many multiply-accumulates: the default search, the
 * paper's by contribution and by sparsity, equal shares, channels by chance, a network of that size trained from
 * nothing for as many steps, and the shipped one of that size, also trained for as many steps more.
 *
 *     npx tsx --conditions=@tatami/source packages/train/bench/prune.ts --data PICTURES --validate HELD --out FOLDER
 *       [--base xl-x2]… [--budget MACS]… [--drop DB]… [--arm NAME]… [--seed 1]… [--tuning 500] [--steps 8000]
 *       [--evaluate Set5]… [--threads 2] [--table]
 *
 * What is done is kept in FOLDER and not done again; `--table` only prints what is there.
 */

import { access } from "node:fs/promises";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { sesrSizes } from "@tatami/graph";
import type { Model } from "@tatami/graph";
import { listModels, loadModel } from "@tatami/zoo";
import { readRecipe } from "../src/campaign/read-recipe.ts";
import { createRecipe } from "../src/campaign/recipe.ts";
import type { Recipe } from "../src/campaign/recipe.ts";
import { prepareDataset } from "../src/data/prepared-dataset.ts";
import { drawEvaluationSet, readEvaluationSet } from "../src/data/read-evaluation-set.ts";
import { tracks } from "../src/data/tracks.ts";
import { macsCost } from "../src/prune/cost.ts";
import { prunableNet } from "../src/prune/cuts/net.ts";
import type { PruneOptions } from "../src/prune/options.ts";
import { readPruningPictures } from "../src/prune/pictures.ts";
import { prune } from "../src/prune/prune.ts";
import { pruningLog, readPruningLog } from "../src/prune/pruning-state.ts";
import { timeLayers } from "../src/prune/time-layers.ts";
import { uniformFeatures } from "../src/prune/search/uniform.ts";
import { createValidation } from "../src/prune/validation.ts";
import { evaluate } from "../src/report/evaluate.ts";
import type { EvaluationPicture } from "../src/report/evaluate.ts";
import { foldCheckpoint } from "../src/report/export-model.ts";
import { createModelEnlarge } from "../src/report/model-enlarge.ts";
import { readCheckpoint } from "../src/run/checkpoint/checkpoint.ts";
import { compileKernels } from "../src/run/kernels.ts";
import { train } from "../src/run/train.ts";
import { createTeacher } from "../src/teacher/teacher.ts";
import { trainedModel } from "../src/shape/trained-model.ts";
import type { Trained } from "../src/shape/trained-model.ts";

const { values } = parseArgs({
  options: {
    data: { type: "string" },
    validate: { type: "string" },
    out: { type: "string" },
    base: { type: "string", multiple: true, default: ["xl-x2"] },
    budget: { type: "string", multiple: true, default: [] },
    drop: { type: "string", multiple: true, default: [] },
    arm: { type: "string", multiple: true },
    seed: { type: "string", multiple: true, default: ["1"] },
    tuning: { type: "string", default: "500" },
    steps: { type: "string", default: "8000" },
    evaluate: { type: "string", multiple: true, default: [] },
    threads: { type: "string", default: "1" },
    table: { type: "boolean", default: false },
  },
});
const { data = "", validate = "", out = "" } = values;
const [tuning, steps, threads] = [values.tuning, values.steps, values.threads].map(Number) as [
  number,
  number,
  number,
];

/** Ways of pruning, and networks that were never larger. */
const prunings: Readonly<Record<string, Pick<PruneOptions, "method" | "criterion">>> = {
  greedy: {},
  "cpo contribution": { method: "cpo" },
  "cpo sparsity": { method: "cpo", criterion: "sparsity" },
  uniform: { method: "uniform" },
  random: { criterion: "random" },
};
const arms = values.arm ?? [...Object.keys(prunings), "native", "shipped", "shipped, on"];

const compiled = await compileKernels();
const sets: { readonly name: string; readonly pictures: readonly EvaluationPicture[] }[] = [];
for (const folder of values.evaluate)
  sets.push({ name: basename(folder), pictures: await readEvaluationSet(folder, 2) });
sets.push({ name: "drawings", pictures: await drawEvaluationSet(24, 2) });

/** One line of the table. */
interface Row {
  readonly base: string;
  readonly goal: string;
  readonly arm: string;
  readonly seed: number;
  readonly features: readonly number[];
  readonly held: number;
  readonly steps: number;
  readonly scores: readonly number[];
}

const rows: Row[] = [];
for (const base of values.base) {
  const card = listModels().find(({ name }) => name === base)!;
  const parent = trainedModel(await loadModel(base as Parameters<typeof loadModel>[0]), card);
  const recipe = await readRecipe(card.recipe);
  const common = { parent, recipe, data, validate, out, threads, tuning, steps };
  const pictures = await readPruningPictures({ ...common, drop: 1 }, compiled);
  const goals = [
    ...values.budget.map((budget) => ({ budget: Number(budget) })),
    ...values.drop.map((drop) => ({ drop: Number(drop) })),
  ];
  const validation = createValidation(compiled, pictures.validated);
  await addRow(base, "as it is", "shipped", 1, parent.model, 0);
  for (const goal of goals)
    for (const seed of values.seed.map(Number))
      for (const arm of arms) {
        const goalName = "budget" in goal ? `${goal.budget} MACs` : `${goal.drop} dB`;
        const made =
          arm in prunings
            ? await pruned({ ...common, ...goal, ...prunings[arm], seed })
            : "budget" in goal
              ? await neverLarger(arm, goal.budget, parent, recipe, seed)
              : undefined;
        if (made) await addRow(base, goalName, arm, seed, made.model, made.steps);
      }
  async function addRow(
    of: string,
    goal: string,
    arm: string,
    seed: number,
    model: Model,
    behind: number,
  ): Promise<void> {
    const net = prunableNet(trainedModel(model).startWeights());
    const enlarge = createModelEnlarge(compiled, model);
    const scores = sets.map((set) => evaluate(set.pictures, enlarge, 2).at(-1)!.model.psnr);
    const held = validation(net);
    rows.push({ base: of, goal, arm, seed, features: net.features, held, steps: behind, scores });
    console.error(
      [of, goal, arm, seed, held.toFixed(3), ...scores.map((score) => score.toFixed(3))].join("  "),
    );
  }
}
await printTable();

interface Made {
  readonly model: Model;
  /** Training since the start. */
  readonly steps: number;
}

async function pruned(options: PruneOptions): Promise<Made | undefined> {
  const entries = await readPruningLog(pruningLog(out, options));
  const stop = entries.findLast((entry) => entry.kind === "stop");
  if (!stop && values.table) return undefined;
  const found = stop ?? (await prune({ ...options, resume: true })).stops.at(-1)!;
  const checkpoint = await readCheckpoint(join(out, `${found.name}.checkpoint`));
  return { model: foldCheckpoint(checkpoint).model, steps: found.steps };
}

/** A network of the budget's size, as it ships or trained here. */
async function neverLarger(
  arm: string,
  budget: number,
  parent: Trained,
  recipe: Recipe,
  seed: number,
): Promise<Made | undefined> {
  const { of } = macsCost(2);
  const shipped = Object.entries(sesrSizes).find(
    ([, { blocks, features }]) => of(Array.from({ length: blocks + 1 }, () => features)) === budget,
  );
  const model = shipped && (await loadModel(`${shipped[0]}-x2` as Parameters<typeof loadModel>[0]));
  if (arm === "shipped") return model && { model, steps: 0 };
  if (arm === "shipped, on" && !model) return undefined;
  const wide = prunableNet(parent.startWeights()).features;
  const features =
    model === undefined
      ? uniformFeatures(wide, budget, of)!
      : prunableNet(trainedModel(model).startWeights()).features;
  // as long as the default search took to the same budget
  const log = pruningLog(out, { parent, recipe, data, out, tuning, steps, seed, budget });
  const stop = (await readPruningLog(log)).findLast((entry) => entry.kind === "stop");
  const behind = stop?.steps ?? steps;
  const name = `${arm === "native" ? "native" : "on"}-${budget}-seed${seed}-${behind}`;
  const path = join(out, `${name}.checkpoint`);
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  const { from: _from, mixesWith: _mixesWith, ...kept } = recipe;
  const own = createRecipe({
    ...kept,
    name,
    seed,
    steps: behind,
    optimizer: "soap",
    side: "folded",
    architecture: { features, scale: 2, width: Math.max(...features) },
  });
  const { track, degradations, sizes, drawn } = recipe;
  if (values.table && !exists) return undefined;
  if (!exists || !(await readCheckpoint(path)).state.step) {
    const dataset = await prepareDataset(data, 2, recipe.crop, join(out, `${track}-x2.dataset`), {
      track: tracks[track],
      degradations,
      sizes,
      drawn,
      seed: recipe.seed,
      teacher: await createTeacher(compiled, parent.model),
    });
    const from = arm === "native" ? {} : { from: trainedModel(model!).startWeights() };
    await train({ recipe: own, dataset, out, threads, resume: exists, ...from });
  }
  return { model: foldCheckpoint(await readCheckpoint(path)).model, steps: behind };
}

/** Means over seeds, with their standard deviation where there are several. */
async function printTable(): Promise<void> {
  const { of } = macsCost(2);
  const time = await timeLayers({
    features: [Math.max(...rows.flatMap(({ features }) => features))],
    scale: 2,
  });
  const line = (cells: readonly string[]): void => console.log(`| ${cells.join(" | ")} |`);
  const titles = [
    "base",
    "goal",
    "arm",
    "MACs",
    "MACs %",
    "ms %",
    "steps",
    "held back",
    ...sets.map(({ name }) => name),
    "channels",
  ];
  line(titles);
  line(titles.map(() => "---"));
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = [row.base, row.goal, row.arm].join();
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  for (const some of groups.values()) {
    const [first] = some as [Row, ...Row[]];
    const base = rows.find((row) => row.base === first.base)!;
    const mean = (pick: (row: Row) => number): number =>
      some.reduce((sum, row) => sum + pick(row), 0) / some.length;
    const told = (pick: (row: Row) => number, digits: number): string => {
      const middle = mean(pick);
      if (some.length === 1) return middle.toFixed(digits);
      const deviation = Math.sqrt(
        mean((row) => (pick(row) - middle) ** 2) * (some.length / (some.length - 1)),
      );
      return `${middle.toFixed(digits)} ± ${deviation.toFixed(digits)}`;
    };
    line([
      first.base,
      first.goal,
      some.length === 1 ? first.arm : `${first.arm}, ${some.length} seeds`,
      told(({ features }) => of(features), 0),
      ((100 * mean(({ features }) => of(features))) / of(base.features)).toFixed(1),
      ((100 * mean(({ features }) => time.of(features))) / time.of(base.features)).toFixed(1),
      told((row) => row.steps, 0),
      told(({ held }) => held - base.held, 3),
      ...sets.map((_, at) => told(({ scores }) => scores[at]!, 3)),
      first.features.join(" "),
    ]);
  }
}
