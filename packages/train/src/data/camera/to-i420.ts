/** From RGB to the planes that cameras compress: 8-bit studio range BT.601, chroma at half the size. */

import type { LumaPlane } from "../luma.ts";
import type { FloatPicture } from "./blur.ts";
import type { CompressiblePicture } from "./compress.ts";

/**
 * Luma as `lumaOf` computes it, and the mean chroma of 2×2 pixels, both rounded half up. A picture of one channel is
 * taken as luma as it is.
 */
export function toI420({ width, height, channels, data }: FloatPicture): CompressiblePicture {
  const [halfWidth, halfHeight] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const planes = new Uint8Array(width * height + 2 * halfWidth * halfHeight);
  if (channels === 1) {
    for (let i = 0; i < width * height; i++) planes[i] = toByte(data[i]!);
    planes.fill(128, width * height);
    return { width, height, data: planes };
  }
  for (let i = 0, p = 0; i < width * height; i++, p += 3)
    planes[i] = toByte(16 + (65.481 * data[p]! + 128.553 * data[p + 1]! + 24.966 * data[p + 2]!) / 255);
  const blue = width * height;
  const red = blue + halfWidth * halfHeight;
  for (let y = 0; y < halfHeight; y++) {
    const upper = 2 * y * width;
    const lower = Math.min(2 * y + 1, height - 1) * width;
    for (let x = 0; x < halfWidth; x++) {
      const [left, right] = [2 * x, Math.min(2 * x + 1, width - 1)];
      // the four pixels' places
      const [a, b, c, d] = [3 * (upper + left), 3 * (upper + right), 3 * (lower + left), 3 * (lower + right)];
      const r = data[a]! + data[b]! + data[c]! + data[d]!;
      const g = data[a + 1]! + data[b + 1]! + data[c + 1]! + data[d + 1]!;
      const bl = data[a + 2]! + data[b + 2]! + data[c + 2]! + data[d + 2]!;
      const at = y * halfWidth + x;
      planes[blue + at] = toByte(128 + (-37.797 * r - 74.203 * g + 112 * bl) / (4 * 255));
      planes[red + at] = toByte(128 + (112 * r - 93.786 * g - 18.214 * bl) / (4 * 255));
    }
  }
  return { width, height, data: planes };
}

/** The luma of packed planes. */
export function lumaOfPlanes({ width, height, data }: CompressiblePicture): LumaPlane {
  return { width, height, data: Float32Array.from(data.subarray(0, width * height)) };
}

function toByte(value: number): number {
  return value <= 0 ? 0 : value >= 255 ? 255 : Math.floor(value + 0.5);
}
