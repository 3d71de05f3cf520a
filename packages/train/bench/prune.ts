/**
 * Prints what pruning leaves of networks, beside what else has as many multiply-accumulates: the default search, the
 * paper's by contribution and by sparsity, equal shares, channels by chance, a network of that size trained from
 * nothing for as many steps, and the shipped one of that size, also trained for as many steps more. Of several budgets or
 * drops, each is made from the one before.
 *
 *     npx tsx --conditions=@tatami/source packages/train/bench/prune.ts --data PICTURES --validate HELD --out FOLDER
 *       [--base xl-x2]… [--budget MACS]… [--drop DB]… [--arm NAME]… [--seed 1]… [--tuning 500] [--steps 8000]
 *       [--evaluate Set5]… [--threads 2] [--table]
 *
 * What is done is kept in FOLDER and not done again; `--table` only prints what is there.
 */

import { join } from "node:path";
import { parseArgs } from "node:util";
import { TatamiError } from "@tatami/core";
import { sesrSizes } from "@tatami/graph";
import type { Model } from "@tatami/graph";
import { listModels, loadModel } from "@tatami/zoo";
import { readRecipe } from "../src/campaign/read-recipe.ts";
import { createRecipe } from "../src/campaign/recipe.ts";
import type { Recipe } from "../src/campaign/recipe.ts";
import { prepareDataset } from "../src/data/prepared-dataset.ts";
import { tracks } from "../src/data/tracks.ts";
import { macsCost } from "../src/prune/cost.ts";
import { prunableNet } from "../src/prune/cuts/net.ts";
import type { PruneOptions } from "../src/prune/options.ts";
import { readPruningPictures } from "../src/prune/pictures.ts";
import { prune } from "../src/prune/prune.ts";
import type { PruningStop } from "../src/prune/pruning-state.ts";
import { pruningLog, readPruningLog } from "../src/prune/pruning-state.ts";
import { uniformFeatures } from "../src/prune/search/uniform.ts";
import { createValidation } from "../src/prune/validation.ts";
import { foldCheckpoint } from "../src/report/export-model.ts";
import { createModelEnlarge } from "../src/report/model-enlarge.ts";
import { readCheckpoint } from "../src/run/checkpoint/checkpoint.ts";
import { compileKernels } from "../src/run/kernels.ts";
import { train } from "../src/run/train.ts";
import { createTeacher } from "../src/teacher/teacher.ts";
import { trainedModel } from "../src/shape/trained-model.ts";
import type { Trained } from "../src/shape/trained-model.ts";
import { readSets, scoreOn, stepsIn } from "./arms.ts";
import type { PruningRow } from "./prune-table.ts";
import { printPruningTable } from "./prune-table.ts";

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
const arms = values.arm ?? [...Object.keys(prunings), "uniform, as long", "native", "shipped", "shipped, on"];

const compiled = await compileKernels();
const sets = await readSets([], values.evaluate);

const rows: PruningRow[] = [];
for (const base of values.base) {
  const card = listModels().find(({ name }) => name === base)!;
  const parent = trainedModel(await loadModel(base as Parameters<typeof loadModel>[0]), card);
  const recipe = await readRecipe(card.recipe);
  const common = { parent, recipe, data, validate, out, threads, tuning, steps };
  const pictures = await readPruningPictures({ ...common, drop: 1 }, compiled);
  const goals = { budget: values.budget.map(Number), drop: values.drop.map(Number) };
  const validation = createValidation(compiled, pictures.validated);
  await addRow(base, "as it is", "shipped", 1, parent.model, 0);
  for (const seed of values.seed.map(Number))
    for (const kind of ["budget", "drop"] as const) {
      if (goals[kind].length === 0) continue;
      for (const arm of arms) {
        const made =
          arm in prunings
            ? await prunedWhereItCan({ ...common, ...prunings[arm], seed }, kind, goals[kind])
            : arm === "uniform, as long"
              ? await uniformAsLong({ ...common, [kind]: goals[kind], seed })
              : kind === "budget"
                ? await neverLarger(arm, goals.budget, parent, recipe, seed)
                : [];
        for (const { limit, model, steps: behind } of made)
          await addRow(base, `${limit} ${kind === "budget" ? "MACs" : "dB"}`, arm, seed, model, behind);
      }
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
    const scores = scoreOn(sets, enlarge);
    const held = validation(net);
    rows.push({ base: of, goal, arm, seed, features: net.features, held, steps: behind, scores });
    console.error(
      [of, goal, arm, seed, held.toFixed(3), ...scores.map((score) => score.toFixed(3))].join("  "),
    );
  }
}
await printPruningTable(rows, sets);

