/** The networks of an upscaler, smallest first, each on an engine of its own. */

import { invalidOption } from "@tatami/core";
import type { Model } from "@tatami/graph";
import { countMacs, isModel } from "@tatami/graph";
import { cellSide } from "@tatami/patches";
import type { Engine, EngineOptions } from "@tatami/runtime";
import { createEngine } from "@tatami/runtime";
import { createLumaRunner } from "../frames/luma-runner.ts";
import type { Infer } from "../frames/luma-runner.ts";
import type { UpscalerOptions } from "../options.ts";
import { noModel } from "../option-rules.ts";

/** One network of a ladder. */
export interface Rung {
  readonly model: Model;
  readonly engine: Engine;
  readonly infer: Infer;
}

/** Loads what was asked for: one network, or up to three of one scale, by their cost. @throws TatamiError `invalid-option`. */
export async function loadLadder(asked: UpscalerOptions["model"]): Promise<readonly Model[]> {
  const list = typeof asked === "function" || "output" in asked ? [asked] : asked;
  const models = await Promise.all(list.map((each) => (typeof each === "function" ? each() : each)));
  for (const each of models as readonly unknown[]) if (!isModel(each)) throw noModel("options.model", each);
  if (models.length === 1) return models;
  const [first] = models as [Model];
  const scales = [...new Set(models.map(({ scale }) => scale))];
  if (scales.length > 1)
    throw invalidOption("options.model", "networks of one scale", `×${scales.join(", ×")}`);
  const uneven = models.find(({ alignment = 1 }) => cellSide % alignment !== 0);
  if (uneven)
    throw invalidOption(
      "options.model",
      `networks whose alignment divides ${cellSide}, where there are several`,
      `${uneven.name} with ${uneven.alignment}`,
      `Give ${uneven.name} alone, or leave it out.`,
    );
  const size = { width: 64, height: 64 };
  const sorted = models.toSorted((a, b) => countMacs(a, size) - countMacs(b, size));
  if (new Set(sorted.map((model) => countMacs(model, size))).size === sorted.length) return sorted;
  throw invalidOption("options.model", "networks of different cost", `two like ${first.name}`);
}

/** Opens an engine for each network. @throws TatamiError as {@link createEngine}; then none is left open. */
export async function openRungs(
  models: readonly Model[],
  options: Omit<EngineOptions, "model">,
  {
    patchSize = 64,
    batchSize = 1,
  }: { readonly patchSize?: number | undefined; readonly batchSize?: number | undefined },
): Promise<readonly Rung[]> {
  const rungs: Rung[] = [];
  try {
    for (const model of models) {
      // The engine is chosen on a small shape; the shape of real frames is tried again when it is prepared.
      const { alignment = 1 } = model;
      const side = Math.max(1, Math.floor(Math.min(patchSize, 64) / alignment)) * alignment;
      const shape = { batch: Math.min(batchSize, 2), width: side, height: side };
      // the first one keeps frames on its device for all of them
      const larger = rungs.length === 0 ? models.slice(1) : [];
      const frames = { ...options.frames, larger, factors: larger.map(() => Infinity) };
      const engine = await createEngine({ ...options, model, frames }, shape);
      rungs.push({ model, engine, infer: createLumaRunner(engine) });
    }
    return rungs;
  } catch (error) {
    await closeRungs(rungs);
    throw error;
  }
}

/** Closes the engines. */
export async function closeRungs(rungs: readonly Rung[]): Promise<void> {
  for (const { engine } of rungs.toReversed()) await engine[Symbol.asyncDispose]();
}
