/** A trained network as what is shipped: its ONNX file and its card, scored. */

import { mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { throwIfAborted } from "@tatami/core";
import { readCheckpoint } from "../run/checkpoint/checkpoint.ts";
import { compileKernels } from "../run/kernels.ts";
import { asOutputFailed, writeWhole } from "../run/write-whole.ts";
import type { ScoreRow } from "./evaluate.ts";
import type { CardNotes, ExportedModel } from "./export-model.ts";
import { cardText, exportModel, foldCheckpoint } from "./export-model.ts";
import { scoreFolder } from "./score-folder.ts";

/** What is written, and where. */
export interface WriteModelOptions extends CardNotes {
  /** Folder of NAME.onnx and NAME.json; made when it is not there. */
  readonly out: string;
  /** Folders of test pictures; a card names each as its folder is named, in lower case. @defaultValue none */
  readonly evaluate?: readonly string[];
  readonly signal?: AbortSignal;
}

/**
 * Folds a checkpoint, scores it and writes both files over what is there.
 *
 * @throws TatamiError `input-not-found`, `damaged-input`, `wrong-answer`, `output-failed`.
 */
export async function writeModel(checkpointFile: string, options: WriteModelOptions): Promise<ExportedModel> {
  const { out, evaluate = [], signal, ...notes } = options;
  const checkpoint = await readCheckpoint(checkpointFile);
  const compiled = await compileKernels();
  const folded = foldCheckpoint(checkpoint);
  const scores: Record<string, readonly ScoreRow[]> = {};
  for (const folder of evaluate) {
    throwIfAborted(signal);
    scores[basename(folder).toLowerCase()] = await scoreFolder(compiled, folded.model, folder);
  }
  throwIfAborted(signal);
  const exported = await exportModel(checkpoint, folded, scores, notes);
  const path = join(out, checkpoint.recipe.name);
  await asOutputFailed(out, () => mkdir(out, { recursive: true }));
  await writeWhole(`${path}.onnx`, [exported.bytes]);
  await writeWhole(`${path}.json`, [new TextEncoder().encode(cardText(exported.card))]);
  return exported;
}
