/** Which models: those asked for, or whatever each file deserves. */

import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { invalidOption, TatamiError, withoutUndefined } from "@tatami/core";
import type { Look, Model } from "@tatami/graph";
import type { Effort, ModelCard } from "@tatami/zoo";
import { usage } from "./parsing/parse-flags.ts";
import type { AutomaticModel, Shell } from "./shell.ts";

const usualScale = 2;
/** In place of a model's name: what the file deserves. */
const autoName = "auto";

/** What was typed about the model. */
export interface AskedModel {
  /** A shipped model's name, the path of an ONNX file or its address in S3, or several with commas; or "auto". @defaultValue "auto" */
  readonly model: string | undefined;
  readonly scale: number | undefined;
  readonly look?: Look | undefined;
  readonly effort?: Effort | undefined;
  /** Whether a rate is to be kept, for which there have to be networks to choose between. */
  readonly isPaced?: boolean | undefined;
  /** How much of its camera sibling is mixed in. @defaultValue nothing; chosen where the model is */
  readonly denoise?: number | undefined;
}

/**
 * Loads the model, or the several that share frames, or says what a chooser is to go by.
 *
 * @throws TatamiError `invalid-option` for an unknown name or when `--scale` is not the model's,
 * `input-not-found` or `invalid-model` for a file.
 */
export async function chooseModel(
  asked: AskedModel,
  shell: Shell,
): Promise<Model | readonly Model[] | AutomaticModel> {
  const { model: name = autoName, scale, look, effort, isPaced, denoise } = asked;
  if (name === autoName) {
    const ships = checkShips(shell.library.listModels(), scale ?? usualScale);
    const least = isPaced ? "low" : undefined;
    return { scale: ships, ...withoutUndefined({ look, effort: effort ?? least, denoise }) };
  }
  if (look !== undefined) {
    throw usage(
      `--look is for the automatic choice, and --model ${name} names one.`,
      "Leave --look out and give --strength, or leave --model out.",
    );
  }
  if (effort !== undefined) {
    throw usage(
      `--effort is for the automatic choice, and --model ${name} names what is used.`,
      "Leave --effort out, or leave --model out.",
    );
  }
  const names = name.split(",");
  if (names.length === 1) return loadNamed(name, { scale, denoise }, shell);
  return Promise.all(names.map((each) => loadNamed(each.trim(), { scale, denoise }, shell)));
}

/** Loads the network that follows the one that is named. @throws as {@link chooseModel}, and where none is named */
export async function loadSecond(
  {
    model = autoName,
    second,
    scale,
  }: {
    readonly model: string | undefined;
    readonly second: string | undefined;
    readonly scale: string | undefined;
  },
  shell: Shell,
): Promise<Model | undefined> {
  if (second === undefined) return undefined;
  if (model === autoName || scale !== undefined) {
    throw usage(
      "--second follows a network that --model names, and its scale.",
      "Name one: --model m5-x2 --second m5-x4; or leave --second out and give --size, which chooses both.",
    );
  }
  return loadNamed(second, { scale: undefined, denoise: undefined }, shell);
}

/** Loads a model by its name or from its file. @throws as {@link chooseModel} */
export async function loadNamed(
  name: string,
  { scale, denoise }: Pick<AskedModel, "scale" | "denoise">,
  shell: Shell,
): Promise<Model> {
  const { library } = shell;
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

function checkShips(cards: readonly ModelCard[], scale: number): number {
  const scales = [...new Set(cards.map((card) => card.scale))];
  if (scales.includes(scale)) return scale;
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
  if (name.startsWith("s3://")) return (await import("@tatami/fleet/local")).readObject(name, shell.signal);
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
