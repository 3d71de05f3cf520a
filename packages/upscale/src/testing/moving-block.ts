/** A clip for tests of jobs in segments, and what they compare of results. */

import { createHash } from "node:crypto";
import { nodeDriver } from "@tatami/codecs/node";
import { makeMuxedClip } from "@tatami/codecs/testing";

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

/** Sums of all frames of a file, each with its time and how long it is shown, as FFmpeg's framemd5 lists them. */
export async function framesMd5(path: string): Promise<readonly string[]> {
  await using reader = await nodeDriver().open(path);
  const sums: string[] = [];
  for await (const frame of reader.frames()) {
    const { luma, chroma } = await frame.planes();
    const hash = createHash("md5");
    for (const { data } of [luma, ...chroma]) hash.update(data);
    sums.push(`${frame.timestamp} ${frame.duration} ${hash.digest("hex")}`);
    frame.close();
  }
  return sums;
}
