/** Files that are there already are not written over unasked. */

import { access } from "node:fs/promises";
import { TatamiError } from "@tatami/core";

/** @throws TatamiError `output-failed` when the file exists. `fix` says what to type instead. */
export async function checkOverwrite(path: string, name: string, fix: string): Promise<void> {
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  if (!exists) return;
  throw new TatamiError({ code: "output-failed", message: `${name} exists already.`, fix, detail: { path } });
}
