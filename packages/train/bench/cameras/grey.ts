/** Luma as pictures on disk, and the pictures of a camera that are held back. */

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import type { LumaPlane } from "../../src/data/luma.ts";
import { greyPicture } from "../../src/tddsr/own-camera/own-frames.ts";

/** A picture that was held back: what the camera made, and what it saw. */
export interface HeldPicture {
  readonly name: string;
  /** The clip that it is of. */
  readonly clip: string;
  readonly low: LumaPlane;
  readonly high: LumaPlane;
}

/** Writes luma as grey of the full range, whose luma it is again. */
export async function writeGrey(plane: LumaPlane, path: string): Promise<void> {
  await greyPicture(plane).toFile(path);
}

/** A part of a picture as a PNG file's bytes. */
export async function cutGrey(
  plane: LumaPlane,
  left: number,
  top: number,
  side: number,
): Promise<Uint8Array> {
  return greyPicture(plane).extract({ left, top, width: side, height: side }).toBuffer();
}

async function readGrey(path: string): Promise<LumaPlane> {
  const { data, info } = await sharp(path).toColourspace("b-w").raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  return { width, height, data: Float32Array.from(data, (value) => 16 + (value * 219) / 255) };
}

/** All of a camera's. @param most the first so many */
export async function readHeld(folder: string, most: number = Infinity): Promise<readonly HeldPicture[]> {
  const held = join(folder, "held");
  const names = (await readdir(held)).filter((name) => name.endsWith(".low.png")).sort();
  return Promise.all(
    names.slice(0, most).map(async (low) => ({
      name: low.replace(".low.png", ""),
      clip: low.replace(/-\d+\.low\.png$/, ""),
      low: await readGrey(join(held, low)),
      high: await readGrey(join(held, low.replace(".low.", ".high."))),
    })),
  );
}
