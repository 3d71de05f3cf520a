/** From what was typed to everything that a run needs. */

import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { TatamiError, throwIfAborted } from "@tatami/core";
import type { Recipe, Trained, TrainOptions } from "@tatami/train";
import { checkOverwrite } from "./check-overwrite.ts";
import { findTrained } from "./find-trained.ts";
import { usage } from "./parse-flags.ts";
import { createProgressDisplay } from "./progress-bar.ts";
import type { Shell } from "./shell.ts";
import type { TrainFlags } from "./train-flags.ts";
import { withoutUndefined } from "./without-undefined.ts";

/** A run that is ready to begin. */
export interface PreparedTraining {
  readonly options: TrainOptions;
  /** The checkpoint, as it is named to people. */
  readonly name: string;
  /** Folders of test pictures. */
  readonly evaluate: readonly string[];
  /** What is worth saying before it begins. */
  readonly remarks: readonly string[];
}

/** Reads the recipe, the pictures and the network to start from. */
export async function prepareTraining(
  word: string,
  flags: TrainFlags,
  shell: Shell,
): Promise<PreparedTraining> {
  const trainer = await shell.library.loadTrainer();
  const { steps, seed, rate, minutes } = flags;
  const isFile = /[./\\]/.test(word);
  const recipe = trainer.createRecipe({
    ...(await trainer.readRecipe(isFile ? resolve(shell.cwd, word) : word)),
    ...withoutUndefined({ steps, seed, rate }),
  });
  const outName = flags.out ?? "runs";
  const out = resolve(shell.cwd, outName);
  const path = trainer.checkpointPath(out, recipe);
  const name = trainer.checkpointPath(outName, recipe);
  const before = trainer.latestStart(await trainer.readHistory(trainer.historyPath(path)))?.sources;
  if (flags.resume && flags.from !== undefined) {
    throw usage(
      "--resume and --from are both given.",
      "Give --from when a run begins, --resume when it goes on.",
    );
  }
  // what is not there is told before anything is read
  if (flags.resume) await trainer.readCheckpoint(path);
  else if (!flags.overwrite) {
    await checkOverwrite(
      path,
      name,
      "Give --resume to go on with it, --overwrite to begin anew, or another --out.",
    );
  }
  const data = flags.data ?? (flags.resume ? before?.["data"] : undefined);
  if (data === undefined) {
    throw usage("There are no pictures to train on.", `Write tatami train ${word} --data FOLDER.`);
  }
  const folder = resolve(shell.cwd, data);
  const evaluate = flags.evaluate.map((each) => resolve(shell.cwd, each));
  const kept = evaluate.length > 0 || !flags.resume ? evaluate : splitFolders(before?.["evaluate"]);
  const from = flags.from === undefined ? undefined : await findTrained(flags.from, shell);
  const started = from?.startWeights();
  const teacherName = flags.teacher ?? (flags.resume ? before?.["teacher"] : undefined);
  const teacher = teacherName === undefined ? undefined : await findTrained(teacherName, shell);
  const dataset = await readPictures(recipe, folder, out, teacher, flags, shell);
  const pictures = dataset.entries.length;
  if (pictures === 0) throw tooSmall(data, recipe);
  const drawings = recipe.drawn * recipe.degradations;
  const drawn = drawings === 0 ? "" : ` (${drawings} drawn)`;
  const remarks = [`${pictures} pictures${drawn}, ${(dataset.high.byteLength / 1e6).toFixed(0)} megapixels`];
  if (started) {
    const { sameFunction, changes } = trainer.describeTransfer(started.architecture, recipe.architecture);
    const what = changes.length === 0 ? "as it is" : changes.join(", ");
    remarks.push(`from ${flags.from}: ${what}${sameFunction ? "" : " (not the same function any more)"}`);
  }
  if (teacherName !== undefined) remarks.push(`learns what ${teacherName} makes of them`);
  const [first] = kept;
  const track = trainer.tracks[recipe.track];
  const sources = {
    data: folder,
    evaluate: kept.join("\n"),
    reduced: track.name,
    ...withoutUndefined({
      from: flags.from ?? (flags.resume ? before?.["from"] : undefined),
      teacher: teacherName,
    }),
  };
  const options: TrainOptions = {
    recipe,
    dataset,
    out,
    sources,
    resume: flags.resume,
    threads: flags.threads ?? availableParallelism(),
    evaluation:
      first === undefined
        ? []
        : await trainer.readEvaluationSet(first, recipe.architecture.scale, { track, signal: shell.signal }),
    signal: shell.signal,
    ...withoutUndefined({ minutes, from: started }),
  };
  throwIfAborted(shell.signal);
  return { options, name, evaluate: kept, remarks };
}

/** The folders of a history's `evaluate`, a line each. */
export function splitFolders(text: string | undefined): readonly string[] {
  return (text ?? "").split("\n").filter((line) => line !== "");
}

function tooSmall(data: string, { crop, architecture }: Recipe): TatamiError<"input-not-found"> {
  const side = crop * architecture.scale;
  return new TatamiError({
    code: "input-not-found",
    message: `No picture in ${data} is as large as a crop, ${side}×${side}.`,
    fix: "Give --data a folder of larger pictures, or write a recipe with a smaller crop.",
    detail: { data, side },
  });
}

async function readPictures(
  recipe: Recipe,
  folder: string,
  out: string,
  teacher: Trained | undefined,
  flags: TrainFlags,
  shell: Shell,
) {
  const { compileKernels, createTeacher, prepareDataset, tracks } = await shell.library.loadTrainer();
  const { track, seed, degradations, sizes, drawn, crop, architecture } = recipe;
  const display = createProgressDisplay(shell, recipe.name, flags.quiet);
  try {
    const file = resolve(out, `${track}-x${architecture.scale}.dataset`);
    return await prepareDataset(folder, architecture.scale, crop, file, {
      track: tracks[track],
      degradations,
      sizes,
      drawn,
      seed,
      signal: shell.signal,
      threads: flags.threads ?? availableParallelism(),
      ...(teacher && { teacher: await createTeacher(await compileKernels(), teacher.model) }),
      onPicture: (done, total) => display.show({ done, total, line: `reading pictures ${done}/${total}` }),
      onLesson: (done, total) => display.show({ done, total, line: `the teacher enlarges ${done}/${total}` }),
    });
  } finally {
    display[Symbol.dispose]();
  }
}
