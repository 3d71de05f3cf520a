/** `tatami train RECIPE`: a run from its recipe to a checkpoint and a report; or `--footage`: tuning on one's own camera. */

import { withoutUndefined } from "@tatami/core";
import { defineCommand } from "../../command.ts";
import type { Command } from "../../command.ts";
import { readCoLearning, trainCoLearning } from "../../training/train-co-learning.ts";
import { fineTuneFootage } from "../../training/fine-tune-footage.ts";
import { formatDuration } from "../../display/format.ts";
import { usage } from "../../parsing/parse-flags.ts";
import type { PreparedTraining } from "../../training/prepare-training.ts";
import { prepareTraining } from "../../training/prepare-training.ts";
import { trainOwnCamera } from "../../training/train-own-camera.ts";
import { describeWrittenReport } from "./report.ts";
import type { Shell } from "../../shell.ts";
import { toLine } from "../../to-json.ts";
import type { TrainFlags } from "../../training/train-flags.ts";
import { trainFlags } from "../../training/train-flags.ts";
import { checkMode } from "../../training/train-modes.ts";
import { createTrainingDisplay, listenTo } from "../../training/training-display.ts";

/** Trains a network. */
export const trainCommand: Command = defineCommand({
  name: "train",
  summary: "Train a network: wide while it learns, folded small when it runs.",
  usage: "RECIPE [flags] | --footage PATH [flags]",
  flags: trainFlags,
  examples: [
    "m5-x2-bicubic --data PICTURES --evaluate Set5",
    "m5-x2-bicubic --resume --minutes 60",
    "m7-x2-bicubic --data PICTURES --from m5-x2",
    "m3-x2-bicubic --data PICTURES --from m3-x2 --teacher xl-x2",
    "mambalite-s-x2 --data PICTURES --teacher xl-x2 --alpha 0.8",
    "--from m5-x2-camera --footage VIDEOS --minutes 10",
    "--footage VIDEOS --learn-degradation --tddsr runs/tddsr-x2.start.checkpoint",
    "tddsr-x2 --data PICTURES --real CLIPS --out runs",
    "m5-x2-camera --data PICTURES --degradation runs/tddsr-x2.degradation.onnx",
    "./own-recipe.js --data PICTURES --out runs/own --rate 2e-4",
  ],
  async run(words, flags, shell) {
    const [word] = words;
    if (flags.footage !== undefined && word === undefined) {
      const tune = flags["learn-degradation"] ? trainOwnCamera : fineTuneFootage;
      return tune(flags.footage, flags, shell);
    }
    if (flags.footage !== undefined)
      throw usage(
        `A recipe (${word}) and --footage are both given.`,
        "Give --footage to tune a model on your own camera, a recipe to train on pictures.",
      );
    if (word === undefined) checkMode("recipe", flags);
    if (word === undefined || words.length > 1) {
      const { listRecipes, listTddsrRecipes } = await shell.library.loadTrainer();
      const names = [...(await listRecipes()), ...(await listTddsrRecipes())];
      throw usage(
        `tatami train takes one recipe, and was given ${words.length}.`,
        `Write tatami train RECIPE --data FOLDER, with a file or one of: ${names.join(", ")}.`,
      );
    }
    const coLearning = await readCoLearning(word, shell);
    if (coLearning) return trainCoLearning(coLearning, flags, shell);
    checkMode("recipe", flags);
    const prepared = await prepareTraining(word, flags, shell);
    let reached: "nothing" | "lesson" | "checkpoint" = "nothing";
    try {
      return await run(prepared, flags, shell, (now) => (reached = now));
    } catch (error) {
      if (reached === "nothing" || !shell.signal.aborted || error !== shell.signal.reason) throw error;
      shell.stderr.write(
        reached === "lesson"
          ? "Interrupted. What the teacher has made so far is kept; the same command goes on from there.\n"
          : `Interrupted. Everything up to here is in ${prepared.name}.\n  → ${goOnCommand(word, flags)}\n`,
      );
      return 130;
    }
  },
});

/** What to type to go on with the same run. */
function goOnCommand(recipe: string, flags: TrainFlags): string {
  const { out, steps, seed, rate, threads } = flags;
  const kept = Object.entries(withoutUndefined({ out, steps, seed, rate, threads }));
  return ["tatami train", recipe, "--resume", ...kept.map(([name, value]) => `--${name} ${value}`)].join(" ");
}

/** @param onReach told what is kept from here on */
async function run(
  prepared: PreparedTraining,
  flags: TrainFlags,
  shell: Shell,
  onReach: (reached: "lesson" | "checkpoint") => void,
): Promise<0> {
  const { options, name } = prepared;
  const { recipe } = options;
  const { runRecipe, writeReport } = await shell.library.loadTrainer();
  const display = createTrainingDisplay(shell, recipe.name, flags.quiet);
  const listeners = listenTo(display);
  let start = shell.now();
  const result = await runRecipe({
    ...options,
    ...listeners,
    onPlan(plan) {
      onReach("lesson");
      listeners.onPlan(plan);
    },
    onReady(remarks) {
      onReach("checkpoint");
      display.begin(remarks);
      start = shell.now();
    },
  }).finally(() => display[Symbol.dispose]());
  const seconds = (shell.now() - start) / 1000;
  const { step, finished, evaluate } = result;
  const { steps } = recipe;
  const end = finished ? "finished" : "stopped";
  if (!flags.quiet && !flags.json)
    shell.stdout.write(`${name}\n  ${end} at step ${step} of ${steps}, in ${formatDuration(seconds)}\n`);
  const report = await writeReport(result.checkpoint, { evaluate, signal: shell.signal });
  const { path, sets } = report;
  if (flags.json) {
    const summary = { name: recipe.name, step, steps, finished, seconds, checkpoint: result.checkpoint };
    shell.stdout.write(toLine({ ...summary, report: path, sets }));
  } else if (!flags.quiet) {
    shell.stdout.write(describeWrittenReport(report, shell));
  }
  return 0;
}
