/** Frame sequences from files: clips through the codec driver, pictures as one frame each. */

import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { nodeDriver } from "@tatami/codecs/node";
import { openFirst, TatamiError, throwIfAborted } from "@tatami/core";
import { isPictureName, readPicture } from "../read-picture.ts";
import type { CompressiblePicture } from "./compress.ts";
import type { FrameSequence } from "./frame-sequence.ts";
import { takeFrame } from "./take-frame.ts";
import { toI420 } from "./to-i420.ts";

/** What a folder held. */
export interface ReadSequences {
  readonly sequences: readonly FrameSequence[];
  /** Files that could not be read, and why. */
  readonly leftOut: readonly { readonly name: string; readonly error: TatamiError }[];
}

/**
 * A few frames from the middle of every clip of a folder, and every picture as a sequence of one.
 *
 * @param frames at most so many a clip
 * @throws TatamiError `input-not-found` when nothing in the folder can be read.
 */
export async function readFrameSequences(
  folder: string,
  frames = 6,
  signal?: AbortSignal,
): Promise<ReadSequences> {
  const sequences: FrameSequence[] = [];
  const leftOut: { name: string; error: TatamiError }[] = [];
  for (const name of await readNames(folder)) {
    throwIfAborted(signal);
    const path = join(folder, name);
    try {
      sequences.push(isPictureName(name) ? await readStill(path) : await readClip(path, frames, signal));
    } catch (error) {
      if (!TatamiError.is(error)) throw error;
      leftOut.push({ name, error });
    }
  }
  if (sequences.length > 0) return { sequences, leftOut };
  throw new TatamiError({
    code: "input-not-found",
    message: `Nothing in ${folder} can be read: ${leftOut.map(({ error }) => error.message).join(" ")}`,
    fix: "Name a folder of clips or pictures.",
  });
}

async function readNames(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw new TatamiError({
      code: "input-not-found",
      message: `The folder ${folder} cannot be read.`,
      fix: "Name a folder of clips or pictures.",
      cause: error,
    });
  });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

async function readStill(path: string): Promise<FrameSequence> {
  const picture = await readPicture(path);
  return { name: basename(path), frames: [toI420({ ...picture, data: Float32Array.from(picture.data) })] };
}

async function readClip(
  path: string,
  count: number,
  signal: AbortSignal | undefined,
): Promise<FrameSequence> {
  const { reader } = await openFirst([nodeDriver()], path, signal ? { signal } : {});
  await using _ = reader;
  const start = reader.description.duration * 0.4;
  const frames: CompressiblePicture[] = [];
  for await (const frame of reader.frames({ start, ...(signal ? { signal } : {}) })) {
    frames.push(await takeFrame(frame));
    if (frames.length === count) break;
  }
  if (frames.length > 0) return { name: basename(path), frames };
  throw new TatamiError({
    code: "damaged-input",
    message: `${path} gave no frame after ${start.toFixed(1)} s.`,
    fix: "Leave the file out.",
  });
}
