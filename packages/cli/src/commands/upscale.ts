/** `tatami upscale IN...`: the job itself. */

import { resolve } from "node:path";
import { defineCommand } from "../command.ts";
import type { Command } from "../command.ts";
import { chooseModel, loadSecond } from "../choose-model.ts";
import { expandInputs } from "../jobs/expand-inputs.ts";
import type { Inputs } from "../jobs/expand-inputs.ts";
import type { Shell } from "../shell.ts";
import { usage } from "../parsing/parse-flags.ts";
import { joinInputs } from "../jobs/inputs/join-inputs.ts";
import { tellOthers } from "../jobs/inputs/video-files.ts";
import { isStandard, planJobs } from "../jobs/plan-jobs.ts";
import type { JobOptions } from "../jobs/plan-jobs.ts";
import { runJobs } from "../jobs/run-jobs.ts";
import { watchJobs } from "../jobs/inputs/watch-jobs.ts";
import { checkFlags, checkForms } from "../parsing/check-flags.ts";
import { upscaleFlags } from "../upscale-flags.ts";
import type { UpscaleFlags } from "../upscale-flags.ts";

/** Upscales one file, or a batch, or what turns up in a folder. */
export const upscaleCommand: Command = defineCommand({
  name: "upscale",
  summary: "Make videos and pictures larger and sharper.",
  usage: "IN... [flags]",
  flags: upscaleFlags,
  examples: [
    "clip.mp4",
    "clip.mp4 -o larger.webm --codec vp9 --bitrate 2M",
    "'clips/*.mp4' -o larger/ --json",
    "clip.mp4 --size 1080p",
    "films/ -o larger/ --skip-existing",
    "day1.mp4 day2.mp4 --join -o event.mp4",
    "photo.jpg --scale 4",
    "clip.mp4 -o 'frames/%05d.png'",
    "- -o - --container y4m",
    "film.mkv --trim 1:00-1:10 --dry-run",
    "film.mkv --model m5-x2,xl-x2 --routing-loss 0.05",
  ],
  async run(words, flags, shell) {
    if (words.length === 0)
      throw usage("There is nothing to upscale.", "Name a video file: tatami upscale clip.mp4.");
    checkFlags(flags);
    if (flags.output === "-") checkPipe(flags, shell);
    const { denoise, look, effort, fps = "off" } = flags;
    const scale = flags.scale && Number(flags.scale);
    const isPaced = fps !== "off";
    const model = await chooseModel({ model: flags.model, scale, denoise, look, effort, isPaced }, shell);
    const second = await loadSecond(flags, shell);
    const first = "length" in model ? model[0]!.scale : model.scale;
    const planning: JobOptions = {
      cwd: shell.cwd,
      scale: first * (second?.scale ?? 1),
      size: flags.size,
      output: flags.output,
      container: flags.container,
      overwrite: flags.overwrite,
      skipExisting: flags["skip-existing"],
      isFile: flags["keep-times"],
    };
    if (flags.watch) {
      const watched = await watchJobs(words, flags, planning, shell);
      return runJobs({ ...watched, isBatch: true, model, second, flags, shell });
    }
    const inputs = await findInputs(words, flags, shell);
    const jobs = await planJobs(inputs, planning);
    checkForms(
      flags,
      jobs.flatMap(({ form = "video", failure }) => (failure ? [] : [form])),
    );
    const isPiped = jobs.some(({ outputName }) => isStandard(outputName));
    // what people and programs are told would stand among the result's bytes
    const told = isPiped ? { ...shell, stdout: shell.stderr } : shell;
    return runJobs({ jobs, isBatch: inputs.isBatch, model, second, flags, shell: told });
  },
});

async function findInputs(words: readonly string[], flags: UpscaleFlags, shell: Shell): Promise<Inputs> {
  const leaveOut = flags.output && resolve(shell.cwd, flags.output);
  const expanded = await expandInputs(words, shell.cwd, { leaveOut });
  const inputs = flags.join ? await joinInputs(expanded, flags.output) : expanded;
  const stream = flags["keep-times"] && inputs.files.find(({ isNameless }) => isNameless);
  if (stream) {
    throw usage(
      `${stream.name} is no single file, so there are no times of it to keep.`,
      "Leave --keep-times out.",
    );
  }
  if (!flags.quiet) tellOthers(inputs, shell);
  return inputs;
}

/** A terminal shows no video, and times are a file's. */
function checkPipe(flags: UpscaleFlags, { stdout }: Shell): void {
  if (stdout.isTTY === true && !flags["dry-run"]) {
    throw usage(
      "Standard output is a terminal, which shows no video.",
      "Pipe it into a program (tatami upscale a.mp4 -o - | ffplay -), or name a file.",
    );
  }
  const refused = (["keep-times", "resume", "keep", "watch"] as const).find((name) => flags[name]);
  if (refused !== undefined) {
    throw usage(
      `--${refused} is for files, and --output - is a stream.`,
      `Leave --${refused} out, or name a file.`,
    );
  }
}
