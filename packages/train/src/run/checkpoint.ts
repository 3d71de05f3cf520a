/** Checkpoints: one file that is either whole or not there. */

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { TatamiError } from "@tatami/core";
import type { ModelParent } from "@tatami/graph";
import type { Recipe } from "../campaign/recipe.ts";
import { createRecipe } from "../campaign/recipe.ts";
import type { Checkpoint, TrainerState } from "./trainer.ts";
import { writeWhole } from "./write-whole.ts";

/** What a checkpoint file begins with. */
export const CHECKPOINT_MAGIC = "tatami checkpoint 1\n";
const VECTORS = ["weights", "average", "first", "second", "largest", "curvature"] as const;

/** Writes a checkpoint: whenever the process is killed, either the old or the new one is there. */
export function writeCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  return writeWhole(path, [encodeCheckpoint(checkpoint)]);
}

/** Reads a checkpoint. @throws TatamiError `input-not-found`, `damaged-input`. */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new TatamiError({
      code: "input-not-found",
      message: `There is no checkpoint at ${path}.`,
      fix: "Train without --resume first, or name the file that training wrote.",
      cause: error,
    });
  });
  return decodeCheckpoint(new Uint8Array(bytes), path);
}

/** Magic, SHA-256 of the rest, length of the header, header (JSON), vectors (float32, little endian). */
export function encodeCheckpoint({ recipe, lineage, state }: Checkpoint): Uint8Array {
  const {
    weights: _weights,
    average: _average,
    first: _first,
    second: _second,
    largest: _largest,
    curvature: _curvature,
    ...scalars
  } = state;
  const counts = VECTORS.map((name) => state[name].length);
  // JSON has no infinity: the lowest loss is not known yet
  const lowestLoss = Number.isFinite(scalars.lowestLoss) ? scalars.lowestLoss : null;
  const header = new TextEncoder().encode(
    JSON.stringify({ recipe, lineage, scalars: { ...scalars, lowestLoss }, counts }),
  );
  const length = new Uint8Array(new Uint32Array([header.length]).buffer);
  const vectors = VECTORS.map((name) => bytesOf(state[name]));
  const body = Buffer.concat([length, header, ...vectors]);
  return Buffer.concat([Buffer.from(CHECKPOINT_MAGIC), createHash("sha256").update(body).digest(), body]);
}

/** The inverse of {@link encodeCheckpoint}. `name` is for the error. */
export function decodeCheckpoint(bytes: Uint8Array, name: string): Checkpoint {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const start = CHECKPOINT_MAGIC.length + 32;
  const body = whole.subarray(start);
  const known = whole.subarray(0, CHECKPOINT_MAGIC.length).toString() === CHECKPOINT_MAGIC;
  const digest = createHash("sha256").update(body).digest();
  if (!known || !digest.equals(whole.subarray(CHECKPOINT_MAGIC.length, start))) {
    throw new TatamiError({
      code: "damaged-input",
      message: `${name} is not a whole checkpoint (${bytes.length} bytes).`,
      fix: "Name a checkpoint that training wrote, or restore it from a copy.",
    });
  }
  const headerLength = body.readUInt32LE(0);
  const header = JSON.parse(body.subarray(4, 4 + headerLength).toString()) as {
    recipe: Recipe;
    lineage?: readonly ModelParent[];
    scalars: Omit<TrainerState, (typeof VECTORS)[number] | "lowestLoss"> & { lowestLoss: number | null };
    counts: number[];
  };
  let next = 4 + headerLength;
  const vectors = header.counts.map((count) => {
    const vector = new Float32Array(new Uint8Array(body.subarray(next, next + count * 4)).buffer);
    next += count * 4;
    return vector;
  });
  const [weights, average, first, second, largest] = vectors as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  // checkpoints of before SOAP have none, and say nothing of the recipe's newer fields either
  const curvature = vectors[5] ?? new Float32Array(0);
  const lowestLoss = header.scalars.lowestLoss ?? Infinity;
  return {
    recipe: createRecipe(header.recipe),
    ...(header.lineage && { lineage: header.lineage }),
    state: { ...header.scalars, lowestLoss, weights, average, first, second, largest, curvature },
  };
}

function bytesOf(vector: Float32Array): Uint8Array {
  return new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
}