interface Made {
  readonly limit: number;
  readonly model: Model;
  /** Training since the start. */
  readonly steps: number;
}

/** Without the first limits, where those are too narrow for a way of pruning. */
async function prunedWhereItCan(
  options: PruneOptions,
  kind: "budget" | "drop",
  limits: readonly number[],
): Promise<readonly Made[]> {
  if (limits.length === 0) return [];
  try {
    const made = await pruned({ ...options, [kind]: limits });
    if (made.length > 0) return made;
  } catch (error) {
    if (!(error instanceof TatamiError) || error.code !== "invalid-option") throw error;
    console.error(error.message);
  }
  return prunedWhereItCan(options, kind, limits.slice(1));
}

/** A network for each limit, each made from the one before. */
async function pruned(options: PruneOptions): Promise<readonly Made[]> {
  const { stops } = values.table
    ? { stops: await stopsOf(options) }
    : await prune({ ...options, resume: true });
  return Promise.all(
    stops.map(async ({ limit, name, steps: behind }) => {
      const checkpoint = await readCheckpoint(join(out, `${name}.checkpoint`));
      return { limit, model: foldCheckpoint(checkpoint).model, steps: behind };
    }),
  );
}

/** Equal shares, each tuned for as many steps as the default search has behind it there. */
async function uniformAsLong({ budget, drop: _drop, ...options }: PruneOptions): Promise<readonly Made[]> {
  const made: Made[] = [];
  if (budget !== undefined)
    for (const stop of await stopsOf({ ...options, budget }))
      made.push(
        ...(await pruned({
          ...options,
          budget: stop.limit,
          method: "uniform",
          steps: stop.steps - tuning,
        })),
      );
  return made;
}

async function stopsOf(options: PruneOptions): Promise<readonly PruningStop[]> {
  const entries = await readPruningLog(pruningLog(out, options));
  return entries.filter((entry) => entry.kind === "stop");
}

/** Networks of the budgets' sizes, as they ship or trained here, each for as long as the default search took to its budget. */
async function neverLarger(
  arm: string,
  budgets: readonly number[],
  parent: Trained,
  recipe: Recipe,
  seed: number,
): Promise<readonly Made[]> {
  const stops = await stopsOf({ parent, recipe, data, out, tuning, steps, seed, budget: budgets });
  const made: Made[] = [];
  for (const budget of budgets) {
    const shipped = await shippedOf(budget);
    if (arm === "shipped" && shipped) made.push({ limit: budget, model: shipped, steps: 0 });
    const behind = stops.find(({ limit }) => limit === budget)?.steps;
    if (behind === undefined || arm === "shipped" || (arm === "shipped, on" && !shipped)) continue;
    const model = await trainedAlone(arm, budget, shipped, { parent, recipe, seed, behind });
    if (model) made.push({ limit: budget, model, steps: behind });
  }
  return made;
}

/** The shipped network of exactly that size. */
async function shippedOf(budget: number): Promise<Model | undefined> {
  const { of } = macsCost(2);
  const name = Object.entries(sesrSizes).find(
    ([, { blocks, features }]) => of(Array.from({ length: blocks + 1 }, () => features)) === budget,
  )?.[0];
  return name === undefined ? undefined : loadModel(`${name}-x2` as Parameters<typeof loadModel>[0]);
}

interface Alone {
  readonly parent: Trained;
  readonly recipe: Recipe;
  readonly seed: number;
  /** Steps of training. */
  readonly behind: number;
}

async function trainedAlone(
  arm: string,
  budget: number,
  shipped: Model | undefined,
  { parent, recipe, seed, behind }: Alone,
): Promise<Model | undefined> {
  const wide = prunableNet(parent.startWeights()).features;
  const features = shipped
    ? prunableNet(trainedModel(shipped).startWeights()).features
    : uniformFeatures(wide, budget, macsCost(2).of)!;
  const name = `${arm === "native" ? "native" : "on"}-${budget}-seed${seed}-${behind}`;
  const path = join(out, `${name}.checkpoint`);
  const done = await stepsIn(path);
  if (values.table && done === undefined) return undefined;
  if ((done ?? 0) < behind) {
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
    const dataset = await prepareDataset(data, 2, recipe.crop, join(out, `${track}-x2.dataset`), {
      track: tracks[track],
      degradations,
      sizes,
      drawn,
      seed: recipe.seed,
      teacher: await createTeacher(compiled, parent.model),
    });
    const from = arm === "native" ? {} : { from: trainedModel(shipped!).startWeights() };
    await train({ recipe: own, dataset, out, threads, resume: done !== undefined, ...from });
  }
  return foldCheckpoint(await readCheckpoint(path)).model;
}
