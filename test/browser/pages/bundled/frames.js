/** Frames for a page or a server that is bundled, and their bytes. */

import { createFrame, createPlane } from "@tatami/core";

/**
 * Frames of 40×26 pixels, no two alike.
 *
 * @param {number} count
 * @returns {AsyncGenerator<import("@tatami/core").Frame, void, undefined>}
 */
export async function* numberedFrames(count) {
  for (let index = 0; index < count; index++) {
    const luma = createPlane({ width: 40, height: 26 });
    luma.data.forEach((_, at) => (luma.data[at] = 30 + ((at * 7 + index * 13) % 180)));
    const [u, v] = [120, 140].map((level) => {
      const plane = createPlane({ width: 20, height: 13 });
      plane.data.fill(level + index);
      return plane;
    });
    yield createFrame({ luma, chroma: [u, v] }, { timestamp: index / 25, duration: 0.04 });
  }
}

/**
 * The luma of each frame, which is closed.
 *
 * @param {AsyncIterable<import("@tatami/core").Frame>} frames
 */
export async function lumasOf(frames) {
  const lumas = [];
  for await (const frame of frames) {
    const { luma } = await frame.planes();
    lumas.push(Array.from(luma.data));
    frame.close();
  }
  return lumas;
}
