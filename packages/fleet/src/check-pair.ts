/** A file and where its result goes, looked at before its job is taken on. */

import { realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { invalidOption, TatamiError } from "@tatami/core";
import { toShared } from "./job-data.ts";
import { isS3, openS3, parseS3 } from "./s3/client.ts";
import { noObject } from "./s3/source.ts";

/** A file, and where its result goes: paths, or objects of S3, `s3://BUCKET/KEY`. */
export interface FilePair {
  readonly input: string;
  readonly output: string;
}

/** What becomes of a result that is there. */
export interface IfThere {
  /** It is replaced. @defaultValue false: that is an error */
  readonly overwrite?: boolean;
  /** It is left as it is, and its file not taken on. @defaultValue false */
  readonly skipExisting?: boolean;
}

/** A file or an object, as far as it is looked at. */
type Found = { readonly isFile: true; readonly id: string } | { readonly isFile: false } | undefined;

/**
 * The pair as of the root, links of the output's folder followed; nothing where its result is there and is to be left.
 *
 * @throws TatamiError `input-not-found`, `invalid-option`, `output-failed`; for objects as S3 does
 */
export async function checkPair(
  root: string,
  { input, output }: FilePair,
  { overwrite = false, skipExisting = false }: IfThere,
): Promise<FilePair | undefined> {
  if (overwrite && skipExisting)
    throw invalidOption("options.skipExisting", "false where options.overwrite is true", true);
  const found = await lookAt(input);
  if (!found && isS3(input)) throw noObject(input);
  if (!found?.isFile) {
    throw new TatamiError({
      code: "input-not-found",
      message: found ? `${input} is no file.` : `There is no file ${input}.`,
      fix: "Name a file in the folder that all machines share.",
      detail: { name: input },
    });
  }
  const real = await placeOf(output);
  const existing = await lookAt(real);
  if (existing?.isFile && existing.id === found.id) {
    throw new TatamiError({
      code: "invalid-option",
      message: `${output} is the input itself.`,
      fix: "Name another output; an input is never overwritten.",
    });
  }
  if (existing?.isFile && skipExisting) return undefined;
  if (existing && !overwrite) {
    throw new TatamiError({
      code: "output-failed",
      message: `${output} exists already.`,
      fix: "Name another output, or say that it is to be replaced (overwrite, --overwrite).",
    });
  }
  const shared = isS3(input) ? input : toShared(root, await realpath(input));
  return { input: shared, output: toShared(root, real) };
}

/** Where an output goes, links of its folder followed. @throws TatamiError `invalid-option` for an address that is none */
export async function placeOf(output: string): Promise<string> {
  if (isS3(output)) {
    parseS3(output);
    return output;
  }
  const path = resolve(output);
  const folder = await realpath(dirname(path)).catch(() => dirname(path));
  return join(folder, basename(path));
}

async function lookAt(path: string): Promise<Found> {
  if (isS3(path)) return (await (await openS3()).look(path)) && { isFile: true, id: path };
  const found = await stat(path).catch(() => undefined);
  return found && (found.isFile() ? { isFile: true, id: `${found.dev} ${found.ino}` } : { isFile: false });
}
