/** Luma pictures that routing is fitted on: the truth, and what is enlarged. */

import { basename } from "node:path";
import type { Plane } from "@tatami/core";
import { createPlane } from "@tatami/core";
import type { LumaPlane, Picture } from "../../src/data/luma.ts";
import { cropToMultiple, roundLevels } from "../../src/data/luma.ts";
import { listPictures, readPicture } from "../../src/data/read-picture.ts";
import { reduceForEvaluation } from "../../src/data/read-evaluation-set.ts";
import type { Track } from "../../src/data/track.ts";

/** A picture and its reduction, 8 bits each. */
export interface RoutingPicture {
  readonly name: string;
  readonly low: Plane;
  readonly high: Plane;
}

/** Largest part of a picture that is fitted on, before it is reduced. */
const [pictureWidth, pictureHeight] = [512, 384];

/** Which pictures of a folder, and how they are reduced. */
export interface PicturesOptions {
  readonly track?: Track;
  /** Every `step`th from the `first` on. */
  readonly first?: number;
  readonly step?: number;
  /** Only the middle part of each. */
  readonly crop?: boolean;
}

/** Pictures of a folder. */
export async function readPictures(
  folder: string,
  scale: number,
  { track, first = 0, step = 1, crop = false }: PicturesOptions = {},
): Promise<readonly RoutingPicture[]> {
  const paths = await listPictures(folder);
  const some = paths.filter((_, index) => index >= first && (index - first) % step === 0);
  const pictures: RoutingPicture[] = [];
  for (const [index, path] of some.entries()) {
    const picture = await readPicture(path);
    const part = cropToMultiple(crop ? middleOf(picture) : picture, scale);
    pictures.push(await reduce(basename(path), part, index, scale, track));
  }
  return pictures;
}

async function reduce(
  name: string,
  picture: Picture,
  index: number,
  scale: number,
  track?: Track,
): Promise<RoutingPicture> {
  const { low, high } = await reduceForEvaluation(picture, index, scale, track && { track });
  return { name, low: toPlane(low), high: toPlane(high) };
}

function middleOf(picture: Picture): Picture {
  const { channels } = picture;
  const [width, height] = [Math.min(picture.width, pictureWidth), Math.min(picture.height, pictureHeight)];
  const [left, top] = [(picture.width - width) >> 1, (picture.height - height) >> 1];
  const data = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    const start = ((top + y) * picture.width + left) * channels;
    data.set(picture.data.subarray(start, start + width * channels), y * width * channels);
  }
  return { width, height, channels, data };
}

function toPlane({ width, height, data }: LumaPlane): Plane {
  const plane = createPlane({ width, height });
  plane.data.set(roundLevels(data, new Uint8Array(data.length)));
  return plane;
}
