/** Sends a picture through a camera: blur, reduction, noise, sharpening, chroma subsampling, and a real codec. */

import type { Random } from "@tatami/core";
import type { LumaPlane, Picture } from "../luma.ts";
import type { FloatPicture } from "./blur.ts";
import { blurPicture } from "./blur.ts";
import type { Compress, CompressiblePicture } from "./compress.ts";
import type { Degradation, Sharpening } from "./degradation.ts";
import type { Wave } from "./reduce.ts";
import { reducePicture, resizePicture } from "./reduce.ts";
import { addSensorNoise } from "./sensor-noise.ts";
import { lumaOfPlanes, toI420 } from "./to-i420.ts";

/**
 * The low-resolution luma of a picture, 0..255 in whole numbers, aligned with it: pixel (x, y) of the result lies
 * over the `scale`² pixels that begin at (scale · x, scale · y).
 *
 * @param random draws the noise
 */
export async function degradePicture(
  picture: Picture,
  scale: number,
  degradation: Degradation,
  random: Random,
  compress: Compress,
  signal?: AbortSignal,
): Promise<LumaPlane> {
  const { blur, compression, motion } = degradation;
  const variance = scale * scale;
  const source = blur
    ? blurPicture(picture, {
        across: blur.across * variance,
        down: blur.down * variance,
        diagonal: blur.diagonal * variance,
        slope: blur.slope,
      })
    : { ...picture, data: Float32Array.from(picture.data) };
  const frames = Array.from({ length: motion.frames }, (_, index) =>
    createFrame(source, scale, degradation, index - motion.kept, random),
  );
  const kept = frames[motion.kept]!;
  if (!compression) return lumaOfPlanes(kept);
  const decoded = await compress(frames, { ...compression, ...(signal ? { signal } : {}) });
  return lumaOfPlanes(decoded[motion.kept]!);
}

/** What the camera sees `time` frames after the one that is kept. */
function createFrame(
  source: FloatPicture,
  scale: number,
  { kernel, readout, noise, sharpening, motion }: Degradation,
  time: number,
  random: Random,
): CompressiblePicture {
  const view = {
    panX: time * scale * motion.panX,
    panY: time * scale * motion.panY,
    zoom: motion.zoom ** time,
    ...(motion.warp && {
      warp: {
        columns: waveAt(motion.warp.columns, time, scale),
        rows: waveAt(motion.warp.rows, time, scale),
      },
    }),
  };
  const reduced = reducePicture(source, scale, kernel, view);
  const read = readout === undefined ? reduced : readCoarsely(reduced, readout);
  if (noise) addSensorNoise(read, noise, random);
  return toI420(sharpening ? sharpen(read, sharpening) : read);
}

/** What a camera sends that reads its sensor at a part of the size and enlarges that. */
function readCoarsely(picture: FloatPicture, part: number): FloatPicture {
  const { width, height } = picture;
  const small = { width: Math.round(width * part), height: Math.round(height * part) };
  return resizePicture(resizePicture(picture, small, "bilinear"), picture, "bicubic");
}

/** An unsharp mask. */
export function sharpen(picture: FloatPicture, { amount, radius }: Sharpening): FloatPicture {
  const variance = radius ** 2;
  const blurred = blurPicture(picture, { across: variance, down: variance, diagonal: 0, slope: 1 });
  const data = picture.data.map((value, i) => value + amount * (value - blurred.data[i]!));
  return { ...picture, data };
}

/** A wave that grows with time, in pixels of the large picture. */
function waveAt({ reach, period, phase }: Wave, time: number, scale: number): Wave {
  return { reach: reach * time * scale, period: period * scale, phase };
}
