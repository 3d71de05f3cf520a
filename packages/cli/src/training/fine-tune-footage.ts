/** `tatami train --footage`: a shipped model tuned on one's own camera, written only when it is better. */

import { availableParallelism } from "node:os";
import { basename, join, resolve } from "node:path";
import { throwIfAborted, withoutUndefined } from "@tatami/core";
import type { Footage, FootageTuned, Trained } from "@tatami/train";
import { checkOverwrite } from "../jobs/check-overwrite.ts";
import { findTrained } from "./find-trained.ts";
import { formatBytes, formatDuration } from "../display/format.ts";
import { makeFolder } from "../jobs/make-folder.ts";
import { createProgressDisplay } from "../display/progress-bar.ts";
import { formatGain } from "./score-table.ts";
import type { Shell } from "../shell.ts";
import { toLine } from "../to-json.ts";
import type { TrainFlags } from "./train-flags.ts";
import { checkMode } from "./train-modes.ts";
import { trainingLine } from "./training-display.ts";

/** Tunes on `footage` and writes checkpoint, model and card. @throws TatamiError `wrong-answer` when it is no better. */
export async function fineTuneFootage(footage: string, flags: TrainFlags, shell: Shell): Promise<0> {
  checkMode("footage", flags);
  const trainer = await shell.library.loadTrainer();
  const { start, from, name, outName, files } = await nameOwn(flags, shell);

  const compiled = await trainer.compileKernels();
  const started = shell.now();
  const tuned = await tune(footage, { name, start, from, compiled }, flags, shell);
  const { checkpoint, heldBackFrames, camera, softness } = tuned;
  const remark = trainer.softnessRemark(softness);
  const folded = trainer.foldCheckpoint(checkpoint);
  const enlarge = trainer.createModelEnlarge(compiled, folded.model);
  const rows = trainer.evaluate(heldBackFrames, enlarge, folded.model.scale);
  const data = `${tuned.trainedOn} frames of the owner's own footage (${basename(resolve(shell.cwd, footage))}), degraded with ${camera.codec} and noise of ${camera.noise.toFixed(1)} levels.`;
  const note = `Started from ${basename(start)}, which scores ${tuned.psnr.before.toFixed(2)} dB on the frames held back.${trainer.softnessNote(softness)}`;
  const { bytes, card } = await trainer.exportModel(
    checkpoint,
    folded,
    { "held-back": rows },
    { data, note },
  );
  throwIfAborted(shell.signal);
  await makeFolder(resolve(shell.cwd, outName), outName);
  const [checkpointFile, modelFile, cardFile] = files.map((file) => resolve(shell.cwd, file));
  await trainer.writeCheckpoint(checkpointFile!, checkpoint);
  await trainer.writeWhole(modelFile!, [bytes]);
  await trainer.writeWhole(cardFile!, [new TextEncoder().encode(trainer.cardText(card))]);

  const { before, after } = tuned.psnr;
  const seconds = (shell.now() - started) / 1000;
  if (flags.json) {
    const { steps, trainedOn, heldBack } = tuned;
    const summary = {
      name,
      from: start,
      steps,
      seconds,
      trainedOn,
      heldBack,
      camera,
      softness,
      before,
      after,
    };
    shell.stdout.write(toLine({ ...summary, checkpoint: checkpointFile, model: modelFile, card: cardFile }));
  } else if (!flags.quiet) {
    shell.stdout.write(
      `${files[1]}\n  ${before.toFixed(2)} → ${after.toFixed(2)} dB (${formatGain(after - before)}) on ` +
        `${tuned.heldBack} ${tuned.heldBack === 1 ? "frame" : "frames"} held back; bicubic ${rows.at(-1)!.bicubic.psnr.toFixed(2)} dB\n` +
        `  ${tuned.steps} steps on ${tuned.trainedOn} frames, in ${formatDuration(seconds)}; ${formatBytes(bytes.length)}\n` +
        (remark === undefined ? "" : `  ${remark}\n`),
    );
  }
  return 0;
}

/** What is tuned to one's own camera, and what that is to be called. */
export interface OwnModel {
  /** As it was typed. */
  readonly start: string;
  readonly from: Trained;
  readonly name: string;
  /** The folder, and in it checkpoint, model and card, as they are named to people. */
  readonly outName: string;
  readonly files: readonly string[];
}

/** Finds it. @throws TatamiError `output-failed` where one of its files exists and may not be replaced */
export async function nameOwn(flags: TrainFlags, shell: Shell): Promise<OwnModel> {
  const start = flags.from ?? usualStart(shell);
  const from = await findTrained(start, shell);
  const name = `${from.model.name.replace(/(-own)?(-camera|-bicubic)?$/, "")}-own-camera`;
  const outName = flags.out ?? "runs";
  const files = ["checkpoint", "onnx", "json"].map((ending) => join(outName, `${name}.${ending}`));
  for (const file of flags.overwrite ? [] : files)
    await checkOverwrite(resolve(shell.cwd, file), file, "Give --overwrite to replace it, or another --out.");
  return { start, from, name, outName, files };
}

/** What is tuned. */
interface Tuning {
  readonly name: string;
  /** As it was typed. */
  readonly start: string;
  readonly from: Trained;
  readonly compiled: Awaited<ReturnType<TrainingLibrary["compileKernels"]>>;
}

type TrainingLibrary = Awaited<ReturnType<Shell["library"]["loadTrainer"]>>;

async function tune(footage: string, tuning: Tuning, flags: TrainFlags, shell: Shell): Promise<FootageTuned> {
  const { fineTune, parentOf, softnessRemark } = await shell.library.loadTrainer();
  const { name, from, compiled } = tuning;
  const { minutes, steps, seed, rate } = flags;
  const say = (line: string): void => {
    if (!flags.quiet && !flags.json) shell.stderr.write(`${name}  ${line}\n`);
  };
  let display = createProgressDisplay(shell, name, flags.quiet);
  let psnr: number | undefined;
  const tellFootage = ({ candidates, codec, softness, leftOut }: Footage): void => {
    display[Symbol.dispose]();
    say(`from ${tuning.start}: ${candidates.length} places in the footage, ${codec}`);
    for (const { name: file, error } of leftOut) say(`left out ${file}: ${error.message}`);
    const remark = softnessRemark(softness);
    if (remark !== undefined) say(remark);
    display = createProgressDisplay(shell, name, flags.quiet);
  };
  try {
    return await fineTune({
      footage: resolve(shell.cwd, footage),
      from: from.startWeights(),
      lineage: [parentOf(from, "from")],
      name,
      compiled,
      threads: flags.threads ?? availableParallelism(),
      scores: 10,
      reportEvery: 10,
      signal: shell.signal,
      ...withoutUndefined({ minutes, steps, seed, rate }),
      onFootage: tellFootage,
      onFrame: (done, total) => display.show({ done, total, line: `degrading frames ${done}/${total}` }),
      onScore: (_step, score) => (psnr = score),
      onProgress: (progress) => {
        const { step, steps: total, stepsPerSecond } = progress;
        const remaining = (total - step) / stepsPerSecond;
        const line = trainingLine({ ...progress, remaining }, psnr);
        display.show({ done: step, total, line });
      },
    });
  } finally {
    display[Symbol.dispose]();
  }
}

/** The smallest model made for cameras, where one is shipped. */
function usualStart(shell: Shell): string {
  const names = shell.library.listModels().map(({ name }) => name);
  return names.includes("m5-x2-camera") ? "m5-x2-camera" : "m5-x2";
}
