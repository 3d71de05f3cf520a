/** The encoders that pictures can be compressed with, and how each is set up. */

import { TatamiError } from "@tatami/core";
import type { AVPixelFormat, Codec } from "node-av";
import type { NodeAv } from "./node-av.ts";

/** H.264, H.265, VP9, AV1, MPEG-2, MPEG-4 Part 2 and Motion JPEG: what cameras write, and what their files become. */
export type CompressionCodec = "avc" | "hevc" | "vp9" | "av1" | "mpeg2" | "mpeg4" | "mjpeg";

/** All of them. */
export const compressionCodecs: readonly CompressionCodec[] = [
  "avc",
  "hevc",
  "vp9",
  "av1",
  "mpeg2",
  "mpeg4",
  "mjpeg",
];

/** What an encoder and its decoder are opened with. */
export interface Compression {
  readonly encoder: Codec;
  readonly decoder: Codec;
  readonly pixelFormat: AVPixelFormat;
  /** Fixed quantizer, for the encoders that take one. */
  readonly quantizerScale?: number;
  readonly bFrames?: number;
  /** Smaller pictures are enlarged to this by repeating their edges, and cut again. @defaultValue 16 */
  readonly smallestSide?: number;
  /** The encoder's own options. */
  readonly options: Record<string, string>;
}

/** @throws TatamiError `unsupported-codec` when this FFmpeg lacks the encoder or the decoder. */
export function findCompression(nodeAv: NodeAv, codec: CompressionCodec, quantizer: number): Compression {
  const quantizerScale = Math.min(31, Math.max(1, quantizer));
  const plain = { pixelFormat: nodeAv.AV_PIX_FMT_YUV420P };
  const fixed = { quantizerScale, options: { qmin: "1" } };
  switch (codec) {
    case "avc":
      return {
        ...find(nodeAv, codec, nodeAv.FF_ENCODER_LIBX264, nodeAv.AV_CODEC_ID_H264),
        ...plain,
        // macroblock trees of pictures some 40 pixels wide come out otherwise now and then: one run in fifty was not
        // as the others
        options: { crf: String(quantizer), preset: "veryfast", "x264-params": "no-mbtree=1" },
      };
    case "hevc":
      return {
        ...find(nodeAv, codec, nodeAv.FF_ENCODER_LIBX265, nodeAv.AV_CODEC_ID_HEVC),
        ...plain,
        // libx265's lookahead, which works at half the size, writes outside its memory when that is below 32
        smallestSide: 64,
        options: {
          crf: String(quantizer),
          preset: "superfast",
          "x265-params": "pools=none:frame-threads=1:log-level=none:ctu=32",
        },
      };
    case "vp9":
      return {
        ...find(nodeAv, codec, nodeAv.FF_ENCODER_LIBVPX_VP9, nodeAv.AV_CODEC_ID_VP9),
        ...plain,
        options: { crf: String(quantizer), b: "0", deadline: "realtime", "cpu-used": "7" },
      };
    case "av1":
      // its notes go to stderr past FFmpeg's log
      process.env["SVT_LOG"] ??= "0";
      return {
        ...find(nodeAv, codec, nodeAv.FF_ENCODER_LIBSVTAV1, nodeAv.AV_CODEC_ID_AV1),
        ...plain,
        smallestSide: 64,
        // a quantizer of 0 would be "not given"
        options: { crf: String(Math.max(1, quantizer)), preset: "12", "svtav1-params": "lp=1" },
      };
    case "mpeg2":
      return {
        ...find(nodeAv, codec, nodeAv.FF_ENCODER_MPEG2VIDEO, nodeAv.AV_CODEC_ID_MPEG2VIDEO),
        ...plain,
        ...fixed,
        bFrames: 2,
      };
    case "mpeg4":
      return {
        ...find(nodeAv, codec, nodeAv.FF_ENCODER_MPEG4, nodeAv.AV_CODEC_ID_MPEG4),
        ...plain,
        ...fixed,
        bFrames: 1,
      };
    case "mjpeg":
      return {
        ...find(nodeAv, codec, nodeAv.FF_ENCODER_MJPEG, nodeAv.AV_CODEC_ID_MJPEG),
        // the numbers are coded as they are: the name of the format says only what range they would mean
        pixelFormat: nodeAv.AV_PIX_FMT_YUVJ420P,
        ...fixed,
      };
  }
}

function find(
  nodeAv: NodeAv,
  codec: CompressionCodec,
  name: Parameters<NodeAv["Codec"]["findEncoderByName"]>[0],
  id: Parameters<NodeAv["Codec"]["findDecoder"]>[0],
): Pick<Compression, "encoder" | "decoder"> {
  const encoder = nodeAv.Codec.findEncoderByName(name);
  const decoder = nodeAv.Codec.findDecoder(id);
  if (encoder && decoder) return { encoder, decoder };
  throw new TatamiError({
    code: "unsupported-codec",
    message: `This FFmpeg has no ${encoder ? "decoder" : "encoder"} for ${codec} (${name}).`,
    fix: "Install the node-av package with its own FFmpeg build, or leave this codec out.",
    detail: { codec },
  });
}
