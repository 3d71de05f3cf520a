/** What happens to a picture on its way through a camera, drawn at random. */

import type { Random } from "@tatami/core";
import { between, choose } from "../draw-random.ts";
import type { Blur } from "./blur.ts";
import type { CameraCodec, Compression } from "./compress.ts";
import type { ReduceKernel, Warp, Wave } from "./reduce.ts";
import type { SensorNoise } from "./sensor-noise.ts";

/** The frames around the one that is kept, so that it is predicted as in a video. */
export interface ClipMotion {
  readonly frames: number;
  /** Which one is kept, from 0. */
  readonly kept: number;
  /** Low-resolution pixels the camera pans between two frames. */
  readonly panX: number;
  readonly panY: number;
  /** What the width seen is multiplied by between two frames. */
  readonly zoom: number;
  /** How the picture bends between two frames; in low-resolution pixels. @defaultValue not at all */
  readonly warp?: Warp;
}

/** An unsharp mask: picture + amount · (picture − blurred picture). */
export interface Sharpening {
  readonly amount: number;
  /** Standard deviation of the blur, in low-resolution pixels. */
  readonly radius: number;
}

/** One way through a camera. */
export interface Degradation {
  /** Variances in low-resolution pixels. @defaultValue none */
  readonly blur?: Blur;
  readonly kernel: ReduceKernel;
  /** The part of the width that the sensor is read at, enlarged again by the camera. @defaultValue all of it */
  readonly readout?: number;
  /** Sharpening in the camera, after the noise: edges get halos. @defaultValue none */
  readonly sharpening?: Sharpening;
  /** @defaultValue none */
  readonly noise?: SensorNoise;
  /** @defaultValue none: the picture is only rounded to 8 bits */
  readonly compression?: Compression;
  readonly motion: ClipMotion;
}

/** Nothing but the reduction that the bicubic track has too. */
export const noDegradation: Degradation = {
  kernel: "bicubic",
  motion: { frames: 1, kept: 0, panX: 0, panY: 0, zoom: 1 },
};

/**
 * A way through a camera. Most pictures are neither blurred nor noisy: compression's damage is hard enough to undo, and it
 * hides blur, so that a network that has seen much of it sharpens every block's edge. One in twelve comes through a lens as
 * soft as cheap ones of fixed focus are: with one in five a network undid lenses by another 0.4 dB, and lost as much wherever
 * it was the scene that was soft.
 */
export function drawDegradation(random: Random): Degradation {
  const compression = drawCompression(random);
  const blur = drawBlur(random);
  const noise = drawNoise(random);
  const sharpening = drawSharpening(random);
  return {
    kernel: choose<ReduceKernel>(random, { bicubic: 0.6, area: 0.15, bilinear: 0.1, lanczos: 0.15 }),
    motion: drawMotion(random, compression),
    ...(random.uniform() < 0.06 ? { readout: 0.75 } : {}),
    ...(blur ? { blur } : {}),
    ...(noise ? { noise } : {}),
    ...(sharpening ? { sharpening } : {}),
    ...(compression ? { compression } : {}),
  };
}

function drawBlur(random: Random): Blur | undefined {
  const lens = choose(random, { sharp: 0.76, slight: 0.16, soft: 0.08 });
  if (lens === "sharp") return undefined;
  const variance = (lens === "slight" ? between(random, 0.15, 0.6) : between(random, 0.6, 1.5)) ** 2;
  const plain = { across: variance, down: variance, diagonal: 0, slope: 1 } as const;
  // a lens out of focus is round, a hand that moved is not
  if (random.uniform() < (lens === "slight" ? 0.5 : 0.8)) return plain;
  const slope = random.uniform() < 0.5 ? 1 : -1;
  const [across, down, diagonal] = [random.uniform(), random.uniform(), random.uniform()];
  return { across: variance * across, down: variance * down, diagonal: variance * diagonal, slope };
}

function drawNoise(random: Random): SensorNoise | undefined {
  if (random.uniform() < 0.75) return undefined;
  return {
    level: 0.5 * 12 ** random.uniform(),
    shot: between(random, 0.3, 1),
    grey: random.uniform() < 0.5 ? 0 : between(random, 0.3, 1),
  };
}

function drawSharpening(random: Random): Sharpening | undefined {
  if (random.uniform() < 0.85) return undefined;
  return { amount: between(random, 0.2, 1.2), radius: between(random, 0.6, 1.6) };
}

/** A codec, and how coarsely it codes. @defaultValue none */
export function drawCompression(random: Random): Compression | undefined {
  const codec = choose<CameraCodec | "none">(random, {
    avc: 0.66,
    hevc: 0.08,
    vp9: 0.05,
    av1: 0.03,
    mpeg2: 0.03,
    mpeg4: 0.04,
    mjpeg: 0.05,
    none: 0.06,
  });
  const common = random.uniform() < 0.75;
  const draw = random.uniform();
  const rate = ([low, high]: Range, [lowest, highest]: Range): number =>
    Math.round(common ? low + (high - low) * draw : lowest + (highest - lowest) * draw);
  switch (codec) {
    case "none":
      return undefined;
    case "avc":
    case "hevc":
      return { codec, quantizer: rate([23, 36], [16, 40]) };
    case "vp9":
    case "av1":
      return { codec, quantizer: rate([28, 50], [18, 58]) };
    case "mpeg2":
    case "mpeg4":
      return { codec, quantizer: rate([2, 8], [2, 14]) };
    case "mjpeg":
      return { codec, quantizer: rate([2, 10], [2, 16]) };
  }
}

type Range = readonly [low: number, high: number];

function drawMotion(random: Random, compression: Compression | undefined): ClipMotion {
  // nothing is predicted from other frames
  if (!compression || compression.codec === "mjpeg") return noDegradation.motion;
  const [frames, kept] = drawGroup(random);
  // cameras on a wall do not move
  if (random.uniform() < 0.3) return { frames, kept, panX: 0, panY: 0, zoom: 1 };
  const speed = 4 * random.uniform() ** 2;
  const angle = 2 * Math.PI * random.uniform();
  const zoom = random.uniform() < 0.5 ? 1 : between(random, 0.99, 1.01);
  const camera = { frames, kept, panX: speed * Math.cos(angle), panY: speed * Math.sin(angle), zoom };
  // what a codec predicts from blocks that moved as one is wrong where things bend, turn and pass each other
  if (random.uniform() < 0.3) return camera;
  const furthest = Math.max(5, kept, frames - 1 - kept);
  return { ...camera, warp: { columns: drawWave(random, furthest), rows: drawWave(random, furthest) } };
}

/** How many frames a group has and which is kept: mostly a few; a camera's first two; or one late in a long group. */
function drawGroup(random: Random): readonly [frames: number, kept: number] {
  const group = choose(random, { usual: 0.86, first: 0.1, long: 0.04 });
  if (group === "first") return [2, random.integer(2)];
  const frames = group === "long" ? 12 : 3 + random.integer(4);
  return [frames, group === "long" ? frames - 2 : 1 + random.integer(frames - 2)];
}

function drawWave(random: Random, furthest: number): Wave {
  const period = between(random, 16, 120);
  // after all frames that follow or came before, neighbours must still lie in order
  return {
    reach: (period / (8 * furthest)) * random.uniform(),
    period,
    phase: 2 * Math.PI * random.uniform(),
  };
}
