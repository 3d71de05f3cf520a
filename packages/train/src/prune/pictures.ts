/** What pruning looks at: pictures to learn from, and others to judge by. */

import { join } from "node:path";
import type { Tensor } from "@tatami/graph";
import type { Dataset } from "../data/dataset.ts";
import { prepareDataset } from "../data/prepared-dataset.ts";
import { picturesTooSmall, readDataset } from "../data/read-dataset.ts";
import { listPictures } from "../data/read-picture.ts";
import { tracks } from "../data/tracks.ts";
import type { CropPair } from "../feed/draw-crops.ts";
import { drawCrops } from "../feed/draw-crops.ts";
import type { CompiledKernels } from "../run/kernels.ts";
import { createTeacher } from "../teacher/teacher.ts";
import type { PruneOptions } from "./options.ts";
import { checkHeld, isHeld } from "./validation.ts";

/** Pictures, ready. */
export interface PruningPictures {
  /** What tunings learn from. */
  readonly dataset: Dataset;
  /** Crops of the training pictures, by which what reads a cut is refitted. */
  readonly observed: readonly Tensor[];
  /** Crops of pictures never trained on. */
  readonly validated: readonly CropPair[];
  /** The name of the network whose enlargements are learned. */
  readonly teacher: string | undefined;
  readonly remarks: readonly string[];
}

/** Crops of each kind, and their sides in low-resolution pixels. */
const observedCrops = { count: 16, side: 40 };
const validatedCrops = { count: 48, side: 64 };
/** Drawings among the pictures to validate on, where the recipe draws some; of another seed than those learned from. */
const drawnPictures = 4;
const drawnSeed = 71;

/** Reads them, makes the lesson, holds back what is to judge. @throws TatamiError `invalid-option`, `input-not-found`. */
export async function readPruningPictures(
  options: PruneOptions,
  compiled: CompiledKernels,
): Promise<PruningPictures> {
  const { recipe, data, validate, out, parent, threads, onPicture, onLesson, signal } = options;
  const { track, seed, degradations, sizes, drawn, architecture } = recipe;
  const { scale } = architecture;
  const teacher = "teacher" in options ? options.teacher : parent;
  if (validate === undefined) checkHeld(await listPictures(data));
  const told = { ...(onPicture && { onPicture }), ...(signal && { signal }) };
  const way = { track: tracks[track], degradations, sizes, seed };
  const named = validate === undefined ? ".held-back" : "";
  const dataset = await prepareDataset(
    data,
    scale,
    recipe.crop,
    join(out, `${track}-x${scale}${named}.dataset`),
    {
      ...way,
      drawn,
      ...(validate === undefined && { keeps: (path: string) => !isHeld(path) }),
      ...(teacher && { teacher: await createTeacher(compiled, teacher.model) }),
      ...(threads !== undefined && { threads }),
      ...(onLesson && { onLesson }),
      ...told,
    },
  );
  if (dataset.entries.length === 0) throw picturesTooSmall(data, recipe.crop * scale);
  const held = await readDataset(validate ?? data, scale, validatedCrops.side, {
    ...way,
    drawn: Math.min(drawn, drawnPictures),
    seed: drawnSeed,
    ...(validate === undefined && { keeps: isHeld }),
    ...(signal && { signal }),
  });
  if (held.entries.length === 0) throw picturesTooSmall(validate ?? data, validatedCrops.side * scale);
  const { name } = parent.model;
  const learned =
    teacher === undefined ? "the pictures themselves" : `what ${teacher.model.name} makes of them`;
  return {
    dataset,
    observed: drawCrops(dataset, observedCrops.count, Math.min(observedCrops.side, recipe.crop), seed).map(
      ({ low }) => low,
    ),
    validated: drawCrops(held, validatedCrops.count, validatedCrops.side, seed),
    teacher: teacher?.model.name,
    remarks: [
      `${name} is to learn ${learned}: ${dataset.entries.length} of them`,
      `it is judged by ${validatedCrops.count} crops of ${held.entries.length} others`,
    ],
  };
}
