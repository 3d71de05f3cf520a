/** What a co-learning leaves: its camera's degradation and two restorers, as ONNX files with cards. */

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writeOnnx } from "@tatami/graph";
import { sha256Of } from "../report/card.ts";
import { foldCheckpoint } from "../report/export-model.ts";
import type { Checkpoint } from "../run/checkpoint/checkpoint-content.ts";
import { layOutSpecs, unflatten } from "../run/task.ts";
import { asOutputFailed } from "../run/write-whole.ts";
import { writeDegradation } from "./degradation.ts";
import { createTddsrNetworks } from "./networks.ts";
import type { TddsrRecipe } from "./recipe.ts";
import { DEGRADER_PLAYER } from "./stages.ts";

/** Paths. */
export interface TddsrFiles {
  /** Makes small pictures of large ones as the camera does. */
  readonly degradation: string;
  /** The one-step restorer before critics had a say: nearest to the truth on average. */
  readonly fidelity: string;
  /** The one-step restorer as critics like it: sharper, and detail in it may be invented. */
  readonly perceptual: string;
}

const MADE =
  "TDDSR-mini, in the style of TDDSR (arXiv 2410.07663); sizes, weights of losses and data are ours";

/**
 * Writes `NAME.degradation.onnx`, `NAME.fidelity.onnx` and `NAME.perceptual.onnx`, each with a card beside it.
 *
 * @param distilled after the stage "upsampler"
 * @param learned after the stage "learning"
 * @throws TatamiError `output-failed`.
 */
export async function exportTddsr(
  recipe: TddsrRecipe,
  out: string,
  distilled: Checkpoint,
  learned: Checkpoint,
): Promise<TddsrFiles> {
  const write = async (kind: string, steps: number, bytes: Uint8Array): Promise<string> => {
    const path = join(out, `${recipe.name}.${kind}.onnx`);
    const sha256 = await sha256Of(bytes);
    const card = {
      name: recipe.name,
      kind,
      scale: 2,
      made: MADE,
      steps,
      recipe,
      sha256,
      license: "MIT",
      ...(kind === "perceptual" && { note: "Invents detail: what it shows is no evidence." }),
    };
    const notes = path.replace(/\.onnx$/, ".json");
    await asOutputFailed(path, () => writeFile(path, bytes));
    await asOutputFailed(notes, () => writeFile(notes, `${JSON.stringify(card, null, 2)}\n`));
    return path;
  };
  const metadata = { seed: String(recipe.seed), steps: String(learned.state.step) };
  const { specs } = createTddsrNetworks({ base: recipe.base, scale: 2 }).degrader;
  const average = learned.state.players[DEGRADER_PLAYER]!.vectors["average"]!;
  const degrader = unflatten(layOutSpecs(specs), average);
  const restorer = (kind: "fidelity" | "perceptual", checkpoint: Checkpoint): Promise<string> => {
    const { step } = checkpoint.state;
    const { model } = foldCheckpoint(checkpoint);
    const named = { ...model, name: `${recipe.name}-${kind}` };
    return write(kind, step, writeOnnx(named, { ...metadata, steps: String(step), kind }));
  };
  return {
    degradation: await write(
      "degradation",
      learned.state.step,
      writeDegradation(recipe.name, degrader, metadata),
    ),
    fidelity: await restorer("fidelity", distilled),
    perceptual: await restorer("perceptual", learned),
  };
}
