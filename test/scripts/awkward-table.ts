/** Upscales every file of a folder and prints what became of each: `npm run table -- FOLDER`. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { filesOf, outcomeOf } from "../support/awkward.ts";
import { tinyModelFile } from "../support/tiny-model.ts";

const [source, limit = "120"] = process.argv.slice(2);
if (source === undefined) {
  console.error("Say which folder: npm run table -- FOLDER [SECONDS A FILE]");
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
    const mark = row.valid ? " " : "!";
    console.log(
      `${mark} ${row.file.padEnd(56)} ${row.driver.padEnd(30)} ${row.result.padEnd(21)} ${row.seconds.toFixed(1).padStart(6)} s  ${row.detail}`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
console.log(failed === 0 ? "Every file ended as it may." : `${failed} ended as none may.`);
process.exitCode = failed === 0 ? 0 : 1;
