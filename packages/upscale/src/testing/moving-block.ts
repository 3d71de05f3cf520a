/** A clip for tests of jobs in segments, and what they compare of results. */

import { makeMuxedClip } from "@tatami/codecs/testing";

export { framesMd5 } from "@tatami/codecs/testing";

/** Writes 90 frames in nine groups of pictures, with sound: a block that moves in front of what stands still. */
export async function makeMovingBlock(path: string): Promise<void> {
  await makeMuxedClip(path, {
    format: "mp4",
    video: "libx264",
    audio: "aac",
    frames: 90,
    size: [64, 48],
    encoder: { "x264-params": "keyint=10:bframes=2:scenecut=0" },
    draw: (planes, strides, index) =>
      planes.forEach((plane, number) =>
        plane.forEach((_, at) => {
          const [x, y] = [at % strides[number]!, Math.floor(at / strides[number]!)];
          const isBlock = number === 0 && y < 12 && x >= index % 48 && x < (index % 48) + 12;
          plane[at] = isBlock ? 220 : 60 + ((x * 5 + y * 3) % 90);
        }),
      ),
  });
}
