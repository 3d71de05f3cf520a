/** Which file becomes which, and everything that speaks against it, before any work is done. */

import { stat } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import { invalidOption, TatamiError } from "@tatami/core";
import type { Container } from "@tatami/core";
import type { Input, Inputs } from "./expand-inputs.ts";
import { usage } from "./parse-flags.ts";

/** Containers that can be written, which are also their files' extensions. */
export const containers: readonly Container[] = ["mp4", "mov", "webm", "mkv"];

/** One file's work. */
export interface Job {
  readonly input: Input;
  /** Where the result goes, as people know it. */
  readonly outputName: string;
  /** Absolute. */
  readonly outputPath: string;
  /** Why it will not be done. */
  readonly failure?: TatamiError;
}

/** What decides where results go. */
export interface JobOptions {
  readonly cwd: string;
  readonly scale: number;
  /** The file, or for a batch the folder. @defaultValue beside each input */
  readonly output?: string | undefined;
  readonly container?: Container | undefined;
  readonly overwrite: boolean;
}

/**
 * Names each input's output. What is wrong with one file is that job's `failure`.
 *
 * @throws TatamiError `invalid-option` for what is wrong with the command as a whole.
 */
export async function planJobs(inputs: Inputs, options: JobOptions): Promise<readonly Job[]> {
  const folder = await outputFolder(inputs, options);
  const nameless = inputs.files.find(({ isNameless }) => isNameless);
  if (nameless && (options.output === undefined || folder !== undefined)) throw unnamed(nameless.name);
  const names = inputs.files.map((input) => nameOutput(input.name, folder, options));
  const jobs: Job[] = [];
  const taken = new Map<string, string>();
  for (const [index, input] of inputs.files.entries()) {
    // Files that differ only in their extension keep it: clip.mov and clip.avi must not become one.
    const isShared = names.indexOf(names[index]!) !== names.lastIndexOf(names[index]!);
    const outputName = isShared ? nameOutput(input.name, folder, options, true) : names[index]!;
    const outputPath = resolve(options.cwd, outputName);
    const other = taken.get(outputPath);
    if (other !== undefined && !input.failure) {
      throw usage(
        `${other} and ${input.name} would both be written to ${outputName}.`,
        "Run them one at a time, each with its own --output.",
      );
    }
    taken.set(outputPath, input.name);
    const failure = input.failure ?? (await refuseOutput(input, outputName, outputPath, options.overwrite));
    jobs.push({ input, outputName, outputPath, ...(failure && { failure }) });
  }
  return jobs;
}

function unnamed(input: string): TatamiError {
  return usage(`${input} gives its result no name.`, "Name the output's file: --output NAME.mp4.");
}

/** The folder results go to, if `--output` means one. */
async function outputFolder(inputs: Inputs, options: JobOptions): Promise<string | undefined> {
  const { output, cwd } = options;
  if (output === undefined) return undefined;
  const found = await stat(resolve(cwd, output)).catch(() => undefined);
  if (found?.isDirectory() === true || /[\\/]$/.test(output)) return output;
  if (!inputs.isBatch) return undefined;
  if (!found) return output;
  throw invalidOption(
    "--output",
    "a folder when there are several inputs",
    output,
    "Name a folder; it is made if need be.",
  );
}

function nameOutput(
  inputName: string,
  folder: string | undefined,
  options: JobOptions,
  keepExtension = false,
): string {
  const { output, container, scale } = options;
  if (output !== undefined && folder === undefined) {
    checkExtension(output, container);
    return output;
  }
  const extension = extname(inputName);
  const kind = container ?? containers.find((name) => `.${name}` === extension.toLowerCase()) ?? "mp4";
  const stem = keepExtension ? basename(inputName) : basename(inputName, extension);
  return join(folder ?? dirname(inputName), `${stem}.${scale}x.${kind}`);
}

/** A file named for one container and filled with another would not open everywhere. */
function checkExtension(output: string, container: Container | undefined): void {
  const extension = extname(output).slice(1).toLowerCase();
  const named = containers.find((name) => name === extension);
  if (container === undefined && named === undefined) {
    throw invalidOption("--output", `a file name that ends in .${containers.join(", .")}`, output);
  }
  if (container !== undefined && named !== undefined && named !== container) {
    throw usage(
      `--output ${output} does not fit --container ${container}.`,
      `Name the output .${container}, or leave --container out.`,
    );
  }
}

async function refuseOutput(
  input: Input,
  outputName: string,
  outputPath: string,
  overwrite: boolean,
): Promise<TatamiError | undefined> {
  const [from, to] = await Promise.all(
    [input.path, outputPath].map((path) => stat(path).catch(() => undefined)),
  );
  if (!to) return undefined;
  if (from && from.dev === to.dev && from.ino === to.ino) {
    return usage(
      `${outputName} is the input itself.`,
      "Name another file with --output; an input is never overwritten.",
    );
  }
  if (to.isDirectory()) {
    return outputFailed(`${outputName} is a folder.`, "Name a file with --output.");
  }
  return overwrite
    ? undefined
    : outputFailed(`${outputName} exists already.`, "Give --overwrite to replace it, or another --output.");
}

function outputFailed(message: string, fix: string): TatamiError<"output-failed"> {
  return new TatamiError({ code: "output-failed", message, fix });
}
