/** FFmpeg's encoders of pictures: which there are, how they are set, frames in and packets out. */

import { availableParallelism } from "node:os";
import type { ColorSpace, Frame, Size, VideoCodec } from "@tatami/core";
import type {
  BitStreamFilterContext,
  Codec,
  CodecContext,
  CodecParameters,
  Frame as NativeFrame,
  IRational,
  Packet,
} from "node-av";
import { i420Format, writeI420 } from "../../picture/to-i420.ts";
import type { NodeAv } from "../node-av.ts";
import { allocatePacket, ticksOf } from "../node-av.ts";
import { stateColor } from "../pictures/colors.ts";

/** Seconds between key frames. */
const keyFrameInterval = 2;
/** More threads than this hold back more frames than they save time. */
const mostThreads = 8;

/** What an encoder must know before its first picture. */
export interface VideoEncoding extends Size {
  readonly codec: VideoCodec;
  /** Bits a second. */
  readonly bitrate: number;
  /** Mean frames a second; `null` counts as 30. */
  readonly frameRate: number | null;
  readonly ticksPerSecond: number;
  readonly pixelAspectRatio: { readonly numerator: number; readonly denominator: number };
  readonly withAlpha: boolean;
  readonly color: ColorSpace;
  /** FFmpeg's number of where chroma lies. */
  readonly chromaLocation: number;
  /** Whether the same frames are to give the same packets each time, as far as the encoder can. @defaultValue false */
  readonly isRepeatable?: boolean;
}

/** An open encoder. */
export interface VideoEncoder extends Disposable {
  readonly context: CodecContext;
  /** Fills in what a container states of the stream. */
  describe(parameters: CodecParameters): void;
  /** Takes a frame, which stays the caller's, or `null` at the end; the packets are the caller's. */
  encode(frame: Frame | null, timestamp: number, captions?: Buffer): Promise<readonly Packet[]>;
}

/** Names of encoders in the order they are tried, with their options: the quick end of each one's presets. */
const encoders: Readonly<
  Record<VideoCodec, readonly (readonly [string, Readonly<Record<string, string>>])[]>
> = {
  // what of captions is at hand is written into the stream by a53cc, which is on as it is
  avc: [["libx264", { preset: "veryfast" }]],
  hevc: [["libx265", { preset: "veryfast", "x265-params": "log-level=none" }]],
  vp9: [["libvpx-vp9", { deadline: "realtime", "cpu-used": "5", "row-mt": "1", "tile-columns": "2" }]],
  av1: [
    ["libsvtav1", { preset: "9" }],
    ["libaom-av1", { "cpu-used": "8", "row-mt": "1" }],
  ],
};

/** Opens the encoder. @throws Error when none opens: ask {@link openVideoContext} when planning. */
export async function openVideoEncoder(nodeAv: NodeAv, encoding: VideoEncoding): Promise<VideoEncoder> {
  const context = await openVideoContext(nodeAv, encoding);
  if (!context) throw new Error(`FFmpeg's encoder for ${encoding.codec} cannot be opened`);
  const filter = openRangeFilter(nodeAv, context, encoding);
  let lastKey = -Infinity;
  /** How long pictures inside the encoder are shown, by their times: encoders forget it. */
  const durations = new Map<bigint, bigint>();
  const receive = async (): Promise<readonly Packet[]> => {
    const packets: Packet[] = [];
    for (;;) {
      const packet = allocatePacket(nodeAv);
      // what is there already is only handed over: the work is done while frames are sent
      const received = context.receivePacketSync(packet);
      if (received >= 0) {
        packets.push(packet);
        packet.duration = durations.get(packet.pts) ?? 0n;
        durations.delete(packet.pts);
        if (filter) await pass(nodeAv, filter, packet);
        continue;
      }
      packet.free();
      if (received === nodeAv.AVERROR_EAGAIN || received === nodeAv.AVERROR_EOF) return packets;
      for (const each of packets) each.free();
      nodeAv.FFmpegError.throwIfError(received, "Encoding");
    }
  };
  return {
    context,
    describe: (parameters) => {
      const filtered = filter?.outputCodecParameters;
      const done = filtered ? filtered.copy(parameters) : parameters.fromContext(context);
      nodeAv.FFmpegError.throwIfError(done, "Describing the picture");
    },
    encode: async (frame, timestamp, captions) => {
      if (!frame) {
        nodeAv.FFmpegError.throwIfError(await context.sendFrame(null), "Encoding the last frames");
        return receive();
      }
      using native = await createPicture(nodeAv, frame, encoding.withAlpha);
      native.pts = ticksOf(timestamp, context.timeBase);
      native.timeBase = context.timeBase;
      native.sampleAspectRatio = context.sampleAspectRatio;
      // without one, the last frame would be shown for no time at all, and players would drop it
      const lasts = frame.duration > 0 ? frame.duration : 1 / (encoding.frameRate ?? 30);
      durations.set(native.pts, ticksOf(lasts, context.timeBase));
      const isKey = timestamp - lastKey >= keyFrameInterval;
      if (isKey) lastKey = timestamp;
      native.pictType = isKey ? nodeAv.AV_PICTURE_TYPE_I : nodeAv.AV_PICTURE_TYPE_NONE;
      if (captions) captions.copy(native.newSideData(nodeAv.AV_FRAME_DATA_A53_CC, captions.length));
      nodeAv.FFmpegError.throwIfError(await context.sendFrame(native), "Encoding");
      return receive();
    },
    [Symbol.dispose]: () => {
      filter?.free();
      context.freeContext();
    },
  };
}

/**
 * x264 and x265 leave out that the range is the narrow one where nothing else of the colours is stated, as it is meant
 * then anyway; what was stated is to stay so. Source: ITU-T H.264, section E.2.1.
 */
