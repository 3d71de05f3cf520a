/** Decoded frames as this track takes them. */

import { packI420 } from "@tatami/codecs";
import type { Frame } from "@tatami/core";
import type { CompressiblePicture } from "./compress.ts";

/** Packs a frame in studio range and closes it. */
export async function takeFrame(frame: Frame): Promise<CompressiblePicture> {
  try {
    const { data } = packI420(await frame.planes(), false);
    const { width, height } = frame.size;
    if (frame.color.fullRange === true) {
      for (let i = 0; i < width * height; i++) data[i] = Math.round(16 + (data[i]! * 219) / 255);
    }
    return { width, height, data };
  } finally {
    frame.close();
  }
}
