/** Pictures from files. */

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { TatamiError } from "@tatami/core";
import sharp from "sharp";
import { resizeBicubic } from "./bicubic.ts";
import type { Picture } from "./luma.ts";

const pictureName = /\.(png|webp|jpe?g|bmp|tiff?|avif)$/i;

/** Whether a file's name ends as a picture's does. */
export function isPictureName(name: string): boolean {
  return pictureName.test(name);
}

/** The pictures of a folder, by name. @throws TatamiError `input-not-found` when there is none. */
export async function listPictures(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw new TatamiError({
      code: "input-not-found",
      message: `The folder ${folder} cannot be read.`,
      fix: "Name a folder of pictures.",
      cause: error,
    });
  });
  const pictures = names.filter(isPictureName).sort();
  if (pictures.length > 0) return pictures.map((name) => join(folder, name));
  throw new TatamiError({
    code: "input-not-found",
    message: `The folder ${folder} holds no picture.`,
    fix: "Name a folder of PNG, WebP, JPEG, TIFF or AVIF files.",
  });
}

/** Reads a picture as 8-bit grey or RGB, without alpha. @throws TatamiError `damaged-input`. */
export async function readPicture(path: string): Promise<Picture> {
  try {
    const image = sharp(path).removeAlpha();
    // left alone, sharp makes a grey picture RGB
    if ((await image.metadata()).space === "b-w") image.toColourspace("b-w");
    const { data, info } = await image.raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true });
    if (info.channels !== 1 && info.channels !== 3) throw new Error(`${info.channels} channels`);
    const { width, height, channels } = info;
    return { width, height, channels, data: new Uint8Array(data.buffer, data.byteOffset, data.length) };
  } catch (error) {
    throw new TatamiError({
      code: "damaged-input",
      message: `${path} cannot be read as a picture: ${String(error)}.`,
      fix: "Remove the file from the folder, or convert it to 8-bit RGB.",
      cause: error,
    });
  }
}

/** Reads a picture and reduces it to parts of its size; 1 leaves it as it is. @throws TatamiError `damaged-input`. */
export async function readSizes(path: string, sizes: readonly number[]): Promise<readonly Picture[]> {
  const picture = await readPicture(path);
  const sideOf = (side: number, size: number): number => Math.max(1, Math.round(side * size));
  return sizes.map((size) =>
    size === 1 ? picture : resizeBicubic(picture, sideOf(picture.width, size), sideOf(picture.height, size)),
  );
}
