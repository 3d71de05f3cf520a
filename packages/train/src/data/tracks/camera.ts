/** The camera track: each picture is sent through several cameras, with blur, noise and real compression. */

import { createRandom } from "@tatami/core";
import type { Random } from "@tatami/core";
import { blurPicture } from "../camera/blur.ts";
import { drawDegradation } from "../camera/degradation.ts";
import { degradePicture } from "../camera/degrade.ts";
import { between } from "../draw-random.ts";
import type { LumaPlane, Picture } from "../luma.ts";
import { cropToMultiple, lumaOf, roundLevels } from "../luma.ts";
import type { Track } from "../track.ts";

/** Streams of random numbers of a picture: one for each version, and one for the picture itself. */
const mostStreams = 65;

/** Makes of every picture what so many cameras would, each drawn at random. */
export const cameraTrack: Track = {
  name: "camera",
  version: "camera 6",
  random: true,
  degradations: { usual: 4, most: mostStreams - 1 },
  suffix: "-camera",
  testPictures: "through cameras",
  async reduce(picture, number, { scale, seed, degradations, keepsTruth = false, compress, signal }) {
    const cropped = cropToMultiple(picture, scale);
    const high = keepsTruth
      ? cropped
      : soften(cropped, streamOf(seed, number * mostStreams + mostStreams - 1));
    const lows: LumaPlane[] = [];
    for (let version = 0; version < degradations; version++) {
      // a stream for each version: none depends on how many numbers another took
      const random = streamOf(seed, number * mostStreams + version);
      lows.push(await degradePicture(high, scale, drawDegradation(random), random, compress, signal));
    }
    return { high: lumaOf(high), lows };
  },
};

function streamOf(seed: number, index: number): Random {
  return createRandom((Math.imul(seed, 0x9e3779b1) ^ index) >>> 0);
}

/**
 * Three pictures in ten are made softer, the truth itself: training pictures were reduced until each pixel is sharp, what larger
 * cameras record is not, and a network that has only seen the former sharpens too much.
 */
function soften(picture: Picture, random: Random): Picture {
  if (random.uniform() >= 0.3) return picture;
  const variance = between(random, 0.4, 1.4) ** 2;
  const { data } = blurPicture(picture, { across: variance, down: variance, diagonal: 0, slope: 1 });
  return { ...picture, data: roundLevels(data, new Uint8Array(data.length)) };
}
