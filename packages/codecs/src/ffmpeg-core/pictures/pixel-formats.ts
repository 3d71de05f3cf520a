/** What FFmpeg's pixel formats hold, and which one frames are made from. */

import type { ColorSpace, Size } from "@tatami/core";

/** How pictures leave FFmpeg. */
export interface PictureLayout extends Size {
  /** FFmpeg's name. */
  readonly pixelFormat: "yuv420p" | "yuva420p" | "yuv420p10le";
  /** WebCodecs' name. */
  readonly format: "I420" | "I420A" | "I420P10";
  /** Bytes of a sample. */
  readonly sampleBytes: 1 | 2;
  /** Sizes of the planes, in their order. */
  readonly planes: readonly Size[];
  /** Bytes of a picture; its planes lie one after the other, without gaps. */
  readonly bytes: number;
}

/** Bits a sample of `yuv420p10le`, `gray16be` and the like; 8 where the name has none. */
export function bitDepthOfPixelFormat(name: string): number {
  const bits = /(?:p|gray|rgb|bgr|gbrp|gbrap|ya|xyz|p0)(9|1[0246])(?:le|be)$/.exec(name);
  if (bits) return Number(bits[1]);
  return /^(rgb|bgr)48|^(rgba|bgra|ayuv|rgb)64/.test(name) ? 16 : 8;
}

/** Whether pictures of a format have an alpha plane. */
export function hasAlpha(name: string): boolean {
  return /^(yuva|rgba|bgra|argb|abgr|gbrap|ya\d|ayuv)/.test(name);
}

/** Whether a format holds R'G'B', which becomes BT.601. */
export function isRgb(name: string): boolean {
  return /^(rgb|bgr|gbr|argb|abgr|0rgb|0bgr|pal8|x2rgb|x2bgr|mono|bayer)/.test(name);
}

/** Whether a format is full-range by its name. */
export function isFullRange(name: string): boolean {
  return name.startsWith("yuvj");
}

/** The layout for pictures of a format. Deep ones keep ten bits, from which they are converted. */
export function layoutFor(name: string, size: Size): PictureLayout {
  const half = { width: Math.ceil(size.width / 2), height: Math.ceil(size.height / 2) };
  const whole = { width: size.width, height: size.height };
  const deep = bitDepthOfPixelFormat(name) > 8;
  const alpha = !deep && hasAlpha(name);
  const planes = [whole, half, half, ...(alpha ? [whole] : [])];
  const sampleBytes = deep ? 2 : 1;
  return {
    ...whole,
    pixelFormat: deep ? "yuv420p10le" : alpha ? "yuva420p" : "yuv420p",
    format: deep ? "I420P10" : alpha ? "I420A" : "I420",
    sampleBytes,
    planes,
    bytes: sampleBytes * planes.reduce((sum, { width, height }) => sum + width * height, 0),
  };
}

/** FFmpeg's filters that bring a picture into its layout: the range and the matrix stay as they are. */
export function conversionFilters(name: string, color: ColorSpace, layout: PictureLayout): readonly string[] {
  if (name === layout.pixelFormat) return [`format=${layout.pixelFormat}`];
  const range = color.fullRange === true ? "pc" : "tv";
  const scale = isRgb(name)
    ? "scale=out_color_matrix=bt601:out_range=tv"
    : `scale=in_range=${range}:out_range=${range}`;
  return [scale, `format=${layout.pixelFormat}`];
}
