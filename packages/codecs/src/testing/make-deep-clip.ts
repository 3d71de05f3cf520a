/** Clips of ten bits, for tests and tables: drawn pictures, with what files of a high dynamic range state. */

import type { ColorSpace, DeepPlanes, VideoCodec } from "@tatami/core";
import { createFrame } from "@tatami/core";
import { loadNodeAv } from "../node/node-av.ts";
import type { NodeAv } from "../node/node-av.ts";
import { carryHdr } from "../node/output/side-data.ts";
import { openVideoEncoder } from "../node/output/video/encode-video.ts";
import { clockOf } from "../node/output/video/open-context.ts";

/** What a clip is made of. */
export interface DeepClipOptions {
  readonly codec: Exclude<VideoCodec, "avc">;
  /** FFmpeg's name of a muxer: mp4, matroska, webm. */
  readonly format: string;
  readonly frames: number;
  readonly color: ColorSpace;
  /** Pictures of ten bits, of one size. */
  readonly draw: (index: number) => DeepPlanes;
  /** Lower is better, in the codec's own numbers. @defaultValue 6 */
  readonly crf?: number;
  /** State a display of BT.2020's primaries and 1000 cd/m², and light up to 900 and 300. @defaultValue false */
  readonly hasMastering?: boolean;
  /** Describe itself as Dolby Vision, as phones' recordings do (8 and 4), without its metadata. @defaultValue not */
  readonly dolbyVision?: { readonly profile: number; readonly baseLayer: number };
}

/** Pictures a second. */
const rate = 25;

/** A mastering display of BT.2020's primaries: fractions as FFmpeg keeps them, red, green, blue, white, least and most light. */
export const masteringDisplay: Buffer = structureOf([
  ...[35_400, 14_600, 8_500, 39_850, 6_550, 2_300, 15_635, 16_450].flatMap((each) => [each, 50_000]),
  50,
  10_000,
  10_000_000,
  10_000,
  // primaries and light are both stated
  1,
  1,
]);

/** The brightest pixel and the brightest frame. */
const contentLight: Buffer = structureOf([900, 300]);

/** Writes a clip to a path. */
export async function makeDeepClip(path: string, options: DeepClipOptions): Promise<void> {
  const { codec, format, frames, color, draw, crf = 6, hasMastering = false, dolbyVision } = options;
  const nodeAv = await loadNodeAv();
  const check = (result: number): void => nodeAv.FFmpegError.throwIfError(result, "Making a deep clip");
  const { width, height } = draw(0).luma;
  const hdr = hasMastering ? { mastering: masteringDisplay, contentLight, dynamic: [] } : { dynamic: [] };
  const encoding = {
    width,
    height,
    codec,
    color,
    hdr,
    bits: 10 as const,
    bitrate: 1_000_000,
    frameRate: rate,
    ticksPerSecond: 600,
    withAlpha: false,
    pixelAspectRatio: { numerator: 1, denominator: 1 },
    chromaLocation: nodeAv.AVCHROMA_LOC_LEFT,
    asked: { crf, preset: codec === "hevc" ? "ultrafast" : codec === "av1" ? "10" : "5" },
  };
  using encoder = await openVideoEncoder(nodeAv, encoding);
  await using output = new nodeAv.FormatContext();
  check(output.allocOutputContext2(null, format, path));
  output.strictStdCompliance = nodeAv.FF_COMPLIANCE_UNOFFICIAL;
  const stream = output.newStream();
  encoder.describe(stream.codecpar);
  carryHdr(nodeAv, hdr, stream.codecpar);
  if (codec === "hevc" && format === "mp4") stream.codecpar.codecTag = "hvc1";
  if (dolbyVision) describeDolbyVision(nodeAv, stream.codecpar, dolbyVision);
  stream.timeBase = new nodeAv.Rational(1, clockOf(encoding).den);
  stream.avgFrameRate = new nodeAv.Rational(rate, 1);
  check(await output.openOutput());
  check(await output.writeHeader());
  for (let index = 0; index <= frames; index++) {
    const timestamp = index / rate;
    const frame = index < frames ? createFrame(draw(index), { timestamp, duration: 1 / rate, color }) : null;
    for (const packet of await encoder.encode(frame, timestamp)) {
      packet.streamIndex = stream.index;
      packet.rescaleTs(encoder.context.timeBase, stream.timeBase);
      check(await output.interleavedWriteFrame(packet));
      packet.free();
    }
    frame?.close();
  }
  check(await output.writeTrailer());
}

function describeDolbyVision(
  nodeAv: NodeAv,
  parameters: Parameters<typeof carryHdr>[2],
  { profile, baseLayer }: NonNullable<DeepClipOptions["dolbyVision"]>,
): void {
  // version 1.0, profile, level 4, metadata and base layer present, no enhancement layer, what the base layer is, no compression
  const record = Buffer.from([1, 0, profile, 4, 1, 0, 1, baseLayer, 0]);
  parameters.addCodedSideData(nodeAv.AV_PKT_DATA_DOVI_CONF, record);
}

function structureOf(numbers: readonly number[]): Buffer {
  const data = Buffer.alloc(4 * numbers.length);
  numbers.forEach((number, index) => data.writeInt32LE(number, 4 * index));
  return data;
}
