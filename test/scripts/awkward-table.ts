/** Upscales every file of a folder and prints what became of each, by ffprobe: `npm run table -- FOLDER`. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Outcome } from "../support/awkward.ts";
import { filesOf, outcomeOf, printedRow, untoldCounts } from "../support/awkward.ts";
import { hasFfprobe, howToGetFfprobe } from "../support/judge/ffprobe.ts";
import { tinyModelFile } from "../support/tiny-model.ts";

const [source, limit = "120"] = process.argv.slice(2);
if (source === undefined) {
  console.error("Say which folder: npm run table -- FOLDER [SECONDS A FILE]");
  process.exit(2);
}
if (!hasFfprobe()) {
  console.error(howToGetFfprobe);
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), "tatami-table-"));
const model = join(folder, "model.onnx");
writeFileSync(model, tinyModelFile());
const rows: Outcome[] = [];
try {
  for (const file of filesOf(resolve(process.env["INIT_CWD"] ?? ".", source))) {
    const row = await outcomeOf(file, { folder, model, limitSeconds: Number(limit) });
    rows.push(row);
    console.log(printedRow(row));
  }
} finally {
  rmSync(folder, { recursive: true });
}
const failed = rows.filter(({ valid }) => !valid).length;
if (failed > 0) console.log(`Untold, by the number of files: ${untoldCounts(rows).join(", ") || "nothing"}.`);
console.log(failed === 0 ? "Every file ended as it may." : `${failed} ended as none may.`);
process.exitCode = failed === 0 ? 0 : 1;
