/** Numbered pictures (`frames/%04d.png`) and globs of them (`frames/*.png`) as one video. */

import { readdir } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { TatamiError } from "@tatami/core";
import { inputNotFound } from "./errors.ts";

/** Where in a file's name the number stands. */
const placeholder = /%(0?)(\d*)d/;

/** Whether a path that is no file may be a pattern of files. */
export function isPicturePattern(path: string): boolean {
  return placeholder.test(basename(path)) || /[*?[\]{}]/.test(path);
}

/**
 * Options for FFmpeg's demuxer `image2`, which reads the pictures.
 *
 * @param frameRate pictures a second, as nothing in them says.
 * @throws TatamiError `input-not-found` when nothing matches, `damaged-input` when a number is missing between two
 * others: FFmpeg would end there without a word.
 */
export async function findNumberedPictures(
  pattern: string,
  frameRate: number,
): Promise<Readonly<Record<string, string>>> {
  const options: Record<string, string> = { framerate: String(frameRate), pattern_type: "glob" };
  if (placeholder.test(basename(pattern))) {
    const numbers = await listNumbers(pattern);
    checkNoneMissing(pattern, numbers);
    options["pattern_type"] = "sequence";
    options["start_number"] = String(numbers[0]);
  }
  return options;
}

async function listNumbers(pattern: string): Promise<readonly number[]> {
  const name = basename(pattern);
  const match = placeholder.exec(name);
  const before = name.slice(0, match?.index);
  const after = name.slice((match?.index ?? 0) + (match?.[0].length ?? 0));
  const names = await readdir(dirname(pattern)).catch((error: NodeJS.ErrnoException) => {
    throw inputNotFound(JSON.stringify(pattern), error.code ?? error.message, false);
  });
  const numbers: number[] = [];
  for (const each of names) {
    const digits = each.slice(before.length, each.length - after.length);
    if (each === before + digits + after && /^\d+$/.test(digits) && isWritten(digits, match))
      numbers.push(Number(digits));
  }
  if (numbers.length === 0) throw inputNotFound(JSON.stringify(pattern), "no file has such a name", false);
  return numbers.toSorted((a, b) => a - b);
}

/** Whether the pattern would write the number with just these digits: `%04d` writes 7 as 0007. */
function isWritten(digits: string, match: RegExpExecArray | null): boolean {
  const width = match?.[1] === "0" ? Number(match[2] ?? 0) : 0;
  return String(Number(digits)).padStart(width, "0") === digits;
}

function checkNoneMissing(pattern: string, numbers: readonly number[]): void {
  const at = numbers.findIndex((number, index) => index > 0 && number !== (numbers[index - 1] ?? 0) + 1);
  if (at === -1) return;
  const missing = (numbers[at - 1] ?? 0) + 1;
  throw new TatamiError({
    code: "damaged-input",
    message: `Of the pictures ${JSON.stringify(pattern)} number ${missing} is missing: ${numbers[at] ?? 0} follows ${missing - 1}.`,
    fix: "Add the missing pictures, or name all there are by a glob such as frames/*.png.",
    detail: { seconds: 0, framesRead: 0 },
  });
}
