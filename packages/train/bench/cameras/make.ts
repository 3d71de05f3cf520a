/** Makes what cameras give: small pictures to learn from, and others with their truth that are held back. */

import { mkdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { compressPictures } from "@tatami/codecs/node";
import type { CompressiblePicture } from "../../src/data/camera/compress.ts";
import { cropFrame, planeOf } from "../../src/data/camera/frame-sequence.ts";
import { readFrameSequences } from "../../src/data/camera/read-sequences.ts";
import { lumaOfPlanes, toI420 } from "../../src/data/camera/to-i420.ts";
import type { LumaPlane } from "../../src/data/luma.ts";
import { chains, realPair } from "./chains.ts";
import { writeGrey } from "./grey.ts";

/** Frames of a clip, of which the last third is held back. */
const clipFrames = 24;

/** Sends folders of clips through every camera. */
export async function make(out: string, folders: readonly string[]): Promise<void> {
  for (const folder of folders)
    for (const { name, frames } of (await readFrameSequences(folder, clipFrames)).sequences) {
      const larges = frames.map((frame) => {
        const { width, height, data } = planeOf(cropFrame(frame, 8), 0);
        return { width, height, channels: 1 as const, data: Float32Array.from(data) };
      });
      for (const [camera, { see, compress }] of Object.entries(chains)) {
        let seen: readonly CompressiblePicture[] = larges.map((large) => toI420(see(large)));
        for (const options of compress) seen = await compressPictures(seen, options);
        await divide(join(out, camera), name, seen.map(lumaOfPlanes), larges);
      }
      console.log(name);
    }
}

/** A real pair: two recordings of one scene, frame by frame, the second of more pixels. */
export async function makePair(out: string, low: string, high: string): Promise<void> {
  const read = async (path: string): Promise<readonly CompressiblePicture[]> => {
    const { sequences } = await readFrameSequences(dirname(path), clipFrames);
    return sequences.find(({ name }) => name === basename(path))?.frames ?? [];
  };
  const [small, large] = [await read(low), await read(high)];
  if (small.length === 0 || small.length !== large.length)
    throw new Error(`${low} gave ${small.length} frames, ${high} ${large.length}`);
  const lumas = [small.map((frame) => lumaOfPlanes(cropFrame(frame, 4))), large.map(lumaOfPlanes)] as const;
  await divide(join(out, realPair), basename(low), ...lumas);
}

/** Two thirds of the small ones to learn from; of the rest every third, as neighbours are much alike. */
async function divide(
  folder: string,
  clip: string,
  lows: readonly LumaPlane[],
  highs: readonly LumaPlane[],
): Promise<void> {
  for (const place of ["real", "held"]) await mkdir(join(folder, place), { recursive: true });
  for (const [at, low] of lows.entries()) {
    const isHeld = at >= (2 * lows.length) / 3;
    if (isHeld && at % 3 !== 0) continue;
    const stem = `${clip.replaceAll(/\W+/g, "-")}-${String(at).padStart(2, "0")}`;
    const path = join(folder, isHeld ? "held" : "real", stem);
    await writeGrey(low, isHeld ? `${path}.low.png` : `${path}.png`);
    if (isHeld) await writeGrey(highs[at]!, `${path}.high.png`);
  }
}
