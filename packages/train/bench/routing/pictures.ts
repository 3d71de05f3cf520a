/** Luma pictures as routing is fitted and judged on: the truth, and what is enlarged. */

import { basename } from "node:path";
import type { Plane } from "@tatami/core";
import { createPlane, createRandom } from "@tatami/core";
import { checkFonts } from "../../src/data/drawing/check-fonts.ts";
import { drawPicture } from "../../src/data/drawing/draw-picture.ts";
import { resizeBicubic } from "../../src/data/bicubic.ts";
import type { LumaPlane, Picture } from "../../src/data/luma.ts";
import { cropToMultiple, lumaOf, roundLevels } from "../../src/data/luma.ts";
import { listPictures, readPicture } from "../../src/data/read-picture.ts";
import { readFrameSequences } from "../../src/data/camera/read-sequences.ts";
import { reduceForEvaluation } from "../../src/data/read-evaluation-set.ts";
import type { Track } from "../../src/data/track.ts";

/** A picture and its reduction, 8 bits each. */
export interface RoutingPicture {
  readonly name: string;
  readonly low: Plane;
  readonly high: Plane;
}

/** Draws the drawings of `bench/drawings.ts`: no recipe's seed. */
const SEED = 0x7e57;
/** Largest part of a picture that is fitted on, before it is reduced. */
const [WIDTH, HEIGHT] = [512, 384];

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

/** Text and line art that nobody trained on. @throws TatamiError where the machine has no fonts. */
export async function drawPictures(count: number, scale: number): Promise<readonly RoutingPicture[]> {
  await checkFonts();
  const numbers = Array.from({ length: count }, (_, index) => index);
  return Promise.all(
    numbers.map(async (index) =>
      reduce(`drawing ${index}`, await drawPicture(createRandom((SEED << 8) + index)), index, scale),
    ),
  );
}

/** A frame from the middle of every clip of a folder, reduced. */
export async function readClips(folder: string, scale: number): Promise<readonly RoutingPicture[]> {
  const { sequences } = await readFrameSequences(folder, 1);
  return sequences.map(({ name, frames: [frame] }) => {
    const { width, height, data } = frame!;
    const luma = Uint8Array.from(data.subarray(0, width * height));
    const high = cropToMultiple({ width, height, channels: 1, data: luma }, scale);
    const low = resizeBicubic(high, high.width / scale, high.height / scale);
    return { name, low: toPlane(lumaOf(low)), high: toPlane(lumaOf(high)) };
  });
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
  const [width, height] = [Math.min(picture.width, WIDTH), Math.min(picture.height, HEIGHT)];
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
