/** From what was typed to a run's options. */

import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { withoutUndefined } from "@tatami/core";
import type { Recipe, RunRecipeOptions } from "@tatami/train";
import { checkOverwrite } from "../jobs/check-overwrite.ts";
import { findTrained } from "./find-trained.ts";
import { usage } from "../parsing/parse-flags.ts";
import type { Shell } from "../shell.ts";
import type { TrainFlags } from "./train-flags.ts";

/** A run that is ready to begin. */
export interface PreparedTraining {
  readonly options: RunRecipeOptions;
  /** The checkpoint, as it is named to people. */
  readonly name: string;
}

/** Reads the recipe, and refuses what cannot be meant. */
export async function prepareTraining(
  word: string,
  flags: TrainFlags,
  shell: Shell,
): Promise<PreparedTraining> {
  const trainer = await shell.library.loadTrainer();
  const { steps, seed, rate, minutes, from, teacher, distil, alpha, degradation, resume } = flags;
  const { "degradation-share": degradationShare } = flags;
  const isFile = /[./\\]/.test(word);
  const recipe: Recipe = trainer.createRecipe({
    ...(await trainer.readRecipe(isFile ? resolve(shell.cwd, word) : word)),
    ...withoutUndefined({ steps, seed, rate, degradationShare }),
  });
  const degraded = (degradation ?? recipe.degradation ?? "none") !== "none";
  if (degradationShare !== undefined && !degraded && !resume)
    throw usage(
      "--degradation-share is given, and no degradation that it is the share of.",
      "Add --degradation FILE, or leave it out.",
    );
  const outName = flags.out ?? "runs";
  const out = resolve(shell.cwd, outName);
  const name = trainer.checkpointPath(outName, recipe);
  if (resume && from !== undefined) {
    throw usage(
      "--resume and --from are both given.",
      "Give --from when a run begins, --resume when it goes on.",
    );
  }
  if (!resume && !flags.overwrite) {
    await checkOverwrite(
      trainer.checkpointPath(out, recipe),
      name,
      "Give --resume to go on with it, --overwrite to begin anew, or another --out.",
    );
  }
  const options: RunRecipeOptions = {
    recipe,
    out,
    resume,
    evaluate: flags.evaluate.map((each) => resolve(shell.cwd, each)),
    threads: flags.threads ?? availableParallelism(),
    findTrained: (named) => findTrained(named, shell),
    cwd: shell.cwd,
    signal: shell.signal,
    ...(flags.data !== undefined && { data: resolve(shell.cwd, flags.data) }),
    ...withoutUndefined({ minutes, from, teacher, distil, alpha, degradation }),
  };
  return { options, name };
}
