/** `export CHECKPOINT`: writes the ONNX file and its card. */

import { mkdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { invalidOption } from "@tatami/core";
import { cardText } from "./card.ts";
import { readCheckpoint } from "./checkpoint.ts";
import { scoreFolder } from "./command-evaluate.ts";
import type { ScoreRow } from "./evaluate.ts";
import { exportModel, foldCheckpoint } from "./export-model.ts";
import { compileKernels } from "./kernels.ts";
import { writeWhole } from "./write-whole.ts";

/** How the command is called. */
export const EXPORT_USAGE = "export CHECKPOINT --out DIR --data-note FILE [--evaluate DIR]…";

/** Runs the command; `print` takes a line about each file. */
export async function runExportCommand(
  words: readonly string[],
  print: (line: string) => void,
): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      out: { type: "string" },
      "data-note": { type: "string" },
      evaluate: { type: "string", multiple: true },
    },
  });
  const [file] = positionals;
  const note = values["data-note"];
  if (!file || !values.out || !note) throw invalidOption("arguments", EXPORT_USAGE, words.join(" "));
  const compiled = await compileKernels();
  const checkpoint = await readCheckpoint(file);
  const folded = foldCheckpoint(compiled, checkpoint);
  const scores: Record<string, readonly ScoreRow[]> = {};
  for (const folder of values.evaluate ?? []) {
    scores[basename(folder).toLowerCase()] = await scoreFolder(compiled, folded.model, folder);
  }
  const data = (await readFile(note, "utf8")).trim();
  const { bytes, card } = exportModel(checkpoint, folded, scores, data);
  await mkdir(values.out, { recursive: true });
  await writeWhole(join(values.out, `${card.name}.onnx`), [bytes]);
  await writeWhole(join(values.out, `${card.name}.json`), [new TextEncoder().encode(cardText(card))]);
  print(
    `${card.name}: ${bytes.length} bytes, folding error ${folded.foldingError.toExponential(1)}, ${JSON.stringify(card.psnr)}`,
  );
}
