/** `tatami try FILE`: what each network would make of a file, before it is done. */

import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, extname, join, resolve } from "node:path";
import { invalidOption, throwIfAborted } from "@tatami/core";
import { checkOverwrite } from "../jobs/check-overwrite.ts";
import { loadNamed } from "../choose-model.ts";
import { defineCommand } from "../command.ts";
import type { Command } from "../command.ts";
import { expandInputs } from "../jobs/expand-inputs.ts";
import type { Input } from "../jobs/expand-inputs.ts";
import { switchFlag, valueFlag } from "../flags.ts";
import { makeFolder } from "../jobs/make-folder.ts";
import { parseChoice } from "../parsing/parse-choice.ts";
import { usage } from "../parsing/parse-flags.ts";
import { parseTime } from "../parsing/parse-trim.ts";
import { createProgressDisplay } from "../display/progress-bar.ts";
import type { Shell } from "../shell.ts";
import { toLine } from "../to-json.ts";
import { describeTrial, trialToJson } from "../try/describe-trial.ts";
import type { TriedFile } from "../try/describe-trial.ts";
import { automatic } from "../try/options.ts";
import type { TriableNetwork, Trial, TryOptions } from "../try/options.ts";

const text = (value: string): string => value;
/** Families tried where none are named, smallest first. */
const usualFamilies = ["micro", "m3", "m5", "m11", "xl"];

/** Enlarges some moments in every way, and writes a page to choose by. */
export const tryCommand: Command = defineCommand({
  name: "try",
  summary: "Enlarge a few moments by every network, and write a page to choose by.",
  usage: "FILE [flags]",
  flags: {
    output: valueFlag("FILE.html", "Page to write; default NAME.try.html beside the input.", text, "o"),
    at: valueFlag(
      "TIMES",
      "Moments, in seconds or h:mm:ss, with commas; default three spread over the file.",
      parseTimes,
    ),
    models: valueFlag(
      "LIST",
      "Shipped models, .onnx files or auto, with commas; default all that fit, and auto.",
      parseWords,
    ),
    scale: valueFlag(
      "2|4",
      "Times wider and higher; default 2, or that of --models.",
      parseChoice(["2", "4"]),
    ),
    "to-sdr": switchFlag("Convert 10-bit and HDR input to 8-bit SDR; without it such input is refused."),
    recover: switchFlag(
      "Read an MP4 whose index is missing (a recording that was cut off) from its raw stream.",
    ),
    overwrite: switchFlag("Replace a page that exists.", "y"),
    json: switchFlag("Print one JSON object on stdout: figures and commands."),
    quiet: switchFlag("Print nothing but errors and JSON.", "q"),
  },
  examples: [
    "clip.mp4",
    "film.mkv --at 0:10,12:40 -o film.html",
    "camera.mp4 --models m5-x2,m5-x2-camera,own.onnx",
    "clip.mp4 --scale 4 --json",
  ],
  async run(words, flags, shell) {
    const input = await findInput(words, shell);
    const output = flags.output ?? usualOutput(input);
    const path = resolve(shell.cwd, output);
    if (!flags.overwrite)
      await checkOverwrite(path, output, "Give --overwrite to replace it, or another --output.");
    const networks = await chooseNetworks(
      flags.models,
      flags.scale === undefined ? undefined : Number(flags.scale),
      shell,
    );
    await makeFolder(dirname(path), output);
    const options = {
      file: input.path,
      ...(flags.at !== undefined && { at: flags.at }),
      networks,
      automatic: flags.models?.includes(automatic) ?? true,
      toSdr: flags["to-sdr"],
      recover: flags.recover,
    };
    const trial = await tryInFolder(options, flags.quiet, shell);
    const size = input.isNameless ? null : (await stat(input.path)).size;
    const file: TriedFile = {
      name: input.name,
      size,
      flags: (["to-sdr", "recover"] as const).filter((name) => flags[name]).map((name) => `--${name}`),
    };
    await writePage(trial, file, { path, shell });
    if (flags.json) shell.stdout.write(toLine(trialToJson(trial, file, output)));
    else if (!flags.quiet) shell.stdout.write(`${describeTrial(trial, file)}\npage: ${output}\n`);
    return 0;
  },
});