function openRangeFilter(
  nodeAv: NodeAv,
  context: CodecContext,
  { codec, color }: VideoEncoding,
): BitStreamFilterContext | undefined {
  const { primaries, transfer, matrix, fullRange } = color;
  if (fullRange !== false || (primaries ?? transfer ?? matrix) !== null) return undefined;
  if (codec !== "avc" && codec !== "hevc") return undefined;
  const found = nodeAv.BitStreamFilter.getByName(codec === "avc" ? "h264_metadata" : "hevc_metadata");
  if (!found) return undefined;
  const filter = new nodeAv.BitStreamFilterContext();
  nodeAv.FFmpegError.throwIfError(filter.alloc(found), "Making the range filter");
  filter.setOption("video_full_range_flag", 0);
  nodeAv.FFmpegError.throwIfError(
    filter.inputCodecParameters?.fromContext(context) ?? -1,
    "Setting up the range filter",
  );
  filter.inputTimeBase = context.timeBase;
  nodeAv.FFmpegError.throwIfError(filter.init(), "Setting up the range filter");
  return filter;
}

/** Time 1 s in ticks of an encoder's clock. */
export function clockOf({ ticksPerSecond }: VideoEncoding): IRational {
  return { num: 1, den: Math.min(ticksPerSecond, 1_000_000) };
}

/** Opens the first encoder of this build that takes these settings, if any does; to be freed. */
export async function openVideoContext(
  nodeAv: NodeAv,
  encoding: VideoEncoding,
): Promise<CodecContext | undefined> {
  for (const [name, options] of encoders[encoding.codec]) {
    const codec = nodeAv.Codec.findEncoderByName(name as Parameters<NodeAv["Codec"]["findEncoderByName"]>[0]);
    const all =
      encoding.isRepeatable && name === "libx264" ? { ...options, ...repeatably(encoding) } : options;
    const context = codec && (await tryOpen(nodeAv, codec, all, encoding));
    if (context) return context;
  }
  return undefined;
}

/**
 * x264 that looks ahead in a thread of its own gives packets that depend on how the threads meet, by some bytes in a
 * thousand; of narrow pictures its AVX2 code does so in one thread, too. Measured with x264 165: neither with these.
 */
function repeatably({ width }: VideoEncoding): Readonly<Record<string, string>> {
  const isNarrow = width < 640 && process.arch === "x64";
  return { "x264-params": `sync-lookahead=0${isNarrow ? ":asm=avx" : ""}` };
}

/** SVT-AV1 speaks to the terminal, which is the user's, unless it is told to speak of errors that end it only. */
function silenceSvt(): void {
  process.env["SVT_LOG"] ??= "0";
}

async function tryOpen(
  nodeAv: NodeAv,
  codec: Codec,
  options: Readonly<Record<string, string>>,
  encoding: VideoEncoding,
): Promise<CodecContext | undefined> {
  const { width, height, bitrate, frameRate, pixelAspectRatio, withAlpha } = encoding;
  silenceSvt();
  const context = new nodeAv.CodecContext();
  context.allocContext3(codec);
  context.width = width;
  context.height = height;
  context.pixelFormat = withAlpha ? nodeAv.AV_PIX_FMT_YUVA420P : nodeAv.AV_PIX_FMT_YUV420P;
  const { num, den } = clockOf(encoding);
  context.timeBase = new nodeAv.Rational(num, den);
  context.framerate = new nodeAv.Rational(Math.round((frameRate ?? 30) * 1000), 1000);
  context.sampleAspectRatio = new nodeAv.Rational(pixelAspectRatio.numerator, pixelAspectRatio.denominator);
  context.bitRate = BigInt(bitrate);
  context.threadCount = Math.min(availableParallelism(), mostThreads);
  // key frames are asked for by time; this is only the most there may be between them
  context.gopSize = Math.max(1, Math.ceil(2 * keyFrameInterval * (frameRate ?? 30)));
  stateColor(nodeAv, context, encoding.color);
  context.chromaLocation = encoding.chromaLocation as CodecContext["chromaLocation"];
  context.setFlags(nodeAv.AV_CODEC_FLAG_GLOBAL_HEADER);
  // libvpx cannot look ahead with transparency
  const all = { ...options, ...(withAlpha ? { "auto-alt-ref": "0" } : {}) };
  using dictionary = nodeAv.Dictionary.fromObject(all);
  if ((await context.open2(codec, dictionary)) >= 0) return context;
  context.freeContext();
  return undefined;
}

async function createPicture(nodeAv: NodeAv, frame: Frame, withAlpha: boolean): Promise<NativeFrame> {
  const planes = await frame.planes();
  const native = new nodeAv.Frame();
  native.alloc();
  native.format =
    i420Format(planes, withAlpha) === "I420A" ? nodeAv.AV_PIX_FMT_YUVA420P : nodeAv.AV_PIX_FMT_YUV420P;
  native.width = frame.size.width;
  native.height = frame.size.height;
  try {
    nodeAv.FFmpegError.throwIfError(native.allocBuffer(), "Allocating a picture");
    // straight into the frame's own memory: nothing is copied twice
    const { linesize } = native;
    writeI420(
      planes,
      (native.data ?? []).map((data, index) => ({ data, stride: linesize[index] ?? 0 })),
    );
    return native;
  } catch (error) {
    native.free();
    throw error;
  }
}

/** A packet through a filter that gives one for each. */
async function pass(nodeAv: NodeAv, filter: BitStreamFilterContext, packet: Packet): Promise<void> {
  nodeAv.FFmpegError.throwIfError(await filter.sendPacket(packet), "Stating the range");
  nodeAv.FFmpegError.throwIfError(await filter.receivePacket(packet), "Stating the range");
}
