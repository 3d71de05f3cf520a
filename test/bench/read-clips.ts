/** Clips of folders, decoded into memory. */

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { nodeDriver } from "@tatami/codecs/node";
import type { Plane, Planes } from "@tatami/core";
import { openFirst, TatamiError } from "@tatami/core";

/** A sequence of pictures of one size. */
export interface Clip {
  readonly name: string;
  readonly frames: readonly Planes[];
}

/** The first frames of every clip there is; one that cannot be read is named and left out. */
export async function readClips(folders: readonly string[], count: number): Promise<Clip[]> {
  const clips: Clip[] = [];
  for (const folder of folders)
    for (const name of (await readdir(folder)).toSorted())
      try {
        clips.push({ name, frames: await readFrames(join(folder, name), count) });
      } catch (error) {
        console.log(`${name}: left out, ${TatamiError.is(error) ? error.message : String(error)}`);
      }
  return clips;
}

async function readFrames(path: string, count: number): Promise<Planes[]> {
  const { reader } = await openFirst([nodeDriver()], path);
  await using _ = reader;
  const frames: Planes[] = [];
  for await (const frame of reader.frames()) {
    const { luma, chroma } = await frame.planes();
    frames.push({ luma: copyPlane(luma), chroma: [copyPlane(chroma[0]), copyPlane(chroma[1])] });
    frame.close();
    if (frames.length === count) break;
  }
  return frames;
}

/** The plane with samples of its own. */
export function copyPlane(plane: Plane): Plane {
  return { ...plane, data: plane.data.slice() };
}