async function findInput(words: readonly string[], shell: Shell): Promise<Input> {
  if (words.length !== 1)
    throw usage(`tatami try takes one file, and was given ${words.length}.`, "Write tatami try FILE.");
  const { files } = await expandInputs(words, shell.cwd);
  const [file] = files;
  if (files.length !== 1 || !file)
    throw usage(`${words[0]} matches ${files.length} files.`, "Name one of them.");
  if (file.failure) throw file.failure;
  if (file.isNameless && !/^https?:/.test(file.name))
    throw usage(
      `${file.name} cannot be looked at here and there.`,
      "Record it to a file first: tatami upscale does.",
    );
  return file;
}

function usualOutput({ name, isNameless }: Input): string {
  if (isNameless) throw usage(`${name} gives the page no name.`, "Name it: --output page.html.");
  return join(dirname(name), `${basename(name, extname(name))}.try.html`);
}

/** @throws TatamiError `invalid-option` for an unknown name, and for networks of several scales. */
async function chooseNetworks(
  words: readonly string[] | undefined,
  scale: number | undefined,
  shell: Shell,
): Promise<readonly TriableNetwork[]> {
  const cards = shell.library.listModels();
  const usual = (of: number): readonly string[] => {
    const some = cards.filter((card) => card.scale === of && usualFamilies.includes(familyOf(card.name)));
    const order = (name: string): number => usualFamilies.indexOf(familyOf(name));
    return some.map(({ name }) => name).toSorted((a, b) => order(a) - order(b));
  };
  const networks: TriableNetwork[] = [];
  const fitting = usual(scale ?? 2);
  const named = words?.filter((word) => word !== automatic) ?? fitting;
  // beside the automatic choice alone the smallest one stands, which the filter is shown by
  for (const word of named.length > 0 ? named : fitting.slice(0, 1)) {
    const model = await loadNamed(word, { scale }, shell);
    const track = cards.find(({ name }) => name === word)?.track;
    networks.push({ model, word, strengths: [1, 0.5], ...(track !== undefined && { track }) });
  }
  const other = networks.find(({ model }) => model.scale !== networks[0]!.model.scale);
  if (other)
    throw usage(
      `--models ${networks[0]!.word} upscales by ${networks[0]!.model.scale}, and ${other.word} by ${other.model.scale}.`,
      "Try networks of one scale at a time.",
    );
  return networks;
}

function familyOf(name: string): string {
  return name.split("-")[0]!;
}

/** Does it in the engine's process. What lies on disk meanwhile is this one's to remove: it outlives the other. */
async function tryInFolder(
  options: Omit<TryOptions, "folder">,
  isQuiet: boolean,
  shell: Shell,
): Promise<Trial> {
  const folder = await mkdtemp(join(tmpdir(), "tatami-try-"));
  const display = createProgressDisplay(shell, "try", isQuiet);
  try {
    return await shell.library.tryFile({ ...options, folder }, (progress) => display.show(progress));
  } finally {
    display[Symbol.dispose]();
    await rm(folder, { recursive: true, force: true });
  }
}

async function writePage(
  trial: Trial,
  file: TriedFile,
  { path, shell }: { readonly path: string; readonly shell: Shell },
): Promise<void> {
  const [{ trialPage }, { writeWhole }] = await Promise.all([
    import("../try/trial-page.ts"),
    shell.library.loadTrainer(),
  ]);
  const page = trialPage(trial, file);
  throwIfAborted(shell.signal);
  await writeWhole(path, [new TextEncoder().encode(page)]);
}

function parseTimes(words: string, flag: string): readonly number[] {
  const times = words.split(",").map((word) => parseTime(word.trim()));
  if (times.some((time) => Number.isNaN(time)))
    throw invalidOption(flag, "times in seconds or h:mm:ss, with commas, such as 0:10,0:40", words);
  return [...new Set(times)].toSorted((a, b) => a - b);
}

function parseWords(words: string, flag: string): readonly string[] {
  const named = [...new Set(words.split(",").map((word) => word.trim()))];
  if (named.includes(""))
    throw invalidOption(flag, "names of models, with commas, such as m3-x2,m5-x2", words);
  return named;
}
