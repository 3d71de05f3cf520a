/**
 * Upscales every file of a folder in Chromium, by mediabunny or else by FFmpeg's core, and prints what became of each:
 * `npm run table:browser -- FOLDER [SECONDS A FILE] [isolated|shared] [mediabunny|ffmpeg]`.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import type { Outcome } from "../support/awkward.ts";
import { filesOf } from "../support/awkward.ts";
import { findChromium, howToGetChromium } from "../support/chromium.ts";
import { openServedPage } from "../support/served-page.ts";
import type { ServedPage } from "../support/served-page.ts";
import { outcomeInPage } from "../support/upscale-in-page.ts";

const [source, limit = "120", kind = "isolated", first = "mediabunny"] = process.argv.slice(2);
if (source === undefined) {
  console.error("Say which folder: npm run table:browser -- FOLDER [SECONDS A FILE]");
  process.exit(2);
}
const chromium = findChromium();
if (chromium === undefined) throw new Error(howToGetChromium);

const open = (): Promise<ServedPage> =>
  openServedPage(chromium, "ffmpeg-core-table", "upscaleFile", { isolated: kind === "isolated" });

/** The row of one file; a page that does not answer in time is closed by the caller. */
async function rowOf(served: ServedPage, input: string): Promise<Outcome> {
  let timer: NodeJS.Timeout | undefined;
  const hung = new Promise<Outcome>((done) => {
    const seconds = Number(limit);
    timer = setTimeout(
      () => done({ file: basename(input), driver: "", result: "hung", detail: "", seconds, valid: false }),
      1000 * seconds,
    );
  });
  const options = { folder, first: first === "ffmpeg" ? "ffmpeg" : "mediabunny" } as const;
  const crashed = (error: unknown): Outcome => {
    const detail = String(error);
    return { file: basename(input), driver: "", result: "crashed", detail, seconds: 0, valid: false };
  };
  const row = await Promise.race([outcomeInPage(served, input, options).catch(crashed), hung]);
  clearTimeout(timer);
  return row;
}

const folder = mkdtempSync(join(tmpdir(), "tatami-table-"));
let failed = 0;
let served = await open();
try {
  for (const input of filesOf(resolve(process.env["INIT_CWD"] ?? ".", source))) {
    const row = await rowOf(served, input);
    if (!row.valid) failed += 1;
    console.log(
      `${row.valid ? " " : "!"} ${row.file.padEnd(56)} ${row.driver.padEnd(30)} ${row.result.padEnd(21)} ${row.seconds.toFixed(1).padStart(6)} s  ${row.detail}`,
    );
    if (row.result !== "hung" && row.result !== "crashed") continue;
    await served[Symbol.asyncDispose]();
    served = await open();
  }
} finally {
  await served[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
}
console.log(failed === 0 ? "Every file ended as it may." : `${failed} ended as none may.`);
process.exitCode = failed === 0 ? 0 : 1;
