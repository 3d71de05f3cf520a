/** One picture: a file's, or a video's at a moment. */

import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { TatamiError } from "@tatami/core";
import { parseTime } from "../parsing/parse-trim.ts";
import { usage } from "../parsing/parse-flags.ts";
import { loadSharp } from "../pictures/load-sharp.ts";
import { createVideoOpener } from "../pictures/open-video.ts";
import { toRgb } from "../pictures/to-rgb.ts";
import { readMoment } from "../try/moments.ts";

/** Four bytes a pixel, or the bytes of a picture's file. */
export type Still =
  | Uint8Array
  | { readonly width: number; readonly height: number; readonly data: Uint8Array };

/** What was named, taken apart. */
export interface NamedStill {
  readonly path: string;
  /** Seconds, for a video. */
  readonly time: number | undefined;
}

/** `clip.mp4@12.5` is a moment of clip.mp4, unless a file is called so. */
export async function nameStill(word: string, cwd: string): Promise<NamedStill> {
  const whole = resolve(cwd, word);
  const at = word.lastIndexOf("@");
  if (at <= 0 || (await exists(whole))) return { path: whole, time: undefined };
  const time = parseTime(word.slice(at + 1));
  if (Number.isFinite(time) && time >= 0) return { path: resolve(cwd, word.slice(0, at)), time };
  throw usage(
    `${word.slice(at + 1)} is no time.`,
    "Write the moment in seconds or h:mm:ss behind the @, as in clip.mp4@12.5.",
  );
}

/** @throws TatamiError `input-not-found`, `damaged-input`, and `invalid-option` for a video without a moment. */
export async function readStill({ path, time }: NamedStill, signal: AbortSignal): Promise<Still> {
  if (time !== undefined) return readFrame(path, time, signal);
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new TatamiError({
      code: "input-not-found",
      message: `${path} could not be read: ${(cause as Error).message}.`,
      fix: "Name a picture, or a moment of a video, as in clip.mp4@12.5.",
      cause,
    });
  });
  const sharp = await loadSharp();
  const isPicture = await sharp(bytes)
    .metadata()
    .then(
      () => true,
      () => false,
    );
  if (isPicture) return new Uint8Array(bytes);
  throw usage(
    `${path} is no picture that can be read.`,
    `For a moment of a video write it behind the name: ${path}@12.5.`,
  );
}

async function readFrame(path: string, time: number, signal: AbortSignal): Promise<Still> {
  const open = await createVideoOpener({ toSdr: true, signal });
  await using video = await open(path);
  using moment = await readMoment(video, time, signal);
  const frames = await moment.frames();
  try {
    const frame = frames.at(-1)!;
    const { width, height, data } = toRgb(await frame.planes(), frame.color);
    const opaque = new Uint8Array(4 * width * height).fill(255);
    for (let pixel = 0; pixel < width * height; pixel++)
      opaque.set(data.subarray(3 * pixel, 3 * pixel + 3), 4 * pixel);
    return { width, height, data: opaque };
  } finally {
    for (const frame of frames) frame.close();
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
