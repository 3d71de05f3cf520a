/** The pixel formats that are read here, FFmpeg's names beside the words of a {@link RawPicture}. */

import type { AVPixelFormat, Frame } from "node-av";
import type { RawPicture } from "../../picture/raw-picture.ts";
import type { NodeAv } from "../node-av.ts";

const formats: Readonly<Record<string, string>> = {
  yuv420p: "I420",
  yuv422p: "I422",
  yuv444p: "I444",
  yuvj420p: "I420",
  yuvj422p: "I422",
  yuvj444p: "I444",
  yuva420p: "I420A",
  yuva422p: "I422A",
  yuva444p: "I444A",
  yuv420p10le: "I420P10",
  yuv422p10le: "I422P10",
  yuv444p10le: "I444P10",
  yuv420p12le: "I420P12",
  yuv422p12le: "I422P12",
  yuv444p12le: "I444P12",
  yuva422p10le: "I422AP10",
  yuva444p10le: "I444AP10",
  nv12: "NV12",
  rgba: "RGBA",
  rgb0: "RGBX",
  bgra: "BGRA",
  bgr0: "BGRX",
};

/** FFmpeg's names of the formats that are read; a filter turns others into the nearest of them. */
export const readableFormats: readonly string[] = Object.keys(formats);

/** A picture's format by FFmpeg's name. */
export function pixelFormatOf(nodeAv: NodeAv, { format }: Frame): string {
  return nodeAv.avGetPixFmtName(format as AVPixelFormat) ?? "unknown";
}

/** Whether pictures of a format have pixels that can be seen through. */
export function hasAlphaPlane(name: string): boolean {
  return /^(yuva|rgba|bgra|argb|abgr|gbrap|ya|pal8)/.test(name);
}

/** Whether pictures of a format are R′G′B′, which is converted here. */
export function isRgbFormat(name: string): boolean {
  return /^(rgb|bgr|gbr|argb|abgr|0rgb|0bgr|pal8|x2rgb|x2bgr)/.test(name);
}

/** Bits a sample of `yuv420p10le`, `gray16be`, `p010le` and the like; 8 where the name has none. */
export function bitDepthOfPixelFormat(name: string): number {
  const bits = /(?:p|gray|rgb|bgr|gbrp|gbrap|^y2|^p0)(9|1[0246])(?:le|be)$/.exec(name);
  return bits ? Number(bits[1]) : 8;
}

/** How often colour is sampled against luma, as people write it; nothing where there is no such ratio. */
export function chromaSamplingOf(name: string): string | undefined {
  const planar = /^(?:yuvj?a?|yuyv|uyvy|yvyu|uyyv|vuy|ayuv|xv|vuyx|vuya)(4\d\d)/.exec(name)?.[1];
  const packed: Readonly<Record<string, string>> = {
    nv12: "420",
    nv21: "420",
    nv16: "422",
    nv24: "444",
    nv42: "444",
  };
  const deep: Readonly<Record<string, string>> = { p0: "420", p2: "422", p4: "444", y2: "422" };
  const found =
    planar ?? packed[name.slice(0, 4)] ?? (/^[py]\d\d\d/.test(name) ? deep[name.slice(0, 2)] : undefined);
  return found === undefined ? undefined : [...found].join(":");
}

/** The picture's planes where they lie; valid until the frame is freed. */
export function rawPictureOf(nodeAv: NodeAv, frame: Frame): RawPicture {
  const { linesize } = frame;
  const planes = (frame.data ?? []).map((data, index) => ({ data, stride: linesize[index] ?? 0 }));
  const name = pixelFormatOf(nodeAv, frame);
  return { format: formats[name] ?? name, planes };
}
