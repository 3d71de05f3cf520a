/** Upscales every file of a folder and prints what became of each, by ffprobe: `npm run table -- FOLDER`. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { filesOf, outcomeOf, printedRow } from "../support/awkward.ts";
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
let failed = 0;
try {
  for (const file of filesOf(resolve(process.env["INIT_CWD"] ?? ".", source))) {
    const row = await outcomeOf(file, { folder, model, limitSeconds: Number(limit) });
    if (!row.valid) failed += 1;
    console.log(printedRow(row));
  }
} finally {
  rmSync(folder, { recursive: true });
}
console.log(failed === 0 ? "Every file ended as it may." : `${failed} ended as none may.`);
process.exitCode = failed === 0 ? 0 : 1;
