/** Colour signalling between FFmpeg's numbers and the contract's words. Source: ITU-T H.273, tables 2 to 4. */

import type { ColorSpace } from "@tatami/core";
import { unstatedColor } from "@tatami/core";
import type { CodecContext, Frame } from "node-av";
import type { InputStream } from "../input/input-streams.ts";
import type { NodeAv } from "../node-av.ts";

/** WebCodecs' words where it has one, FFmpeg's where not. What has no number here is not stated. */
const primaries: Readonly<Record<number, string>> = {
  1: "bt709",
  4: "bt470m",
  5: "bt470bg",
  6: "smpte170m",
  7: "smpte240m",
  8: "film",
  9: "bt2020",
  10: "smpte428",
  11: "smpte431",
  12: "smpte432",
  22: "ebu3213",
};
const transfers: Readonly<Record<number, string>> = {
  1: "bt709",
  4: "bt470m",
  5: "bt470bg",
  6: "smpte170m",
  7: "smpte240m",
  8: "linear",
  9: "log100",
  10: "log316",
  11: "iec61966-2-4",
  12: "bt1361e",
  13: "iec61966-2-1",
  14: "bt2020-10",
  15: "bt2020-12",
  16: "pq",
  17: "smpte428",
  18: "hlg",
};
const matrices: Readonly<Record<number, string>> = {
  0: "rgb",
  1: "bt709",
  4: "fcc",
  5: "bt470bg",
  6: "smpte170m",
  7: "smpte240m",
  8: "ycgco",
  9: "bt2020-ncl",
  10: "bt2020-cl",
  11: "smpte2085",
  12: "chroma-derived-nc",
  13: "chroma-derived-c",
  14: "ictcp",
};
/** H.273's number for what is not specified. */
const unspecified = 2;

/** What a decoded picture states. Of VP8, whose decoder fills in what nobody stated, only what the container says more of. */
export function colorOf(nodeAv: NodeAv, frame: Frame, { codec }: InputStream): ColorSpace {
  const [primary, transfer] = [primaries[frame.colorPrimaries] ?? null, transfers[frame.colorTrc] ?? null];
  if (codec === "vp8" && primary === null && transfer === null) return unstatedColor;
  const { colorRange } = frame;
  return {
    primaries: primary,
    transfer,
    matrix: matrices[frame.colorSpace] ?? null,
    fullRange:
      colorRange === nodeAv.AVCOL_RANGE_JPEG ? true : colorRange === nodeAv.AVCOL_RANGE_MPEG ? false : null,
  };
}

/** Makes an encoder state just these colours. */
export function stateColor(nodeAv: NodeAv, context: CodecContext, color: ColorSpace): void {
  context.colorPrimaries = numberOf(primaries, color.primaries) as CodecContext["colorPrimaries"];
  context.colorTrc = numberOf(transfers, color.transfer) as CodecContext["colorTrc"];
  context.colorSpace = numberOf(matrices, color.matrix) as CodecContext["colorSpace"];
  context.colorRange =
    color.fullRange === null
      ? nodeAv.AVCOL_RANGE_UNSPECIFIED
      : color.fullRange
        ? nodeAv.AVCOL_RANGE_JPEG
        : nodeAv.AVCOL_RANGE_MPEG;
}

function numberOf(names: Readonly<Record<number, string>>, name: string | null): number {
  const found = Object.entries(names).find(([, each]) => each === name);
  return found ? Number(found[0]) : unspecified;
}
