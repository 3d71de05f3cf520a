/** `tatami prune MODEL`: the same network with less to compute, to a budget or within a drop. */

import { availableParallelism } from "node:os";
import { join, relative, resolve } from "node:path";
import { withoutUndefined } from "@tatami/core";
import type {
  Criterion,
  PruneOptions,
  PruneResult,
  PruningListeners,
  PruningMove,
  Recipe,
  Trained,
} from "@tatami/train";
import { defineCommand } from "../../command.ts";
import type { Command } from "../../command.ts";
import type { FlagValues } from "../../flags.ts";
import { listFlag, switchFlag, valueFlag } from "../../flags.ts";
import { checkOverwrite } from "../../jobs/check-overwrite.ts";
import { textTable } from "../../display/text-table.ts";
import { parseChoice } from "../../parsing/parse-choice.ts";
import { parseInteger } from "../../parsing/parse-integer.ts";
import { parseNumbers } from "../../parsing/parse-number.ts";
import { usage } from "../../parsing/parse-flags.ts";
import type { Shell } from "../../shell.ts";
import { toLine } from "../../to-json.ts";
import { findTrained } from "../../training/find-trained.ts";
import { formatGain } from "../../training/score-table.ts";
import { createTrainingDisplay, listenTo } from "../../training/training-display.ts";
import type { TrainingDisplay } from "../../training/training-display.ts";

const text = (value: string): string => value;

const flags = {
  data: valueFlag("FOLDER", "Pictures to learn from; some are held back to judge by.", text),
  validate: valueFlag("FOLDER", "Pictures to judge by, in place of those held back of --data.", text),
  budget: valueFlag(
    "COST[,…]",
    "The most that a pixel may cost, in MACs: the network with the highest PSNR; of several, one for each.",
    parseNumbers(0),
  ),
  drop: valueFlag(
    "DB[,…]",
    "The most PSNR that may be lost: the network that costs the least; of several, one for each.",
    parseNumbers(0),
  ),
  cost: valueFlag(
    "macs|ms",
    "What is saved: multiply-accumulates a pixel, or milliseconds a frame of 640×360, timed on this machine; default macs.",
    parseChoice<"macs" | "ms">(["macs", "ms"]),
  ),
  criterion: valueFlag(
    "NAME",
    "How channels are ranked: contribution, sparsity (the paper's), l1 or random; default contribution.",
    parseChoice<Criterion>(["contribution", "sparsity", "l1", "random"]),
  ),
  uniform: switchFlag("Take the same share from every layer: the paper's baseline."),
  cpo: switchFlag("Search as the paper does: each layer at half, then the least sensitive ones first."),
  stops: valueFlag(
    "N",
    "Networks on the way to a single limit, the last at it; default 1.",
    parseInteger(1, 64),
  ),
  tuning: valueFlag("N", "Steps of training after every few cuts; default 500.", parseInteger(1)),
  steps: valueFlag("N", "Steps of training at each stop; default 10000.", parseInteger(1)),
  teacher: valueFlag(
    "MODEL",
    "Whose enlargements are learned in place of the pictures; or none; default MODEL as it was.",
    text,
  ),
  recipe: valueFlag("RECIPE", "How pictures are made and drawn; default the recipe of MODEL's card.", text),
  out: valueFlag("FOLDER", "Where checkpoints and the report go; default runs.", text),
  evaluate: listFlag("FOLDER", "Test pictures that the report scores on; once for each set."),
  resume: switchFlag("Go on with what lies in --out."),
  overwrite: switchFlag("Begin anew over what lies there.", "y"),
  seed: valueFlag("N", "In place of the recipe's seed.", parseInteger(0)),
  threads: valueFlag("N", "Threads; default all the machine has.", parseInteger(1, 256)),
  json: switchFlag("Print one JSON object on stdout at the end."),
  quiet: switchFlag("Print nothing but errors and JSON.", "q"),
};

type PruneFlags = FlagValues<typeof flags>;

/** Prunes a network. */
export const pruneCommand: Command = defineCommand({
  name: "prune",
  summary: "Make a network smaller: channels that matter little are taken out, the rest learns on.",
  usage: "MODEL --data FOLDER --budget MACS | --drop DB [flags]",
  flags,
  examples: [
    "xl-x2 --data PICTURES --drop 0.1",
    "xl-x2 --data PICTURES --budget 27344 --stops 4 --evaluate Set5",
    "xl-x2 --data PICTURES --drop 0.05,0.1,0.2",
    "m11-x2 --data PICTURES --budget 60 --cost ms",
    "xl-x2 --data PICTURES --budget 27344 --uniform --criterion sparsity",
  ],
  async run(words, given, shell) {
    const [word] = words;
    if (word === undefined || words.length > 1 || given.data === undefined)
      throw usage(
        "tatami prune takes one model and --data.",
        "Write tatami prune MODEL --data FOLDER --budget MACS, or --drop DB.",
      );
    if (given.uniform && given.cpo)
      throw usage("--uniform and --cpo are both given.", "Give one of the two, or neither.");
    const options = await prepare(word, given.data, given, shell);
    const display = createTrainingDisplay(shell, word, given.quiet);
    const { prune, writePruningReport } = await shell.library.loadTrainer();
    let result: PruneResult;
    try {
      result = await prune({ ...options, ...listen(display, word, given, shell) });
    } catch (error) {
      if (!shell.signal.aborted || error !== shell.signal.reason) throw error;
      display[Symbol.dispose]();
      shell.stderr.write("Interrupted.\n  → the same command with --resume goes on from there\n");
      return 130;
    } finally {
      display[Symbol.dispose]();
    }
    const evaluate = given.evaluate.map((each) => resolve(shell.cwd, each));
    const { signal } = shell;
    const report = await writePruningReport(result, options.parent.model, {
      out: options.out,
      evaluate,
      signal,
    });
    const { start, stops } = result;
    if (given.json) shell.stdout.write(toLine({ start, stops, report }));
    else if (!given.quiet) shell.stdout.write(describe(result, report, shell));
    return 0;
  },
});

