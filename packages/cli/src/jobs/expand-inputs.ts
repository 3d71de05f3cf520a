/** Names and globs into files. */

import { realpath, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { TatamiError } from "@tatami/core";
import { glob, isDynamicPattern } from "tinyglobby";
import { walkFolder } from "./inputs/walk-folder.ts";

/** Something to work on, or why it cannot be. */
export interface Input {
  /** As people know it: relative to where they stand. */
  readonly name: string;
  /** Absolute, or what is not a file: an address, numbered pictures, `-`. */
  readonly path: string;
  /** Whether no name of an output follows from its own. */
  readonly isNameless?: boolean;
  /** The subfolder it lies in, from the folder that was named. Absent where it was named itself. */
  readonly below?: string;
  /** Files that follow it in the same video. @defaultValue none */
  readonly followedBy?: readonly Input[];
  readonly failure?: TatamiError;
}

/** What the words came to. */
export interface Inputs {
  readonly files: readonly Input[];
  /** Several words, or a glob: results go to a folder and a failure does not stop the rest. */
  readonly isBatch: boolean;
  /** Folders that were named, absolute. @defaultValue none */
  readonly folders?: readonly string[];
  /** Names of files in them that are neither videos nor pictures. @defaultValue none */
  readonly others?: readonly string[];
}

/** How folders are taken. */
export interface ExpandFolders {
  /** Absolute: the folder of the results, in which nothing is an input. */
  readonly leaveOut?: string | undefined;
}

/** An address of a stream or of a file on a server, as FFmpeg and `fetch` know them. */
const address = /^(?:https?|rtsps?|rtmps?|srt|udp|tcp|rtp):\/\//;
/** Numbered pictures: `frames/%04d.png`. */
const numbered = /%0?\d*d/;

/**
 * Looks up every word: an address or `-`, else a file, else a folder, else a glob. A file is listed once.
 *
 * @param asFolders how folders are taken with all they hold. @defaultValue they are failures
 */
export async function expandInputs(
  words: readonly string[],
  cwd: string,
  asFolders?: ExpandFolders,
): Promise<Inputs> {
  const files = new Map<string, Input>();
  const [folders, others]: [string[], string[]] = [[], []];
  let isBatch = words.length > 1;
  for (const word of words) {
    // A file may have brackets in its name, so what exists is never taken for a pattern.
    const { isFolder: isWhole, ...input } = await lookUp(word, cwd);
    if (asFolders && isWhole) {
      isBatch = true;
      const walked = await openFolder(input, asFolders);
      folders.push(input.path);
      others.push(...walked.others);
      for (const found of walked.files) if (!files.has(found.path)) files.set(found.path, found);
      continue;
    }
    if (!input.failure || !isDynamicPattern(word)) {
      if (!files.has(input.path)) files.set(input.path, input);
      continue;
    }
    isBatch = true;
    const names = await glob(word, { cwd, onlyFiles: true, expandDirectories: false });
    if (names.length === 0) files.set(input.path, { ...input, failure: noMatch(word) });
    for (const name of names.sort()) {
      const path = resolve(cwd, name);
      if (!files.has(path)) files.set(path, { name, path });
    }
  }
  const found = folders.length > 0 ? { folders, others } : {};
  return { files: [...files.values()], isBatch, ...found };
}

/** What a word was looked up as. */
type LookedUp = Input & { readonly isFolder?: true };

async function openFolder(
  { name, path }: Input,
  { leaveOut }: ExpandFolders,
): Promise<{ readonly files: readonly Input[]; readonly others: readonly string[] }> {
  const real = leaveOut && (await realpath(leaveOut).catch(() => leaveOut));
  try {
    const walked = await walkFolder(name, path, real);
    return walked.files.length > 0
      ? walked
      : { ...walked, files: [{ name, path, failure: holdsNone(name) }] };
  } catch (error) {
    return { files: [{ name, path, failure: unreachable(name, error as Error) }], others: [] };
  }
}

async function lookUp(name: string, cwd: string): Promise<LookedUp> {
  if (name === "-" || address.test(name)) return { name, path: name, isNameless: true };
  const path = resolve(cwd, name);
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    return error;
  });
  if (found instanceof Error) return { name, path, failure: unreachable(name, found) };
  if (found && !found.isDirectory()) return { name, path };
  if (!found && numbered.test(name)) return { name, path, isNameless: true };
  return found
    ? { name, path, failure: isFolder(name), isFolder: true }
    : { name, path, failure: notFound(name) };
}

function holdsNone(name: string): TatamiError<"input-not-found"> {
  return new TatamiError({
    code: "input-not-found",
    message: `${name} holds no video and no picture, by their names.`,
    fix: "Check the folder; a file whose name does not say what it is can be named by itself.",
    detail: { name },
  });
}

function notFound(name: string): TatamiError<"input-not-found"> {
  return new TatamiError({
    code: "input-not-found",
    message: `There is no file ${name}.`,
    fix: "Check the name; it is looked up from the current folder.",
    detail: { name },
  });
}

function unreachable(name: string, cause: Error): TatamiError<"input-not-found"> {
  return new TatamiError({
    code: "input-not-found",
    message: `${name} cannot be looked up: ${cause.message}.`,
    fix: "Check its name, and that you may read it and the folders above it.",
    detail: { name },
    cause,
  });
}

function isFolder(name: string): TatamiError<"input-not-found"> {
  return new TatamiError({
    code: "input-not-found",
    message: `${name} is a folder.`,
    fix: `Name its files, for instance '${name.replace(/[\\/]+$/, "")}/*.mp4'.`,
    detail: { name },
  });
}

function noMatch(pattern: string): TatamiError<"input-not-found"> {
  return new TatamiError({
    code: "input-not-found",
    message: `No file matches ${pattern}.`,
    fix: "Check the pattern; it is matched from the current folder.",
    detail: { pattern },
  });
}
