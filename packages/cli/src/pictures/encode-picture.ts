/** Pictures as files, for pages. */

import { loadSharp } from "./load-sharp.ts";
import type { RgbPicture } from "./to-rgb.ts";

/** How a picture is kept: every level, or as small as the eye lets it be. */
export type PictureQuality = "lossless" | "small";

/** A WebP file; loaded when first asked for, since the encoder is native code. */
export async function encodePicture(
  { width, height, data }: RgbPicture,
  quality: PictureQuality,
): Promise<Uint8Array> {
  const sharp = await loadSharp();
  const image = sharp(data, { raw: { width, height, channels: 3 } });
  return image.webp(quality === "lossless" ? { lossless: true } : { quality: 92 }).toBuffer();
}
