/**
 * Upscales every file of a folder in Chromium, by mediabunny or else by FFmpeg's core, and prints what became of each:
 * `npm run table:browser -- FOLDER [SECONDS A FILE] [isolated|shared] [mediabunny|ffmpeg]`.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import type { Outcome } from "../support/awkward.ts";
import { filesOf, printedRow, rowWithout, untoldCounts } from "../support/awkward.ts";
import { findChromium, howToGetChromium } from "../support/browser/chromium.ts";
import { hasFfprobe, howToGetFfprobe } from "../support/judge/ffprobe.ts";
import { openServedPage } from "../support/browser/served-page.ts";
import type { ServedPage } from "../support/browser/served-page.ts";
import { outcomeInPage } from "../support/browser/upscale-in-page.ts";

const [source, limit = "120", kind = "isolated", first = "mediabunny"] = process.argv.slice(2);
if (source === undefined) {
  console.error("Say which folder: npm run table:browser -- FOLDER [SECONDS A FILE]");
  process.exit(2);
}
if (!hasFfprobe()) {
  console.error(howToGetFfprobe);
  process.exit(2);
}
const chromium = findChromium();
if (chromium === undefined) throw new Error(howToGetChromium);

const open = (): Promise<ServedPage> =>
  openServedPage(chromium, "ffmpeg-core-table", "upscaleFile", { isolated: kind === "isolated" });

/** The row of one file; a page that does not answer in time is closed by the caller. */
async function rowOf(served: ServedPage, input: string): Promise<Outcome> {
  let timer: NodeJS.Timeout | undefined;
  const wrong = (result: string, detail: string, seconds: number): Outcome =>
    rowWithout(basename(input), { result, detail, seconds, valid: false });
  const hung = new Promise<Outcome>((done) => {
    const seconds = Number(limit);
    timer = setTimeout(() => done(wrong("hung", "", seconds)), 1000 * seconds);
  });
  const options = { folder, first: first === "ffmpeg" ? "ffmpeg" : "mediabunny" } as const;
  const crashed = (error: unknown): Outcome => wrong("crashed", String(error), 0);
  const row = await Promise.race([outcomeInPage(served, input, options).catch(crashed), hung]);
  clearTimeout(timer);
  return row;
}

const folder = mkdtempSync(join(tmpdir(), "tatami-table-"));
const rows: Outcome[] = [];
let served = await open();
try {
  for (const input of filesOf(resolve(process.env["INIT_CWD"] ?? ".", source))) {
    const row = await rowOf(served, input);
    rows.push(row);
    console.log(printedRow(row));
    if (row.result !== "hung" && row.result !== "crashed") continue;
    await served[Symbol.asyncDispose]();
    served = await open();
  }
} finally {
  await served[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
}
const failed = rows.filter(({ valid }) => !valid).length;
if (failed > 0) console.log(`Untold, by the number of files: ${untoldCounts(rows).join(", ") || "nothing"}.`);
console.log(failed === 0 ? "Every file ended as it may." : `${failed} ended as none may.`);
process.exitCode = failed === 0 ? 0 : 1;
