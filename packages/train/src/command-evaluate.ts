/** `evaluate MODEL DIR…`: a table of PSNR and SSIM beside bicubic enlargement. */

import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { invalidOption } from "@tatami/core";
import { readOnnx } from "@tatami/graph";
import type { Model } from "@tatami/graph";
import { readCheckpoint } from "./checkpoint.ts";
import type { ScoreRow } from "./evaluate.ts";
import { evaluate, readEvaluationSet } from "./evaluate.ts";
import { foldCheckpoint } from "./export-model.ts";
import type { CompiledKernels } from "./kernels.ts";
import { compileKernels } from "./kernels.ts";
import { createModelEnlarge } from "./model-enlarge.ts";

/** How the command is called. */
export const EVALUATE_USAGE = "evaluate MODEL.onnx|CHECKPOINT DIR… [--scale N]";

/** Runs the command; `print` takes the lines of the tables. */
export async function runEvaluateCommand(
  words: readonly string[],
  print: (line: string) => void,
): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: { scale: { type: "string" } },
  });
  const [file, ...folders] = positionals;
  if (!file || folders.length === 0) throw invalidOption("arguments", EVALUATE_USAGE, words.join(" "));
  const compiled = await compileKernels();
  const { model, steps } = await readModel(compiled, file);
  const trained = steps === undefined ? "" : ` after ${steps} steps`;
  if (values.scale !== undefined && Number(values.scale) !== model.scale) {
    throw invalidOption("--scale", `${model.scale}, the model's`, values.scale);
  }
  for (const folder of folders) {
    const rows = await scoreFolder(compiled, model, folder);
    print(`${model.name} ×${model.scale}${trained}, ${basename(folder)}: Y-PSNR in dB, SSIM`);
    for (const line of tableOf(rows)) print(line);
  }
}

/** A model file, or the model that a checkpoint would be exported as. */
async function readModel(
  compiled: CompiledKernels,
  file: string,
): Promise<{ model: Model; steps: string | undefined }> {
  if (!file.endsWith(".onnx")) {
    const checkpoint = await readCheckpoint(file);
    return { model: foldCheckpoint(compiled, checkpoint).model, steps: String(checkpoint.state.step) };
  }
  const { model, metadata } = readOnnx(new Uint8Array(await readFile(file)));
  return { model, steps: metadata["steps"] };
}

/** Scores of a model on a folder; the last row is the mean. */
export async function scoreFolder(
  compiled: CompiledKernels,
  model: Model,
  folder: string,
): Promise<readonly ScoreRow[]> {
  return evaluate(
    await readEvaluationSet(folder, model.scale),
    createModelEnlarge(compiled, model),
    model.scale,
  );
}

function tableOf(rows: readonly ScoreRow[]): readonly string[] {
  const wide = Math.max(...rows.map((row) => row.name.length));
  const cells = (row: ScoreRow): string =>
    [
      row.model.psnr.toFixed(2),
      row.model.ssim.toFixed(4),
      row.bicubic.psnr.toFixed(2),
      row.bicubic.ssim.toFixed(4),
    ]
      .map((cell) => cell.padStart(8))
      .join("");
  const head = ["PSNR", "SSIM", "bicubic", "SSIM"].map((cell) => cell.padStart(8)).join("");
  return [`${"".padEnd(wide)}${head}`, ...rows.map((row) => `${row.name.padEnd(wide)}${cells(row)}`)];
}
