/** Which file becomes which, and everything that speaks against it, before any work is done. */

import { realpath, stat } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import { containers, invalidOption, TatamiError } from "@tatami/core";
import type { Input, Inputs } from "./expand-inputs.ts";
import { usage } from "../parsing/parse-flags.ts";
import { isMoving } from "../pictures/is-moving.ts";
import { endingOf, formOf, numberedName } from "../pictures/output-form.ts";
import type { ContainerName, OutputForm } from "../pictures/output-form.ts";

/** One file's work. */
export interface Job {
  readonly input: Input;
  /** Where the result goes, as people know it. */
  readonly outputName: string;
  /** Absolute; `-` for standard output, a pattern for numbered pictures. */
  readonly outputPath: string;
  /** What is written. @defaultValue video */
  readonly form?: OutputForm;
  /** Why it will not be done. */
  readonly failure?: TatamiError;
  /** Whether its output is there and is left as it is. @defaultValue false */
  readonly isThere?: boolean;
}

/** What decides where results go. */
export interface JobOptions {
  readonly cwd: string;
  readonly scale: number;
  /** What is asked for in place of a scale: "1080p". */
  readonly size?: string | undefined;
  /** The file, or for a batch the folder. @defaultValue beside each input */
  readonly output?: string | undefined;
  readonly container?: ContainerName | undefined;
  readonly overwrite: boolean;
  /** Whether outputs that exist are left as they are, instead of being failures. @defaultValue false */
  readonly skipExisting?: boolean;
  /** Whether an output has to be a file: devices and FIFOs have no times of their own to set. */
  readonly isFile?: boolean;
}

/**
 * Names each input's output, by the input and the options alone: never by what else is in the batch. What is wrong with
 * one file is that job's `failure`.
 *
 * @throws TatamiError `invalid-option` for what is wrong with the command as a whole: two outputs of one name, and an
 * output that is an input which another job has to read.
 */
export async function planJobs(inputs: Inputs, options: JobOptions): Promise<readonly Job[]> {
  const folder = await outputFolder(inputs, options);
  await checkFolders(inputs, folder, options);
  const nameless = inputs.files.find(({ isNameless }) => isNameless);
  if (nameless && (options.output === undefined || folder !== undefined))
    throw unnamed(nameless.name, inputs.isBatch);
  const jobs = await Promise.all(inputs.files.map((input) => planJob(input, folder, options)));
  await refuseCollisions(jobs);
  return jobs;
}

async function planJob(input: Input, folder: string | undefined, options: JobOptions): Promise<Job> {
  const { output } = options;
  const isNamed = output !== undefined && folder === undefined;
  const { kindOfFile } = await import("@tatami/codecs/node");
  const isPicture = !input.isNameless && kindOfFile(input.name) === "picture";
  const isStill = isPicture && !(await isMoving(input.path));
  const outputName = isNamed ? output : nameOutput(input, folder, isStill, options);
  const outputPath = isStandard(outputName) ? outputName : resolve(options.cwd, outputName);
  // what is wrong with the input comes before what is wrong with the output's name
  if (input.failure) return { input, outputName, outputPath, failure: input.failure };
  const container = isStill && !isNamed ? undefined : options.container;
  const form = formOf(isStandard(outputName) ? `-.${container ?? "mkv"}` : outputName, container, isStill);
  const job = { input, outputName, outputPath, ...(form !== "video" && { form }) };
  if (isStandard(outputName)) return job;
  // of numbered pictures the first one tells
  const path = form === "numbered" ? numberedName(outputPath, 1) : outputPath;
  const { failure, isThere } = await lookAtOutput(input, outputName, path, options);
  return { ...job, ...(failure && { failure }), ...(isThere && { isThere }) };
}

/** Whether an output is standard output. */
export function isStandard(outputName: string): boolean {
  return outputName === "-";
}

/** Results of whole folders go to another folder, or the next run would take them for inputs. */
async function checkFolders(
  { folders = [] }: Inputs,
  output: string | undefined,
  { cwd }: JobOptions,
): Promise<void> {
  for (const folder of folders) {
    const name = basename(folder);
    if (output === undefined) {
      throw usage(
        `${name} is a folder, and no folder for its results is named.`,
        `Name one, which is made if need be: --output ${name}.larger.`,
      );
    }
    if ((await realPath(folder)) === (await realPath(resolve(cwd, output)))) {
      throw usage(
        `The results of ${name} would lie among its files, and would be inputs the next time.`,
        "Name another folder with --output; a subfolder of it will do.",
      );
    }
  }
}