/** Reads what is named, and refuses what cannot be meant. */
async function prepare(word: string, data: string, given: PruneFlags, shell: Shell): Promise<PruneOptions> {
  const trainer = await shell.library.loadTrainer();
  const parent = await findTrained(word, shell);
  const out = resolve(shell.cwd, given.out ?? "runs");
  const { budget, drop, cost, criterion, stops, tuning, steps, seed, resume } = given;
  const options: PruneOptions = {
    parent,
    recipe: await recipeOf(parent, given.recipe, shell),
    data: resolve(shell.cwd, data),
    out,
    resume,
    method: given.uniform ? "uniform" : given.cpo ? "cpo" : "greedy",
    threads: given.threads ?? availableParallelism(),
    signal: shell.signal,
    ...(given.validate !== undefined && { validate: resolve(shell.cwd, given.validate) }),
    ...(given.teacher === "none" && { teacher: undefined }),
    ...(given.teacher !== undefined &&
      given.teacher !== "none" && { teacher: await findTrained(given.teacher, shell) }),
    ...withoutUndefined({ budget, drop, cost, criterion, stops, tuning, steps, seed }),
  };
  const log = trainer.pruningLog(out, options);
  if (!resume && !given.overwrite)
    await checkOverwrite(
      log,
      relative(shell.cwd, log),
      "Give --resume to go on with it, --overwrite to begin anew, or another --out.",
    );
  return options;
}

/** The recipe that was asked for, else the one that made the model, else the usual one of its scale. */
async function recipeOf(parent: Trained, named: string | undefined, shell: Shell): Promise<Recipe> {
  const { createRecipe, listRecipes, readRecipe } = await shell.library.loadTrainer();
  if (named !== undefined) return readRecipe(/[./\\]/.test(named) ? resolve(shell.cwd, named) : named);
  const { name, scale } = parent.model;
  const card = shell.library.listModels().find((each) => each.name === name);
  if (card && (await listRecipes()).includes(card.recipe)) return readRecipe(card.recipe);
  const { architecture } = parent.startWeights();
  return createRecipe({ name, architecture: { ...architecture, scale }, optimizer: "soap", candidates: 3 });
}

/** What pruning tells, shown. */
function listen(
  display: TrainingDisplay,
  word: string,
  { quiet }: PruneFlags,
  shell: Shell,
): PruningListeners {
  const { onPicture, onLesson, onReady } = listenTo(display);
  const isLog = shell.stderr.isTTY !== true;
  return {
    onPicture,
    onLesson,
    onReady,
    onMove(move) {
      const line = moveLine(move);
      display.read({ done: 0, total: undefined, line });
      if (isLog && !quiet) shell.stderr.write(`${word}  ${line}\n`);
    },
    onProgress: (_name, progress) => display.report(progress),
  };
}

/** `cut 4 channels of block 3: 103072, 37.02 dB`. */
function moveLine({ kind, group, cost, psnr, steps, features }: PruningMove): string {
  const where = group === undefined ? "" : group === 0 ? "the first and the last layer" : `block ${group}`;
  const widths = `${new Set(features).size === 1 ? features[0] : features.join(" ")} channels`;
  const whats = {
    probe: `${where} probed`,
    cut: group === undefined ? "cut" : `${where} cut`,
    tuned: `tuned for ${steps} steps`,
    back: `${where} was cut too far`,
  };
  return `${whats[kind]}  ${widths}  cost ${Number(cost.toFixed(2))}  ${psnr.toFixed(3)} dB`;
}

function describe({ start, stops }: PruneResult, report: string, shell: Shell): string {
  const share = (cost: number): string => `${((100 * cost) / start.cost).toFixed(0)} %`;
  const row = (name: string, features: readonly number[], cost: number, psnr: number): readonly string[] => [
    name,
    String(Number(cost.toFixed(2))),
    share(cost),
    psnr.toFixed(2),
    formatGain(psnr - start.psnr),
    features.join(" "),
  ];
  const table = textTable(
    ["network", start.unit, "of it", "PSNR", "change", "channels"],
    [
      row(start.parent, start.features, start.cost, start.psnr),
      ...stops.map(({ name, features, cost, psnr }) => row(name, features, cost, psnr)),
    ],
  );
  const files = stops.map(({ checkpoint }) => `  ${nameOf(checkpoint, shell)}\n`).join("");
  return `${table}${files}  ${nameOf(report, shell)}\n`;
}

function nameOf(path: string, shell: Shell): string {
  const name = relative(shell.cwd, path);
  return name.startsWith("..") ? path : join(name);
}
