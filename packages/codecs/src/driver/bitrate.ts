/** A bitrate from a quality: how many bits a picture of a size deserves. */

import type { Size, VideoCodec } from "@tatami/core";

/** What a codec needs against AVC for the same look. */
const codecFactor = { avc: 1, hevc: 0.7, vp9: 0.7, av1: 0.55 } as const satisfies Record<VideoCodec, number>;

/**
 * Mean bits a second for a quality from 1 to 100.
 *
 * AVC at 1920×1080 gets 0.1 bit a pixel at quality 75 (6.2 Mbit/s at 30 frames a second), twice that
 * for every 12.5 points more. Smaller pictures hold more detail a pixel, so the rate goes with
 * pixels^0.75; HEVC and VP9 get 0.7 of it and AV1 0.55.
 *
 * @param frameRate mean frames a second; `null` counts as 30.
 */
export function bitrateFor(codec: VideoCodec, size: Size, frameRate: number | null, quality: number): number {
  const reference = 1920 * 1080;
  const pixels = size.width * size.height;
  const bitsAPicture = 0.1 * reference * (pixels / reference) ** 0.75 * 2 ** ((quality - 75) / 12.5);
  const picturesASecond = Math.min(Math.max(frameRate ?? 30, 1), 240);
  return Math.max(10_000, Math.round(bitsAPicture * picturesASecond * codecFactor[codec]));
}
