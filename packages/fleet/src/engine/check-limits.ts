/** What a file may hold at most, looked at before anything is computed for it. */

import { nodeDriver } from "@tatami/codecs/node";
import { TatamiError } from "@tatami/core";
import { openMedia } from "@tatami/upscale";
import { openSource } from "../s3/source.ts";
import type { FileTask } from "./engine.ts";

/** @throws TatamiError `unsupported-feature` for a file beyond `maxPixels` or `maxSeconds`; as opening it does. */
export async function checkLimits({ input, options }: FileTask, signal: AbortSignal): Promise<void> {
  const { maxPixels = Infinity, maxSeconds = Infinity, start = 0, end = Infinity, recover = false } = options;
  if (maxPixels === Infinity && maxSeconds === Infinity) return;
  const { reader } = await openMedia(await openSource(input, signal), [nodeDriver()], {
    toSdr: true,
    deinterlace: "off",
    recover,
    signal,
  });
  await using opened = reader;
  const { duration, video } = opened.description;
  const { width, height } = video;
  if (width * height > maxPixels)
    throw beyond(
      `Its frames are ${width}×${height}, and ${maxPixels} pixels a frame are allowed.`,
      "Send a smaller one.",
    );
  const seconds = Math.min(end, duration) - start;
  if (seconds > maxSeconds)
    throw beyond(
      `${Number.isFinite(seconds) ? seconds.toFixed(1) : "Endless"} seconds are to be upscaled, and ${maxSeconds} are allowed.`,
      "Ask for a part of it (start, end), or send a shorter one.",
    );
}

function beyond(message: string, fix: string): TatamiError<"unsupported-feature"> {
  return new TatamiError({ code: "unsupported-feature", message, fix });
}
