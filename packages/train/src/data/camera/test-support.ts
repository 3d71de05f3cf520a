/** Sequences that the tests of this folder use. Not part of the build. */

import type { FrameSequence } from "./frame-sequence.ts";

/** Waves and an edge that move to the right, a pixel a frame. */
export function createWavySequence(
  name: string,
  width: number,
  height: number,
  count: number,
  seed = 0,
): FrameSequence {
  const frames = Array.from({ length: count }, (_, time) => {
    const chroma = Math.ceil(width / 2) * Math.ceil(height / 2);
    const data = new Uint8Array(width * height + 2 * chroma).fill(128);
    for (let i = 0; i < width * height; i++) {
      const [x, y] = [(i % width) - time - 7 * seed, Math.floor(i / width)];
      const edge = (x + 2 * y + 4096) % 31 > 15 ? 30 : -30;
      data[i] = 126 + edge + 40 * Math.sin(x / 3 + seed) * Math.cos(y / 4) + 20 * Math.sin((x + 2 * y) / 17);
    }
    return { width, height, data };
  });
  return { name, frames };
}
