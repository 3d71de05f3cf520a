/** Text that goes onto a card, from a file. */

import { readFile } from "node:fs/promises";
import { TatamiError } from "@tatami/core";

/** What a model was trained on. @throws TatamiError `input-not-found`. */
export async function readNote(path: string): Promise<string> {
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (error) {
    throw new TatamiError({
      code: "input-not-found",
      message: `The note ${path} could not be read: ${(error as Error).message}.`,
      fix: "Write into a text file what the model was trained on, and name it with --data-note.",
      cause: error,
    });
  }
}
