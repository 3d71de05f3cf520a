/** `tatami train tddsr-x2`: a restorer and a camera's degradation, learned together in three stages. */

import { availableParallelism } from "node:os";
import { relative, resolve } from "node:path";
import { withoutUndefined } from "@tatami/core";
import type { TddsrRecipe } from "@tatami/train";
import { leastLpipsSide, openLpips } from "@tatami/train/lpips";
import { findTrained } from "./find-trained.ts";
import { shippedLpips } from "../compare/shipped-lpips.ts";
import { formatDuration } from "../display/format.ts";
import { usage } from "../parsing/parse-flags.ts";
import type { Shell } from "../shell.ts";
import { toLine } from "../to-json.ts";
import type { TrainFlags } from "./train-flags.ts";
import { checkMode } from "./train-modes.ts";
import { createTrainingDisplay } from "./training-display.ts";

/** The co-learning of that name or in that file, if it is one. */
export async function readCoLearning(word: string, shell: Shell): Promise<TddsrRecipe | undefined> {
  const { readTddsrRecipe } = await shell.library.loadTrainer();
  return readTddsrRecipe(/[./\\]/.test(word) ? resolve(shell.cwd, word) : word);
}

/** What is said of a learning that was left. @param step where it was last good */
export function collapsed(step: number): string {
  return `left at step ${step}, where its pictures were last good: behind it they became worse again and again`;
}

/** Runs it to its end, the time limit or an interruption; the same command goes on. */
export async function trainCoLearning(
  recipe: TddsrRecipe,
  flags: TrainFlags,
  shell: Shell,
): Promise<0 | 130> {
  checkMode("co-learning", flags);
  const { data, real, minutes } = flags;
  if (data === undefined || real === undefined)
    throw usage(
      `${recipe.name} needs pictures (--data) and a camera's own clips (--real).`,
      `Write tatami train ${recipe.name} --data PICTURES --real CLIPS.`,
    );
  const { createTddsrRecipe, runTddsr } = await shell.library.loadTrainer();
  await using lpips = await openLpips(shippedLpips);
  const { seed } = flags;
  const outName = flags.out ?? "runs";
  const start = shell.now();
  let stage = "";
  let display = createTrainingDisplay(shell, recipe.name, flags.quiet);
  try {
    const result = await runTddsr({
      recipe: createTddsrRecipe({ ...recipe, ...withoutUndefined({ seed }) }),
      data: resolve(shell.cwd, data),
      real: resolve(shell.cwd, real),
      out: resolve(shell.cwd, outName),
      threads: flags.threads ?? availableParallelism(),
      findTrained: (name) => findTrained(name, shell),
      signal: shell.signal,
      // smaller ones cannot be measured
      ...(2 * recipe.crop >= leastLpipsSide && {
        distance: (made, truth) => lpips.measureLuma(made, truth),
      }),
      ...withoutUndefined({ minutes }),
      onStage(next) {
        stage = next;
        display[Symbol.dispose]();
        display = createTrainingDisplay(shell, `${recipe.name} ${next}`, flags.quiet);
      },
      onPicture: (done, total) => display.read({ done, total, line: `reading pictures ${done}/${total}` }),
      onStep: (progress) => display.step(progress),
      onProgress: (progress) => display.report(progress),
    });
    display[Symbol.dispose]();
    const seconds = (shell.now() - start) / 1000;
    const named = (path: string): string => relative(shell.cwd, path);
    const { finished, checkpoint, files, collapsedAt } = result;
    if (flags.json) {
      const left = withoutUndefined({ collapsedAt });
      shell.stdout.write(toLine({ name: recipe.name, finished, seconds, checkpoint, ...files, ...left }));
    } else if (!flags.quiet) {
      const lines = [checkpoint, ...Object.values<string>({ ...files })].map(named);
      if (collapsedAt !== undefined) lines.push(`  ${collapsed(collapsedAt)}`);
      const end = finished ? "finished" : `stopped in stage ${stage}; the same command goes on`;
      shell.stdout.write(`${lines.join("\n")}\n  ${end}, after ${formatDuration(seconds)}\n`);
    }
    return 0;
  } catch (error) {
    if (stage === "" || !shell.signal.aborted || error !== shell.signal.reason) throw error;
    shell.stderr.write(`Interrupted in stage ${stage}. The same command goes on from there.\n`);
    return 130;
  } finally {
    display[Symbol.dispose]();
  }
}
