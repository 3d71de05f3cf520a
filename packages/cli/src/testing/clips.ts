/** Small moving clips in any container, drawn and encoded here. */

import { makeMuxedClip } from "@tatami/codecs/testing";

/** What is drawn. */
export interface ClipOptions {
  /** FFmpeg's name of the container. */
  readonly format: string;
  /** @defaultValue 12 */
  readonly frames?: number;
  /** @defaultValue 64×48 */
  readonly size?: readonly [width: number, height: number];
  /** Levels by which pixels change from frame to frame at random. @defaultValue 0 */
  readonly noise?: number;
  /** Levels that all of it is brighter. @defaultValue 0 */
  readonly brighter?: number;
  /** Whether it is of full range, levels mapped. @defaultValue false */
  readonly fullRange?: boolean;
}

/** Waves that stand still but for the noise, without any loss from coding. */
export async function makeWaveClip(path: string, options: ClipOptions): Promise<void> {
  const { format, frames = 12, size = [64, 48], noise = 0, brighter = 0, fullRange = false } = options;
  const [width, height] = size;
  const toFull = (level: number): number => Math.round(((level - 16) * 255) / 219);
  await makeMuxedClip(path, {
    format,
    video: fullRange ? "libx264" : "ffv1",
    ...(fullRange && { encoder: { qp: "0" } }),
    frames,
    size,
    pixelFormat: fullRange ? "yuvj420p" : "yuv420p",
    draw: (planes, strides, index) => {
      const [luma, ...chroma] = planes;
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const wave = 128 + 60 * Math.sin(x / 3) * Math.cos(y / 4);
          const hash = (Math.imul(index * 7919 + y * 131 + x * 17, 2654435761) >>> 16) / 65535;
          const level = Math.round(wave + brighter + noise * (hash - 0.5));
          luma![y * strides[0]! + x] = fullRange ? toFull(level) : level;
        }
      }
      for (const plane of chroma) plane.fill(128);
    },
  });
}
