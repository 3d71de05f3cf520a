/** Trained networks as they lie on disk: a checkpoint, or a model file. Which it is, its bytes say. */

import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { sha256Of, TatamiError } from "@tatami/core";
import { readOnnx } from "@tatami/graph";
import type { OnnxFile } from "@tatami/graph";
import { averageOf } from "../run/checkpoint/checkpoint-content.ts";
import { decodeCheckpoint, isCheckpoint } from "../run/checkpoint/checkpoint.ts";
import { foldCheckpoint } from "../report/export-model.ts";
import type { MadeHow, Trained } from "../shape/trained-model.ts";
import { sumLineage } from "./lineage.ts";
import { trainedModel } from "../shape/trained-model.ts";

/** Reads a checkpoint, folded, or an ONNX file. @throws TatamiError `input-not-found`, `damaged-input`, `invalid-model`. */
export async function readTrained(path: string): Promise<Trained> {
  const bytes = new Uint8Array(await readFile(path).catch((error: unknown) => notFound(path, error)));
  if (isCheckpoint(bytes)) {
    const checkpoint = decodeCheckpoint(bytes, path);
    const { recipe, state, lineage = [] } = checkpoint;
    const pruned = lineage.find(({ pruning }) => pruning);
    return {
      model: foldCheckpoint(checkpoint).model,
      ...(pruned?.pruning && { pruning: pruned.pruning }),
      ...sumLineage({ steps: state.step, samples: state.step * recipe.batch }, lineage),
      startWeights: () => averageOf(checkpoint),
    };
  }
  const { model, metadata } = readModelFile(bytes, path);
  const told = ["steps", "batch", "totalSteps", "samples"].map((key) => [key, Number(metadata[key] ?? NaN)]);
  const how: MadeHow = Object.fromEntries(told.filter(([, value]) => Number.isFinite(value)));
  const named = { ...model, name: model.name || basename(path, ".onnx") };
  return trainedModel(named, { ...how, sha256: await sha256Of(bytes) });
}

function readModelFile(bytes: Uint8Array, path: string): OnnxFile {
  try {
    return readOnnx(bytes);
  } catch (error) {
    if (!TatamiError.is(error, "invalid-model")) throw error;
    const { code, message, detail } = error;
    const fix = "Name a checkpoint, a whole .onnx file or a shipped model; tatami models lists those.";
    throw new TatamiError({ code, message: `${path}: ${message}`, fix, detail, cause: error });
  }
}

function notFound(path: string, error: unknown): never {
  throw new TatamiError({
    code: "input-not-found",
    message: `${path} could not be read: ${(error as Error).message}.`,
    fix: "Name a checkpoint, an .onnx file or a shipped model; tatami models lists those.",
    detail: { path },
    cause: error,
  });
}
