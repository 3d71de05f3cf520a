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

/** One way through a camera. */
export interface Degradation {
  /** Variances in low-resolution pixels. @defaultValue none */
  readonly blur?: Blur;
  readonly kernel: ReduceKernel;
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
 * A way through a camera. Most pictures are neither blurred nor noisy: compression's damage is hard enough to undo,
 * and it hides blur, so that a network that has seen much of it sharpens every block's edge.
 */
export function drawDegradation(random: Random): Degradation {
  const compression = drawCompression(random);
  const blur = drawBlur(random);
  const noise = drawNoise(random);
  return {
    kernel: choose<ReduceKernel>(random, { bicubic: 0.6, area: 0.15, bilinear: 0.1, lanczos: 0.15 }),
    motion: drawMotion(random, compression),
    ...(blur ? { blur } : {}),
    ...(noise ? { noise } : {}),
    ...(compression ? { compression } : {}),
  };
}

function drawBlur(random: Random): Blur | undefined {
  if (random.uniform() < 0.85) return undefined;
  const variance = between(random, 0.15, 0.6) ** 2;
  const plain = { across: variance, down: variance, diagonal: 0, slope: 1 } as const;
  if (random.uniform() < 0.5) return plain;
  const slope = random.uniform() < 0.5 ? 1 : -1;
  const [across, down, diagonal] = [random.uniform(), random.uniform(), random.uniform()];
  return { across: variance * across, down: variance * down, diagonal: variance * diagonal, slope };
}

function drawNoise(random: Random): SensorNoise | undefined {
  if (random.uniform() < 0.8) return undefined;
  return {
    level: 0.5 * 12 ** random.uniform(),
    shot: between(random, 0.3, 1),
    grey: random.uniform() < 0.5 ? 0 : between(random, 0.3, 1),
  };
}

function drawCompression(random: Random): Compression | undefined {
  const codec = choose<CameraCodec | "none">(random, {
    avc: 0.74,
    hevc: 0.08,
    mpeg4: 0.06,
    mjpeg: 0.06,
    none: 0.06,
  });
  switch (codec) {
    case "none":
      return undefined;
    case "avc":
    case "hevc": {
      const common = random.uniform() < 0.75;
      return { codec, quantizer: Math.round(common ? between(random, 23, 36) : between(random, 18, 40)) };
    }
    case "mpeg4":
    case "mjpeg":
      return { codec, quantizer: 2 + random.integer(codec === "mpeg4" ? 10 : 14) };
  }
}

function drawMotion(random: Random, compression: Compression | undefined): ClipMotion {
  // nothing is predicted from other frames
  if (!compression || compression.codec === "mjpeg") return noDegradation.motion;
  const frames = 3 + random.integer(4);
  const kept = 1 + random.integer(frames - 2);
  // cameras on a wall do not move
  if (random.uniform() < 0.3) return { frames, kept, panX: 0, panY: 0, zoom: 1 };
  const speed = 4 * random.uniform() ** 2;
  const angle = 2 * Math.PI * random.uniform();
  const zoom = random.uniform() < 0.5 ? 1 : between(random, 0.99, 1.01);
  const camera = { frames, kept, panX: speed * Math.cos(angle), panY: speed * Math.sin(angle), zoom };
  // what a codec predicts from blocks that moved as one is wrong where things bend, turn and pass each other
  if (random.uniform() < 0.3) return camera;
  return { ...camera, warp: { columns: drawWave(random), rows: drawWave(random) } };
}

function drawWave(random: Random): Wave {
  const period = between(random, 16, 120);
  // after the five frames there are at most, neighbours must still lie in order
  return { reach: (period / 40) * random.uniform(), period, phase: 2 * Math.PI * random.uniform() };
}
