/** RGB to 4:2:0, for the rare decoder that gives nothing else. */

import type { ColorSpace, Planes, Size } from "@tatami/core";
import { createPlane } from "@tatami/core";

/** The colour of what {@link rgbToPlanes} gives. */
export const rgbPlanesMatrix: Pick<ColorSpace, "matrix" | "fullRange"> = {
  matrix: "smpte170m",
  fullRange: false,
};

/**
 * Converts 8-bit RGB (`RGBA`, `RGBX`, `BGRA` or `BGRX`, four bytes a pixel) to 4:2:0 planes, BT.601,
 * limited range; alpha is kept where there is one. Each chroma sample is the mean of its 2×2 pixels.
 * Source: ITU-R BT.601-7, section 2.5.
 */
export function rgbToPlanes(data: Uint8Array, stride: number, size: Size, format: string): Planes {
  const { width, height } = size;
  const [redAt, blueAt] = format.startsWith("BGR") ? [2, 0] : [0, 2];
  const luma = createPlane(size);
  const chromaSize = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) };
  const blue = createPlane(chromaSize);
  const red = createPlane(chromaSize);
  const alpha = format.endsWith("A") ? createPlane(size) : undefined;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * stride + x * 4;
      const [r, g, b] = [data[at + redAt] ?? 0, data[at + 1] ?? 0, data[at + blueAt] ?? 0];
      luma.data[y * width + x] = 16 + (65.481 * r + 128.553 * g + 24.966 * b) / 255 + 0.5;
      if (alpha) alpha.data[y * width + x] = data[at + 3] ?? 255;
    }
  }
  for (let y = 0; y < chromaSize.height; y++) {
    for (let x = 0; x < chromaSize.width; x++) {
      let [r, g, b, pixels] = [0, 0, 0, 0];
      for (let row = 2 * y; row < Math.min(2 * y + 2, height); row++) {
        for (let column = 2 * x; column < Math.min(2 * x + 2, width); column++) {
          const at = row * stride + column * 4;
          r += data[at + redAt] ?? 0;
          g += data[at + 1] ?? 0;
          b += data[at + blueAt] ?? 0;
          pixels++;
        }
      }
      const unit = 255 * pixels;
      const to = y * chromaSize.width + x;
      blue.data[to] = 128 + (-37.797 * r - 74.203 * g + 112 * b) / unit + 0.5;
      red.data[to] = 128 + (112 * r - 93.786 * g - 18.214 * b) / unit + 0.5;
    }
  }
  return { luma, chroma: [blue, red], ...(alpha ? { alpha } : {}) };
}
