/** A folder that is gone after the test. */

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** Makes a folder with the files named, each holding its own name. */
export async function createTemporaryFolder(...files: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tatami-cli-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const file of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), file);
  }
  return folder;
}
