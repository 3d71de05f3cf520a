/** `tatami upscale IN...`: the job itself. */

import { resolve } from "node:path";
import { defineCommand } from "../command.ts";
import type { Command } from "../command.ts";
import { chooseModel } from "../choose-model.ts";
import { expandInputs } from "../jobs/expand-inputs.ts";
import type { Inputs } from "../jobs/expand-inputs.ts";
import type { Shell } from "../shell.ts";
import { usage } from "../parsing/parse-flags.ts";
import { planJobs } from "../jobs/plan-jobs.ts";
import { runJobs } from "../jobs/run-jobs.ts";
import { upscaleFlags } from "../upscale-flags.ts";

/** Upscales one file, or a batch. */
export const upscaleCommand: Command = defineCommand({
  name: "upscale",
  summary: "Make videos larger and sharper.",
  usage: "IN... [flags]",
  flags: upscaleFlags,
  examples: [
    "clip.mp4",
    "clip.mp4 -o larger.webm --codec vp9 --bitrate 2M",
    "'clips/*.mp4' -o larger/ --json",
    "clip.mp4 --size 1080p",
    "films/ -o larger/ --skip-existing",
    "film.mkv --trim 1:00-1:10 --dry-run",
    "film.mkv --model m5-x2,xl-x2 --routing-loss 0.05",
  ],
  async run(words, flags, shell) {
    if (words.length === 0)
      throw usage("There is nothing to upscale.", "Name a video file: tatami upscale clip.mp4.");
    if (flags.bitrate !== undefined && flags.quality !== undefined) {
      throw usage("--bitrate and --quality are both given.", "Give one of them.");
    }
    if (flags.scale !== undefined && flags.size !== undefined) {
      throw usage("--scale and --size are both given.", "Give one of them.");
    }
    if (flags.overwrite && flags["skip-existing"]) {
      throw usage("--overwrite and --skip-existing are both given.", "Give one of them.");
    }
    const leaveOut = flags.output && resolve(shell.cwd, flags.output);
    const inputs = await expandInputs(words, shell.cwd, { leaveOut });
    const stream = flags["keep-times"] && inputs.files.find(({ isNameless }) => isNameless);
    if (stream) {
      throw usage(
        `${stream.name} is no single file, so there are no times of it to keep.`,
        "Leave --keep-times out.",
      );
    }
    const { denoise, look, effort, fps = "off" } = flags;
    const scale = flags.scale && Number(flags.scale);
    const isPaced = fps !== "off";
    const model = await chooseModel({ model: flags.model, scale, denoise, look, effort, isPaced }, shell);
    const jobs = await planJobs(inputs, {
      cwd: shell.cwd,
      scale: "length" in model ? model[0]!.scale : model.scale,
      size: flags.size,
      output: flags.output,
      container: flags.container,
      overwrite: flags.overwrite,
      skipExisting: flags["skip-existing"],
      isFile: flags["keep-times"],
    });
    if (!flags.quiet) tellOthers(inputs, shell);
    return runJobs({ jobs, isBatch: inputs.isBatch, model, flags, shell });
  },
});

/** Names of files told at most: a folder of a camera holds thousands of small ones. */
const mostTold = 5;

function tellOthers({ others = [] }: Inputs, { stderr }: Shell): void {
  if (others.length === 0) return;
  const names = others.slice(0, mostTold).join(", ");
  const more = others.length > mostTold ? ` and ${others.length - mostTold} more` : "";
  const what = others.length === 1 ? "1 file is" : `${others.length} files are`;
  stderr.write(`${what} no video or picture by name, and left: ${names}${more}\n`);
}
