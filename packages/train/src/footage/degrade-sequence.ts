/** Sends real frames through their own camera once more, smaller. */

import type { Random } from "@tatami/core";
import { resizeBicubic } from "../data/bicubic.ts";
import type { LumaPair } from "../data/dataset.ts";
import { blurPicture } from "../data/camera/blur.ts";
import type { CameraCodec, Compress, CompressiblePicture } from "../data/camera/compress.ts";
import { drawDegradation } from "../data/camera/degradation.ts";
import type { Degradation } from "../data/camera/degradation.ts";
import type { FrameSequence } from "../data/camera/frame-sequence.ts";
import { cropFrame, packPlanes, planeOf } from "../data/camera/frame-sequence.ts";
import { reducePicture } from "../data/camera/reduce.ts";
import { addSensorNoise } from "../data/camera/sensor-noise.ts";
import { lumaOfPlanes } from "../data/camera/to-i420.ts";
import { keptIndex } from "./choose-frames.ts";

/** What is known of a camera. */
export interface Camera {
  readonly codec: CameraCodec;
  /** Lowest and highest quantizer, one of which is drawn for each degraded frame. */
  readonly quantizers: readonly [number, number];
  /** Standard deviation of the noise in its frames, in 8-bit levels. */
  readonly noise: number;
}

/**
 * A frame and its reduction by the same camera: its neighbours in the video are compressed with it. The codec and
 * the noise are the camera's, the blur and the kernel are drawn.
 */
export async function degradeSequence(
  sequence: FrameSequence,
  scale: number,
  camera: Camera,
  random: Random,
  compress: Compress,
  signal?: AbortSignal,
): Promise<LumaPair> {
  const drawn = drawDegradation(random);
  const [lowest, highest] = camera.quantizers;
  const quantizer = lowest + Math.round((highest - lowest) * random.uniform());
  // reducing has averaged the frame's own noise away: what is missing is added
  const level = camera.noise * Math.sqrt(1 - 1 / scale ** 2);
  const high = sequence.frames.map((frame) => cropFrame(frame, 2 * scale));
  const low = high.map((frame) => reduceNoisy(frame, scale, drawn, level, random));
  const decoded = await compress(low, { codec: camera.codec, quantizer, ...(signal ? { signal } : {}) });
  const kept = keptIndex(sequence);
  return { low: lumaOfPlanes(decoded[kept]!), high: lumaOfPlanes(high[kept]!) };
}

function reduceNoisy(
  frame: CompressiblePicture,
  scale: number,
  { kernel, blur }: Degradation,
  level: number,
  random: Random,
): CompressiblePicture {
  const luma = planeOf(frame, 0);
  const variance = scale * scale;
  const source = blur
    ? blurPicture(luma, {
        across: blur.across * variance,
        down: blur.down * variance,
        diagonal: blur.diagonal * variance,
        slope: blur.slope,
      })
    : luma;
  const reduced = reducePicture(source, scale, kernel);
  if (level > 0) addSensorNoise(reduced, { level, shot: 0.5, grey: 0 }, random);
  // a clamped array rounds and stays within 0..255
  const data = new Uint8Array(Uint8ClampedArray.from(reduced.data).buffer);
  const chroma = ([1, 2] as const).map((index) => {
    const plane = planeOf(frame, index);
    return resizeBicubic(plane, plane.width / scale, plane.height / scale);
  });
  return packPlanes({ ...reduced, channels: 1, data }, chroma[0]!, chroma[1]!);
}
