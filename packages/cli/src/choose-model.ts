/** Which model: the one asked for, or the usual one of the scale asked for. */

import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { invalidOption, TatamiError } from "@tatami/core";
import type { Model } from "@tatami/graph";
import type { ModelCard } from "@tatami/zoo";
import { usage } from "./parse-flags.ts";
import type { Shell } from "./shell.ts";

const usualScale = 2;
const usualFamily = "m5";

/** What was typed about the model. */
export interface ModelChoice {
  /** A shipped model's name, or the path of an ONNX file. */
  readonly model: string | undefined;
  readonly scale: number | undefined;
  /** How much of its camera sibling is mixed in. @defaultValue nothing */
  readonly denoise?: number | undefined;
}

/**
 * Loads the model.
 *
 * @throws TatamiError `invalid-option` for an unknown name or when `--scale` is not the model's,
 * `input-not-found` or `invalid-model` for a file.
 */
export async function chooseModel(choice: ModelChoice, shell: Shell): Promise<Model> {
  const { library } = shell;
  const { scale, denoise } = choice;
  const name = choice.model ?? usualModel(library.listModels(), scale ?? usualScale);
  const isFile = /\.onnx$/i.test(name) || /[\\/]/.test(name);
  if (isFile && denoise !== undefined) {
    throw usage(
      `--denoise mixes two shipped models, and --model ${name} is a file.`,
      "Leave --denoise out, or name a shipped model.",
    );
  }
  // The scale of a shipped model is known before it is read.
  if (!isFile) checkScale(name, library.listModels().find((card) => card.name === name)?.scale, scale);
  const model = isFile
    ? await library.readModel(await readModelFile(name, shell))
    : await library.loadModel(name, denoise === undefined ? {} : { denoise });
  checkScale(name, model.scale, scale);
  return model;
}

function usualModel(cards: readonly ModelCard[], scale: number): string {
  const fitting = cards.filter((card) => card.scale === scale);
  const usual = fitting.find((card) => card.name === `${usualFamily}-x${scale}`) ?? fitting[0];
  if (usual) return usual.name;
  const scales = [...new Set(cards.map((card) => card.scale))];
  throw invalidOption(
    "--scale",
    `a scale that a shipped model has (${scales.join(", ")})`,
    scale,
    "Give --model a file that upscales by it.",
  );
}

function checkScale(name: string, scale: number | undefined, wanted: number | undefined): void {
  if (scale === undefined || wanted === undefined || scale === wanted) return;
  throw usage(
    `--model ${name} upscales by ${scale}, not by ${wanted}.`,
    `Leave out --scale ${wanted}, or leave out --model for the usual model of that scale.`,
  );
}

async function readModelFile(name: string, shell: Shell): Promise<Uint8Array> {
  try {
    return await readFile(resolve(shell.cwd, name), { signal: shell.signal });
  } catch (error) {
    if (shell.signal.aborted) throw shell.signal.reason;
    throw new TatamiError({
      code: "input-not-found",
      message: `The model file ${name} could not be read: ${(error as Error).message}.`,
      fix: "Check the path, or name a shipped model; tatami models lists them.",
      detail: { name },
      cause: error,
    });
  }
}
