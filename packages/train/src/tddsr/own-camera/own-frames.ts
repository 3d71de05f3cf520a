/** A camera's footage as folders of pictures, to be learned from and gone on with. */

import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { TatamiError, throwIfAborted } from "@tatami/core";
import type { Sharp } from "sharp";
import sharp from "sharp";
import { resizeLuma } from "../../data/bicubic.ts";
import type { FrameSequence } from "../../data/camera/frame-sequence.ts";
import type { LumaPlane } from "../../data/luma.ts";
import { keptLuma } from "../../footage/choose-frames.ts";
import { splitFootage } from "../../footage/prepare-footage.ts";
import { readFootage } from "../../footage/read-footage.ts";
import type { Footage } from "../../footage/read-videos.ts";
import { asOutputFailed } from "../../run/write-whole.ts";

/** What lies in the folder. */
export interface OwnFrames {
  /** Frames as they are: what the degrader learns to make. */
  readonly real: string;
  /** The same at half their size, where little is left of what their camera did: something to be degraded. */
  readonly halved: string;
  /** Frames of the footage's last quarter at half their size, never learned from. */
  readonly held: string;
  readonly learnedFrom: number;
  readonly heldBack: number;
  /** The shorter side of the smallest frame. */
  readonly side: number;
  /** How much finer detail the camera takes, in dB; see `softnessRemark`. */
  readonly softness: number;
}

/** Fewer than this cannot be split into some to learn from and some to judge by. */
const fewest = 4;

/**
 * Reads footage once and keeps its frames' luma in `folder/frames`, whole or not at all.
 *
 * @param path a video file, or a folder of them: one camera's
 * @param count frames that are read, about
 * @throws TatamiError `input-not-found` without footage, or with too little of it; `output-failed`.
 */
export async function writeOwnFrames(
  path: string,
  folder: string,
  count: number,
  onFootage?: (footage: Footage) => void,
  signal?: AbortSignal,
): Promise<OwnFrames> {
  const footage = await readFootage(path, count, signal);
  onFootage?.(footage);
  const { candidates } = footage;
  const [learned, held] = splitFootage(candidates, candidates.length);
  if (learned.length + held.length < fewest)
    throw new TatamiError({
      code: "input-not-found",
      message: `The footage has ${candidates.length} usable frames.`,
      fix: `Give at least ${fewest} different frames.`,
      detail: { found: candidates.length },
    });
  const [done, part] = [join(folder, "frames"), join(folder, "frames.part")];
  await asOutputFailed(folder, async () => {
    await rm(part, { recursive: true, force: true });
    for (const place of ["real", "halved", "held"]) await mkdir(join(part, place), { recursive: true });
  });
  const write = async (sequences: readonly FrameSequence[], place: string, size: 1 | 2): Promise<void> => {
    for (const [at, sequence] of sequences.entries()) {
      throwIfAborted(signal);
      const file = join(part, place, `${String(at).padStart(3, "0")}.png`);
      await asOutputFailed(file, () => greyPicture(reduced(sequence, size)).toFile(file));
    }
  };
  await write(learned, "real", 1);
  await write(learned, "halved", 2);
  await write(held, "held", 2);
  await asOutputFailed(done, async () => {
    await rm(done, { recursive: true, force: true });
    await rename(part, done);
  });
  const sides = candidates.map((sequence) => Math.min(keptLuma(sequence).width, keptLuma(sequence).height));
  return {
    real: join(done, "real"),
    halved: join(done, "halved"),
    held: join(done, "held"),
    learnedFrom: learned.length,
    heldBack: held.length,
    side: Math.min(...sides),
    softness: footage.softness,
  };
}

function reduced(sequence: FrameSequence, by: 1 | 2): LumaPlane {
  const { width, height, data } = keptLuma(sequence);
  const plane = { width, height, data: Float32Array.from(data) };
  return by === 1 ? plane : resizeLuma(plane, width >> 1, height >> 1);
}

/** Luma as a PNG of the full range in three equal colours, whose luma it is again. */
export function greyPicture({ width, height, data }: LumaPlane): Sharp {
  const grey = Uint8Array.from(data, (value) =>
    Math.min(255, Math.max(0, Math.round(((value - 16) * 255) / 219))),
  );
  return sharp(grey, { raw: { width, height, channels: 1 } })
    .toColourspace("srgb")
    .png();
}
