/** The camera track: each picture is sent through several cameras, with blur, noise and real compression. */

import { createRandom } from "@tatami/core";
import { drawDegradation } from "../camera/degradation.ts";
import { degradePicture } from "../camera/degrade.ts";
import type { LumaPlane } from "../luma.ts";
import { cropToMultiple, lumaOf } from "../luma.ts";
import type { Track } from "../track.ts";

/** Versions of a picture at most: each has a stream of random numbers that no other has. */
const MOST = 64;

/** Makes of every picture what so many cameras would, each drawn at random. */
export const cameraTrack: Track = {
  name: "camera",
  version: "camera 4",
  random: true,
  degradations: { usual: 4, most: MOST },
  suffix: "-camera",
  testPictures: "through cameras",
  async reduce(picture, number, { scale, seed, degradations, compress, signal }) {
    const high = cropToMultiple(picture, scale);
    const lows: LumaPlane[] = [];
    for (let version = 0; version < degradations; version++) {
      // a stream for each version: none depends on how many numbers another took
      const random = createRandom((Math.imul(seed, 0x9e3779b1) ^ (number * MOST + version)) >>> 0);
      lows.push(await degradePicture(high, scale, drawDegradation(random), random, compress, signal));
    }
    return { high: lumaOf(high), lows };
  },
};
