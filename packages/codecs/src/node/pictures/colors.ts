/** Colour signalling between FFmpeg's frames and encoders, whose numbers are H.273's, and the contract's words. */

import type { ColorSpace } from "@tatami/core";
import { unstatedColor } from "@tatami/core";
import type { CodecContext, Frame } from "node-av";
import { colorNumber, colorWord } from "../../driver/color-numbers.ts";
import type { InputStream } from "../input/input-streams.ts";
import type { NodeAv } from "../node-av.ts";

/** What a decoded picture states. Of VP8, whose decoder fills in what nobody stated, only what the container says more of. */
export function colorOf(nodeAv: NodeAv, frame: Frame, { codec }: InputStream): ColorSpace {
  const primaries = colorWord("primaries", frame.colorPrimaries);
  const transfer = colorWord("transfer", frame.colorTrc);
  if (codec === "vp8" && primaries === null && transfer === null) return unstatedColor;
  const { colorRange } = frame;
  return {
    primaries,
    transfer,
    matrix: colorWord("matrix", frame.colorSpace),
    fullRange:
      colorRange === nodeAv.AVCOL_RANGE_JPEG ? true : colorRange === nodeAv.AVCOL_RANGE_MPEG ? false : null,
  };
}

/** Makes an encoder state just these colours. */
export function stateColor(nodeAv: NodeAv, context: CodecContext, color: ColorSpace): void {
  context.colorPrimaries = colorNumber("primaries", color) as CodecContext["colorPrimaries"];
  context.colorTrc = colorNumber("transfer", color) as CodecContext["colorTrc"];
  context.colorSpace = colorNumber("matrix", color) as CodecContext["colorSpace"];
  context.colorRange =
    color.fullRange === null
      ? nodeAv.AVCOL_RANGE_UNSPECIFIED
      : color.fullRange
        ? nodeAv.AVCOL_RANGE_JPEG
        : nodeAv.AVCOL_RANGE_MPEG;
}

/** `color`, with `more` where it states nothing. */
export function mergeColor(color: ColorSpace, more: ColorSpace): ColorSpace {
  return {
    primaries: color.primaries ?? more.primaries,
    transfer: color.transfer ?? more.transfer,
    matrix: color.matrix ?? more.matrix,
    fullRange: color.fullRange ?? more.fullRange,
  };
}
