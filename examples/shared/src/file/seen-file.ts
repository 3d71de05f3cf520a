/** A file in one line: what it becomes, how long it is, how large, and of what kind. */

import type { MediaDescription } from "@tatami/core";
import { formatBytes, formatDuration } from "../format.ts";

/** By how containers and drivers name them. Source of the former: RFC 6381 and the codecs' own. */
const codecNames: readonly (readonly [RegExp, string])[] = [
  [/^avc/, "H.264"],
  [/^(hevc|hvc1|hev1)/, "H.265"],
  [/^(vp8|vp08)/, "VP8"],
  [/^(vp9|vp09)/, "VP9"],
  [/^(av1|av01)/, "AV1"],
  [/^(mpeg4|mp4v)/, "MPEG-4"],
  [/^mpeg2/, "MPEG-2"],
  [/^mpeg1/, "MPEG-1"],
  [/^wmv/, "WMV"],
];

/** What people call a codec. */
export const nameCodec = (codec: string): string =>
  codecNames.find(([pattern]) => pattern.test(codec))?.[1] ?? codec.toUpperCase();

/** @param bytes the file's size @param scale what it will be enlarged by */
export const describeSeen = (
  { container, duration, video }: MediaDescription,
  bytes: number,
  scale: number,
): string => {
  const isTurned = video.rotation % 180 !== 0;
  const [width, height] = isTurned ? [video.height, video.width] : [video.width, video.height];
  const kind = video.codec === null ? container : `${container}, ${nameCodec(video.codec)}`;
  const becomes = `${width} × ${height} becomes ${width * scale} × ${height * scale}`;
  // a raw stream does not say how long it is
  const length = duration > 0 ? [formatDuration(duration)] : [];
  return [becomes, ...length, formatBytes(bytes), kind].join(" · ");
};
