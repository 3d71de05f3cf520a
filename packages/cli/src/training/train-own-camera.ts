/** `tatami train --footage --learn-degradation`: one's own camera's degradation, and a shipped model tuned by it. */

import { availableParallelism } from "node:os";
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { withoutUndefined } from "@tatami/core";
import type { OwnCamera, OwnScore } from "@tatami/train";
import { leastLpipsSide, openLpips } from "@tatami/train/lpips";
import { shippedLpips } from "../compare/shipped-lpips.ts";
import { formatBytes, formatDuration } from "../display/format.ts";
import type { Shell } from "../shell.ts";
import { toLine } from "../to-json.ts";
import { nameOwn } from "./fine-tune-footage.ts";
import { formatGain } from "./score-table.ts";
import { collapsed } from "./train-co-learning.ts";
import type { TrainFlags } from "./train-flags.ts";
import { checkMode } from "./train-modes.ts";
import { createTrainingDisplay } from "./training-display.ts";

/** The co-learning that this package brings. */
export const shippedStart: string = fileURLToPath(
  new URL("../../models/tddsr-x2.start.checkpoint", import.meta.url),
);

/** Learns both, says what was done, and leaves the degradation and checkpoint, model and card. */
export async function trainOwnCamera(footage: string, flags: TrainFlags, shell: Shell): Promise<0 | 130> {
  checkMode("own camera", flags);
  const tddsr = flags.tddsr === undefined ? shippedStart : resolve(shell.cwd, flags.tddsr);
  const { start: fromName, from, name, outName } = await nameOwn(flags, shell);
  const trainer = await shell.library.loadTrainer();
  await using lpips = await openLpips(shippedLpips);
  const { minutes, steps, seed, data, quiet } = flags;
  const started = shell.now();
  let part = "footage";
  let display = createTrainingDisplay(shell, name, quiet);
  const turnTo = (next: string): void => {
    part = next;
    display[Symbol.dispose]();
    display = createTrainingDisplay(shell, `${name} ${next}`, quiet);
  };
  const say = (line: string): void => display.plan(line);
  try {
    const learned = await trainer.learnOwnCamera({
      footage: resolve(shell.cwd, footage),
      start: tddsr,
      from,
      fromName,
      name,
      out: resolve(shell.cwd, outName),
      threads: flags.threads ?? availableParallelism(),
      compiled: await trainer.compileKernels(),
      anew: flags.overwrite,
      signal: shell.signal,
      ...(data !== undefined && { data: resolve(shell.cwd, data) }),
      ...withoutUndefined({ minutes, steps, seed }),
      distance: (made, truth) =>
        Math.min(made.width, made.height) < leastLpipsSide
          ? Promise.resolve(0)
          : lpips.measureLuma(made, truth),
      onFootage({ candidates, leftOut }) {
        say(`${candidates.length} places in the footage`);
        for (const { name: file, error } of leftOut) say(`left out ${file}: ${error.message}`);
      },
      onPlan({ frames, camera, student }) {
        say(
          `${frames.learnedFrom} frames to learn from, ${frames.heldBack} held back; ` +
            `${camera.learningSteps} steps for the camera, ${student.steps} for the student`,
        );
        const remark = trainer.softnessRemark(frames.softness);
        if (remark !== undefined) say(remark);
      },
      onPart: turnTo,
      onPicture: (done, total) => display.read({ done, total, line: `reading pictures ${done}/${total}` }),
      onReady: (remarks) => display.begin(remarks),
      onStep: (progress) => display.step(progress),
      onProgress: (progress) => display.report(progress),
    });
    display[Symbol.dispose]();
    const seconds = (shell.now() - started) / 1000;
    if (flags.json) shell.stdout.write(toLine(summaryOf(name, fromName, learned, seconds)));
    else if (!quiet)
      shell.stdout.write(
        described(learned, fromName, seconds, shell, trainer.softnessRemark(learned.plan.frames.softness)),
      );
    return 0;
  } catch (error) {
    if (!shell.signal.aborted || error !== shell.signal.reason) throw error;
    shell.stderr.write(`Interrupted (${part}). The same command goes on from there.\n`);
    return 130;
  } finally {
    display[Symbol.dispose]();
  }
}

function summaryOf(name: string, from: string, done: OwnCamera, seconds: number): Record<string, unknown> {
  const { files, checkpoint, model, card, learned, track, plan, change } = done;
  const { frames, camera, student } = plan;
  return {
    name,
    from,
    seconds,
    trainedOn: frames.learnedFrom,
    heldBack: frames.heldBack,
    softness: frames.softness,
    cameraSteps: camera.learningSteps,
    studentSteps: student.steps,
    change,
    learned,
    track,
    checkpoint,
    model,
    card,
    ...files,
    ...(done.collapsedAt !== undefined && { collapsedAt: done.collapsedAt }),
  };
}

/** What was done, in words. */
function described(
  done: OwnCamera,
  from: string,
  seconds: number,
  shell: Shell,
  remark: string | undefined,
): string {
  const { files, model, bytes, learned, track, plan, change, collapsedAt } = done;
  const { frames, camera, student } = plan;
  const named = (path: string): string => relative(shell.cwd, path);
  const scored = ({ before, after, bicubic }: OwnScore): string =>
    `${before.toFixed(2)} → ${after.toFixed(2)} dB (${formatGain(after - before)}), bicubic ${bicubic.toFixed(2)} dB`;
  const folder = named(dirname(model)) || ".";
  return [
    named(files.degradation),
    `  the camera's degradation, by ${collapsedAt ?? camera.learningSteps} steps on ${frames.learnedFrom} frames; it changes what the bicubic filter makes by ${change.toFixed(2)} levels`,
    ...(collapsedAt === undefined ? [] : [`  ${collapsed(collapsedAt)}`]),
    named(model),
    `  ${from}, tuned by ${student.steps} steps on pictures that it degrades, and the camera track, half each; ${formatBytes(bytes)}`,
    `  on ${frames.heldBack} frames held back, through the learned camera: ${scored(learned)}`,
    `  through the camera track: ${scored(track)}`,
    ...(remark === undefined ? [] : [`  ${remark}`]),
    `  in ${formatDuration(seconds)}; checkpoint and card are in ${folder}`,
    "",
  ].join("\n");
}
