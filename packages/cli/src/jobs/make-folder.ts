/** Folders that outputs go to are made. */

import { mkdir } from "node:fs/promises";
import { outputFailed } from "@tatami/core";

/** Makes a folder and those above it. @throws TatamiError `output-failed` that speaks of `name`, what goes into it. */
export async function makeFolder(path: string, name: string): Promise<void> {
  await mkdir(path, { recursive: true }).catch((error: unknown) => {
    throw outputFailed(JSON.stringify(name), error);
  });
}
