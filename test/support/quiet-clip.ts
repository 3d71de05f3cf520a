/** A clip of a camera that mostly sees nothing: still, then something crosses the picture, then still again. */

import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { Frame } from "@tatami/core";
import { createFrame, createPlane } from "@tatami/core";
import { toVideoFile } from "@tatami/rxjs";
import { from, lastValueFrom } from "rxjs";

const size = { width: 192, height: 128 } as const;
/** Frames before, while and after something moves, at 25 a second. */
export const quietFrames = { before: 20, moving: 25, after: 30 } as const;
const count = quietFrames.before + quietFrames.moving + quietFrames.after;

/** Writes it as H.264. @param frames how many of its frames, all where left out */
export const writeQuietClip = async (path: string, frames: number = count): Promise<void> => {
  await mkdir(dirname(path), { recursive: true });
  const drawn = Array.from({ length: frames }, (_, index) => draw(index));
  const writing = from(drawn).pipe(toVideoFile(path, { codec: "avc", quality: 90, capacity: frames }));
  await lastValueFrom(writing);
};

function draw(index: number): Frame {
  const step = Math.min(Math.max(index - quietFrames.before, -1), quietFrames.moving - 1);
  const luma = createPlane(size);
  for (let y = 0; y < size.height; y++)
    for (let x = 0; x < size.width; x++)
      luma.data[y * luma.stride + x] = isDisc(x, y, step) ? 225 : wall(x, y);
  const chroma = (level: number) => {
    const plane = createPlane({ width: size.width / 2, height: size.height / 2 });
    plane.data.fill(level);
    return plane;
  };
  return createFrame({ luma, chroma: [chroma(118), chroma(134)] }, { timestamp: index / 25, duration: 0.04 });
}

/** Not there before it begins to move. */
function isDisc(x: number, y: number, step: number): boolean {
  return step >= 0 && Math.hypot(x - 20 - 6 * step, y - 64) < 14;
}

function wall(x: number, y: number): number {
  return 90 + 30 * Number((x >> 4) % 2 === (y >> 3) % 2) + Math.round(10 * Math.sin(x / 9));
}
