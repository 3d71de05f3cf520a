/** A trained network by what was typed: a shipped model's name, a checkpoint, or an ONNX file. */

import { resolve } from "node:path";
import type { Trained } from "@tatami/train";
import type { Shell } from "../shell.ts";

/** Finds it. What has a dot or a slash is a file. @throws TatamiError when it is not there or is something else. */
export async function findTrained(word: string, shell: Shell): Promise<Trained> {
  const { readTrained, trainedModel } = await shell.library.loadTrainer();
  if (/[./\\]/.test(word)) return readTrained(resolve(shell.cwd, word));
  const card = shell.library.listModels().find(({ name }) => name === word);
  return trainedModel(await shell.library.loadModel(word), card);
}
