/** Stands for the input of frames that come from no file: a writer asks it what to carry over. */

import type { Frame, MediaReader } from "@tatami/core";

/** A reader of nothing, whose description is that of `frame`. */
export async function picturesOnly(frame: Frame): Promise<MediaReader> {
  const { size, color } = frame;
  const { alpha } = await frame.planes();
  return {
    description: {
      container: "none",
      startTime: 0,
      duration: 0,
      video: {
        ...size,
        codec: null,
        rotation: 0,
        pixelAspectRatio: { numerator: 1, denominator: 1 },
        color,
        bitDepth: 8,
        hasAlpha: alpha !== undefined,
        frameCount: null,
        frameRate: null,
        ticksPerSecond: 1_000_000,
        bitrate: null,
      },
      tracks: [{ kind: "video", index: 0, codec: null, language: null }],
      blindSpots: [],
    },
    async *frames() {
      // none to read
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}