async function refuseCollisions(jobs: readonly Job[]): Promise<void> {
  const read = jobs.filter(({ input, failure }) => !failure && !input.isNameless);
  const readers = new Map(
    await Promise.all(
      read
        .flatMap(({ input }) => [input, ...(input.followedBy ?? [])])
        .map(async ({ path, name }) => [await realPath(path), name] as const),
    ),
  );
  const writers = new Map<string, string>();
  for (const { input, outputName, outputPath, failure, isThere } of jobs) {
    if (input.failure) continue;
    const path = await realPath(outputPath);
    const other = writers.get(path);
    if (other !== undefined) {
      throw usage(
        `${other} and ${input.name} would both be written to ${outputName}.`,
        "Run them one at a time, each with its own --output.",
      );
    }
    writers.set(path, input.name);
    const reader = readers.get(path);
    if (reader === undefined || failure || isThere) continue;
    throw usage(
      `${input.name} would be written to ${outputName}, which is an input too.`,
      `Leave ${reader} out, or name another folder with --output.`,
    );
  }
}

/** Links followed, as far as the path leads to something. */
export async function realPath(path: string): Promise<string> {
  const folder = dirname(path);
  return realpath(path).catch(async () =>
    folder === path ? path : join(await realPath(folder), basename(path)),
  );
}

function unnamed(input: string, isBatch: boolean): TatamiError {
  const how = isBatch ? "Upscale it in a command of its own, and name" : "Name";
  return usage(`${input} gives its result no name.`, `${how} the output's file: --output NAME.mp4.`);
}

/** The folder results go to, if `--output` means one. */
async function outputFolder(inputs: Inputs, options: JobOptions): Promise<string | undefined> {
  const { output, cwd } = options;
  if (output === undefined) return undefined;
  if (isStandard(output)) {
    if (!inputs.isBatch) return undefined;
    throw usage(
      "Standard output takes one result, and there are several inputs.",
      "Name a folder, or add --join.",
    );
  }
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
  { name, below = "" }: Input,
  folder: string | undefined,
  isStill: boolean,
  options: JobOptions,
): string {
  return join(folder ?? dirname(name), below, fileName(name, isStill, options));
}

/** What a result is called, by its input's name. */
export function fileName(
  name: string,
  isStill: boolean,
  { container, scale, size = `${scale}x` }: Pick<JobOptions, "container" | "scale" | "size">,
): string {
  const extension = extname(name);
  const own = extension.slice(1).toLowerCase();
  const usual = containers.find((each) => each === own) ?? "mp4";
  const kind = isStill ? own : endingOf(container ?? usual);
  return `${basename(name, extension)}.${size}.${kind}`;
}

/** What speaks against an output, or that it is there already and is left. */
async function lookAtOutput(
  input: Input,
  outputName: string,
  outputPath: string,
  options: JobOptions,
): Promise<Pick<Job, "failure" | "isThere">> {
  const failure = await refuseOutput(input, outputName, outputPath, options);
  return failure instanceof TatamiError ? { failure } : failure ? { isThere: true } : {};
}

async function refuseOutput(
  input: Input,
  outputName: string,
  outputPath: string,
  { overwrite, skipExisting, isFile }: JobOptions,
): Promise<TatamiError | "left" | undefined> {
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
    return outputFailed(`${outputName} is a folder.`, "Move that folder away, or give another --output.");
  }
  if (/^\/(?:dev\/(?:std|fd\/)|proc\/self\/)/.test(outputPath)) {
    return usage(
      `${outputName} is a stream of this command's own, which carries its report.`,
      "Write --output - for standard output, or name a file or a FIFO.",
    );
  }
  if (isFile && !to.isFile()) {
    return usage(`${outputName} is no file, so it cannot be given times.`, "Leave --keep-times out.");
  }
  if (skipExisting && to.isFile()) return "left";
  // what is written to a device or a FIFO replaces nothing
  return overwrite || !to.isFile()
    ? undefined
    : outputFailed(`${outputName} exists already.`, "Give --overwrite to replace it, or another --output.");
}

function outputFailed(message: string, fix: string): TatamiError<"output-failed"> {
  return new TatamiError({ code: "output-failed", message, fix });
}
