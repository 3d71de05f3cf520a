/** What a co-learning leaves: its camera's degradation and two restorers, as ONNX files with cards. */

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256Of } from "@tatami/core";
import { writeOnnx } from "@tatami/graph";
import { foldCheckpoint } from "../report/export-model.ts";
import type { Checkpoint } from "../run/checkpoint/checkpoint-content.ts";
import { writeCheckpoint } from "../run/checkpoint/checkpoint.ts";
import type { Tensors } from "../objective/super-resolution.ts";
import { asOutputFailed } from "../run/write-whole.ts";
import { writeDegradation } from "./degradation.ts";
import type { TddsrRecipe } from "./recipe.ts";
import { averageIn, startOf } from "./start.ts";

/** Paths. */
export interface TddsrFiles {
  /** Makes small pictures of large ones as the camera does. */
  readonly degradation: string;
  /** The one-step restorer before critics had a say: nearest to the truth on average. Not there for a learning that began with a start. */
  readonly fidelity?: string;
  /** The one-step restorer as critics like it: sharper, and detail in it may be invented. */
  readonly perceptual: string;
  /** The networks themselves, as a checkpoint: what learning another camera begins with. */
  readonly start: string;
}

const madeNote =
  "TDDSR-mini, in the style of TDDSR (arXiv 2410.07663); sizes, weights of losses and data are ours";

/**
 * Writes `NAME.degradation.onnx`, `NAME.fidelity.onnx` and `NAME.perceptual.onnx`, each with a card beside it, and
 * `NAME.start.checkpoint`.
 *
 * @param learned after the stage "learning"
 * @param teacher averaged weights
 * @param distilled after the stage "upsampler", where there was one
 * @throws TatamiError `output-failed`.
 */
export async function exportTddsr(
  recipe: TddsrRecipe,
  out: string,
  learned: Checkpoint,
  teacher: Tensors,
  distilled?: Checkpoint,
): Promise<TddsrFiles> {
  const write = async (kind: string, steps: number, bytes: Uint8Array): Promise<string> => {
    const path = join(out, `${recipe.name}.${kind}.onnx`);
    const sha256 = await sha256Of(bytes);
    const card = {
      name: recipe.name,
      kind,
      scale: 2,
      made: madeNote,
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
  const degrader = averageIn(learned, "degrader")!;
  const restorer = (kind: "fidelity" | "perceptual", checkpoint: Checkpoint): Promise<string> => {
    const { step } = checkpoint.state;
    const { model } = foldCheckpoint(checkpoint);
    const named = { ...model, name: `${recipe.name}-${kind}` };
    return write(kind, step, writeOnnx(named, { ...metadata, steps: String(step), kind }));
  };
  const start = join(out, `${recipe.name}.start.checkpoint`);
  await writeCheckpoint(start, startOf(learned, teacher));
  const { step } = learned.state;
  return {
    degradation: await write("degradation", step, writeDegradation(recipe.name, degrader, metadata)),
    ...(distilled && { fidelity: await restorer("fidelity", distilled) }),
    perceptual: await restorer("perceptual", learned),
    start,
  };
}
