/**
 * NIQE (Mittal, Soundararajan and Bovik, 2013): how far a picture's statistics are from those of good pictures, without the
 * truth. The good pictures are one's own, so numbers compare with others of the same model alone.
 */

import { readFile } from "node:fs/promises";
import { TatamiError } from "@tatami/core";
import { covariance, Matrix, pseudoInverse } from "ml-matrix";
import type { LumaPlane } from "../../data/luma.ts";
import { lumaOf } from "../../data/luma.ts";
import { listPictures, readPicture } from "../../data/read-picture.ts";
import { niqeFeatures, patchFeatures } from "./niqe-features.ts";

/** Good pictures' statistics: a Gaussian over their patches' features. Plain data. */
export interface NiqeModel {
  readonly kind: "niqe";
  /** Side of a patch in pixels. */
  readonly side: number;
  readonly pictures: number;
  readonly patches: number;
  readonly mean: readonly number[];
  /** Row by row, {@link niqeFeatures} each. */
  readonly covariance: readonly (readonly number[])[];
}

/** Side of a patch, as in the paper. */
const patchSide = 96;
/** Patches of a good picture less sharp than this part of its sharpest are not what it is good for. */
const sharpShare = 0.75;

/**
 * The statistics of good pictures.
 *
 * @param side of a patch in pixels, even. @defaultValue 96
 * @throws TatamiError `input-not-found` where they hold fewer patches than there are features
 */
export function fitNiqe(pictures: Iterable<LumaPlane>, side: number = patchSide): NiqeModel {
  const rows: Float64Array[] = [];
  let count = 0;
  for (const picture of pictures) {
    count++;
    rows.push(...sharpOf(picture, side));
  }
  return modelOf(rows, count, side);
}

/** {@link fitNiqe} on a folder, one picture after another. @param onPicture told how many of how many are read */
export async function fitNiqeFolder(
  folder: string,
  side: number = patchSide,
  onPicture?: (ready: number, count: number) => void,
): Promise<NiqeModel> {
  const paths = await listPictures(folder);
  const rows: Float64Array[] = [];
  for (const [at, path] of paths.entries()) {
    rows.push(...sharpOf(lumaOf(await readPicture(path)), side));
    onPicture?.(at + 1, paths.length);
  }
  return modelOf(rows, paths.length, side);
}

/** A fitted model's file, as JSON. @throws TatamiError `input-not-found`, `invalid-model` */
export async function readNiqe(path: string): Promise<NiqeModel> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new TatamiError({
      code: "input-not-found",
      message: `The NIQE model ${path} cannot be read.`,
      fix: "Fit one first: bench/cameras.ts fit MODEL.json PICTURES.",
      detail: { path },
      cause,
    });
  });
  const model = parse(text);
  if (model?.kind === "niqe" && model.mean.length === niqeFeatures) return model;
  throw new TatamiError({
    code: "invalid-model",
    message: `${path} is no NIQE model.`,
    fix: "Name a file that bench/cameras.ts fit wrote.",
    detail: { path },
  });
}

/** A picture's distance from good ones: 0 for their like, larger for worse. NaN for a picture without a patch that has a texture. */
export function niqe(model: NiqeModel, picture: LumaPlane): number {
  const rows = patchFeatures(picture, model.side).map(({ features }) => features);
  if (rows.length === 0) return NaN;
  const own = gaussianOf(rows);
  const apart = Matrix.rowVector(own.mean.map((value, at) => value - model.mean[at]!));
  const spread = new Matrix(model.covariance.map((row) => [...row])).add(own.covariance).mul(0.5);
  return Math.sqrt(Math.max(0, apart.mmul(pseudoInverse(spread)).mmul(apart.transpose()).get(0, 0)));
}

function sharpOf(picture: LumaPlane, side: number): readonly Float64Array[] {
  const patches = patchFeatures(picture, side);
  const sharpest = Math.max(0, ...patches.map(({ sharpness }) => sharpness));
  return patches.flatMap(({ sharpness, features }) => (sharpness > sharpShare * sharpest ? [features] : []));
}

function modelOf(rows: readonly Float64Array[], pictures: number, side: number): NiqeModel {
  if (rows.length <= niqeFeatures)
    throw new TatamiError({
      code: "input-not-found",
      message: `${pictures} pictures hold ${rows.length} sharp patches of ${side}×${side}; ${niqeFeatures + 1} are needed.`,
      fix: "Give more or larger pictures.",
      detail: { patches: rows.length },
    });
  const fitted = gaussianOf(rows);
  return {
    kind: "niqe",
    side,
    pictures,
    patches: rows.length,
    mean: fitted.mean,
    covariance: fitted.covariance.to2DArray(),
  };
}

/** One patch alone has a place and no spread. */
function gaussianOf(rows: readonly Float64Array[]): {
  readonly mean: readonly number[];
  readonly covariance: Matrix;
} {
  const all = new Matrix(rows.map((row) => [...row]));
  const spread = rows.length > 1 ? covariance(all) : Matrix.zeros(niqeFeatures, niqeFeatures);
  return { mean: all.mean("column"), covariance: spread };
}

function parse(text: string): NiqeModel | undefined {
  try {
    return JSON.parse(text) as NiqeModel;
  } catch {
    return undefined; // told by the caller, with the file's name
  }
}
