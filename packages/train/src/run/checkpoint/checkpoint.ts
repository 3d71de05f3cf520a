/** Checkpoints: one file that is either whole or not there. */

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { TatamiError } from "@tatami/core";
import type { ModelParent } from "@tatami/graph";
import type { Recipe } from "../../campaign/recipe.ts";
import { createRecipe } from "../../campaign/recipe.ts";
import type { Checkpoint } from "./checkpoint-content.ts";
import type { FirstArchitecture, FirstScalars, FirstVectors } from "./first-format.ts";
import { convertFirstFormat } from "./first-format.ts";
import { networkPlayer, networkLayout } from "../network-task.ts";
import type { PlayerState } from "../player-trainer.ts";
import { writeWhole } from "../write-whole.ts";

/** What a checkpoint file begins with, and what those of before began with. */
const firstLine = "tatami checkpoint 2\n";
const firstMagic = "tatami checkpoint 1\n";
const firstVectors = ["weights", "average", "first", "second", "largest", "curvature"] as const;

/** The header of a file: everything but the vectors, whose names and lengths it tells. */
interface Header {
  readonly recipe: Recipe;
  readonly lineage?: readonly ModelParent[];
  readonly step: number;
  readonly random: readonly number[];
  readonly players: Readonly<Record<string, PlayerHeader>>;
}

type PlayerHeader = Omit<PlayerState, "vectors" | "lowestLoss"> & {
  /** JSON has no infinity: nothing while the lowest loss is not known yet. */
  readonly lowestLoss: number | null;
  readonly vectors: readonly (readonly [name: string, count: number])[];
};

/** Whether bytes begin as a checkpoint's. */
export function isCheckpoint(bytes: Uint8Array): boolean {
  const magic = new TextDecoder().decode(bytes.subarray(0, firstLine.length));
  return magic === firstLine || magic === firstMagic;
}

/** Writes a checkpoint: whenever the process is killed, either the old or the new one is there. */
export function writeCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  return writeWhole(path, [encodeCheckpoint(checkpoint)]);
}

/** Reads a checkpoint, of the first format too. @throws TatamiError `input-not-found`, `damaged-input`. */
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
  const { step, random, players } = state;
  const parts: Float32Array[] = [];
  const heads = Object.entries(players).map(([name, { vectors, lowestLoss, ...numbers }]) => {
    parts.push(...Object.values(vectors));
    const head: PlayerHeader = {
      ...numbers,
      lowestLoss: Number.isFinite(lowestLoss) ? lowestLoss : null,
      vectors: Object.entries(vectors).map(([vector, { length }]) => [vector, length]),
    };
    return [name, head] as const;
  });
  const header: Header = {
    recipe,
    ...(lineage && { lineage }),
    step,
    random,
    players: Object.fromEntries(heads),
  };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = new Uint8Array(new Uint32Array([text.length]).buffer);
  const body = Buffer.concat([length, text, ...parts.map(bytesOf)]);
  return Buffer.concat([Buffer.from(firstLine), createHash("sha256").update(body).digest(), body]);
}

/** The inverse of {@link encodeCheckpoint}. `name` is for the error. */
export function decodeCheckpoint(bytes: Uint8Array, name: string): Checkpoint {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const start = firstLine.length + 32;
  const body = whole.subarray(start);
  const digest = createHash("sha256").update(body).digest();
  if (!isCheckpoint(bytes) || !digest.equals(whole.subarray(firstLine.length, start))) {
    throw new TatamiError({
      code: "damaged-input",
      message: `${name} is not a whole checkpoint (${bytes.length} bytes).`,
      fix: "Name a checkpoint that training wrote, or restore it from a copy.",
    });
  }
  const headerLength = body.readUInt32LE(0);
  const header: unknown = JSON.parse(body.subarray(4, 4 + headerLength).toString());
  let next = 4 + headerLength;
  const take = (count: number): Float32Array => {
    const vector = new Float32Array(new Uint8Array(body.subarray(next, next + count * 4)).buffer);
    next += count * 4;
    return vector;
  };
  const first = whole.subarray(0, firstLine.length).toString() === firstMagic;
  return first ? readFirst(header as FirstHeader, take) : readPresent(header as Header, take);
}

function readPresent(
  { recipe, lineage, step, random, players }: Header,
  take: (count: number) => Float32Array,
): Checkpoint {
  const states = Object.entries(players).map(([name, { vectors, lowestLoss, ...numbers }]) => {
    const state: PlayerState = {
      ...numbers,
      lowestLoss: lowestLoss ?? Infinity,
      vectors: Object.fromEntries(vectors.map(([vector, count]) => [vector, take(count)])),
    };
    return [name, state] as const;
  });
  return {
    recipe: createRecipe(recipe),
    ...(lineage && { lineage }),
    state: { step, random, players: Object.fromEntries(states) },
  };
}

/** The header of the first format. */
interface FirstHeader {
  readonly recipe: Recipe & { readonly architecture: FirstArchitecture };
  readonly lineage?: readonly ModelParent[];
  readonly scalars: Omit<FirstScalars, "lowestLoss"> & { readonly lowestLoss: number | null };
  readonly counts: readonly number[];
}

function readFirst(
  { recipe: init, lineage, scalars, counts }: FirstHeader,
  take: (count: number) => Float32Array,
): Checkpoint {
  const recipe = createRecipe(init);
  const vectors = counts.map(take);
  // those of before SOAP have no curvature
  const named = Object.fromEntries(
    firstVectors.map((vector, at) => [vector, vectors[at] ?? new Float32Array(0)]),
  ) as FirstVectors;
  const numbers = { ...scalars, lowestLoss: scalars.lowestLoss ?? Infinity };
  const state = convertFirstFormat(
    init.architecture,
    recipe.side === "wide",
    numbers,
    named,
    networkLayout(recipe),
    networkPlayer,
  );
  return { recipe, ...(lineage && { lineage }), state };
}

function bytesOf(vector: Float32Array): Uint8Array {
  return new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
}
