/** `tatami fleet submit IN... -o OUT`: hands files to a fleet. */

import { dirname, extname, resolve } from "node:path";
import type { Container } from "@tatami/core";
import type { SubmitOptions } from "@tatami/fleet";
import { defineCommand } from "../../command.ts";
import type { Command } from "../../command.ts";
import { chooseModel } from "../../choose-model.ts";
import { switchFlag, valueFlag } from "../../flags.ts";
import type { FlagValues } from "../../flags.ts";
import { makeFolder } from "../../jobs/make-folder.ts";
import { expandInputs } from "../../jobs/expand-inputs.ts";
import { planJobs } from "../../jobs/plan-jobs.ts";
import type { Job } from "../../jobs/plan-jobs.ts";
import { parseChoice } from "../../parsing/parse-choice.ts";
import { usage } from "../../parsing/parse-flags.ts";
import { parseInteger } from "../../parsing/parse-integer.ts";
import { parseNumber } from "../../parsing/parse-number.ts";
import { printError } from "../../print-error.ts";
import type { Shell } from "../../shell.ts";
import { toLine } from "../../to-json.ts";
import { upscaleFlags } from "../../upscale-flags.ts";
import { withoutUndefined } from "../../without-undefined.ts";
import { connectionFlags, fleetOptions, loadFleet } from "./connection.ts";

/** What a fleet writes: whole videos. */
const containers: readonly Container[] = ["mp4", "mov", "webm", "mkv"];

/** Those of `tatami upscale` that say what is to be made, and who comes first. */
const submitFlags = {
  output: upscaleFlags.output,
  model: upscaleFlags.model,
  effort: upscaleFlags.effort,
  "routing-loss": upscaleFlags["routing-loss"],
  scale: upscaleFlags.scale,
  size: upscaleFlags.size,
  strength: upscaleFlags.strength,
  denoise: upscaleFlags.denoise,
  look: upscaleFlags.look,
  codec: upscaleFlags.codec,
  container: valueFlag(
    containers.join("|"),
    "Container; default from the output's name.",
    parseChoice(containers),
  ),
  bitrate: upscaleFlags.bitrate,
  quality: upscaleFlags.quality,
  audio: upscaleFlags.audio,
  trim: upscaleFlags.trim,
  deinterlace: upscaleFlags.deinterlace,
  "to-sdr": upscaleFlags["to-sdr"],
  strict: upscaleFlags.strict,
  recover: upscaleFlags.recover,
  backend: upscaleFlags.backend,
  patch: upscaleFlags.patch,
  batch: upscaleFlags.batch,
  reuse: upscaleFlags.reuse,
  integers: upscaleFlags.integers,
  overwrite: upscaleFlags.overwrite,
  priority: valueFlag("N", "Whose turn it is: 1 comes first; default 100.", parseInteger(1, 2 ** 21 - 2)),
  attempts: valueFlag(
    "N",
    "How often a segment is tried before its file fails; default 5. What no retry can mend is tried once.",
    parseInteger(1, 100),
  ),
  "segment-length": valueFlag(
    "SECONDS",
    "Seconds of video that a segment lasts at least; default 10.",
    parseNumber(0.1),
  ),
  ...connectionFlags,
  quiet: switchFlag("Print nothing but errors and JSON.", "q"),
};

type SubmitFlags = FlagValues<typeof submitFlags>;

/** Hands over a file, or many: all of them, or on an error none. */
export const submitCommand: Command = defineCommand({
  name: "fleet submit",
  summary: "Hand files to a fleet of workers.",
  usage: "IN... [flags]",
  flags: submitFlags,
  examples: ["film.mkv -o larger.mkv", "'cameras/*.mp4' -o larger/ --priority 10 --json"],
  async run(words, flags, shell) {
    if (words.length === 0)
      throw usage("There is nothing to submit.", "Name a video file: tatami fleet submit clip.mp4.");
    const jobs = await plan(words, flags, shell);
    const failed = jobs.filter(({ failure }) => failure);
    for (const { input, failure } of failed) printError(shell, failure, input.name);
    if (failed.length > 0) {
      shell.stderr.write("Nothing was submitted.\n");
      return 1;
    }
    const { connectFleet } = await loadFleet();
    await using fleet = await connectFleet(fleetOptions(flags, shell));
    for (const { outputPath, outputName } of jobs) await makeFolder(dirname(outputPath), outputName);
    const pairs = jobs.map(({ input, outputPath }) => ({ input: input.path, output: outputPath }));
    const { overwrite } = flags;
    const taken = await fleet.submit(pairs, { ...submitOptions(flags, shell), overwrite });
    for (const [index, { id }] of taken.entries()) {
      const { input, outputName } = jobs[index]!;
      if (flags.json) shell.stdout.write(toLine({ id, file: input.name, outputFile: outputName }));
      else if (!flags.quiet) shell.stdout.write(`${id}  ${input.name} → ${outputName}\n`);
    }
    return 0;
  },
});

async function plan(words: readonly string[], flags: SubmitFlags, shell: Shell): Promise<readonly Job[]> {
  if (flags.bitrate !== undefined && flags.quality !== undefined)
    throw usage("--bitrate and --quality are both given.", "Give one of them.");
  if (flags.scale !== undefined && flags.size !== undefined)
    throw usage("--scale and --size are both given.", "Give one of them.");
  const { denoise, look, effort, container, overwrite, output, size } = flags;
  const scale = flags.scale && Number(flags.scale);
  const model = await chooseModel({ model: flags.model, scale, denoise, look, effort }, shell);
  const inputs = await expandInputs(words, shell.cwd);
  const stream = inputs.files.find(({ isNameless }) => isNameless);
  if (stream) {
    throw usage(
      `${stream.name} is no single file, which is what a fleet can cut.`,
      "Save it as a file first, or upscale it with tatami upscale.",
    );
  }
  const known = "length" in model ? model[0]!.scale : model.scale;
  const jobs = await planJobs(inputs, { cwd: shell.cwd, scale: known, size, output, container, overwrite });
  const odd = jobs.find(({ failure, outputName }) => !failure && !container && !isVideo(outputName));
  if (!odd) return jobs;
  throw usage(
    `${odd.outputName} is no name of a video, which is what a fleet writes.`,
    "Name the output .mp4, .mov, .webm or .mkv, or say with --container what to write into it.",
  );
}

function isVideo(name: string): boolean {
  return containers.some((container) => `.${container}` === extname(name).toLowerCase());
}

function submitOptions(flags: SubmitFlags, { cwd }: Shell): SubmitOptions {
  const { effort, size, strength, denoise, look, codec, container, bitrate, quality, audio } = flags;
  const { deinterlace, reuse, priority, attempts } = flags;
  const names = flags.model?.split(",").map((name) => name.trim());
  return {
    ...withoutUndefined({ effort, size, strength, denoise, look, codec, container, bitrate, quality, audio }),
    ...withoutUndefined({
      deinterlace,
      reuse,
      priority,
      attempts,
      ...flags.trim,
      model: names?.map((name) => (/\.onnx$/i.test(name) ? resolve(cwd, name) : name)).join(","),
      scale: flags.scale && Number(flags.scale),
      routingLoss: flags["routing-loss"],
      backends: flags.backend,
      patchSize: flags.patch,
      batchSize: flags.batch,
      segmentSeconds: flags["segment-length"],
    }),
    ...withoutUndefined({
      toSdr: flags["to-sdr"] || undefined,
      strict: flags.strict || undefined,
      recover: flags.recover || undefined,
      integers: flags.integers || undefined,
    }),
  };
}
