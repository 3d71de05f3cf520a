/** FFmpeg's encoders of pictures: which there are, how they are set, frames in and packets out. */

import type { Frame } from "@tatami/core";
import { planesOf } from "@tatami/core";
import type {
  BitStreamFilterContext,
  CodecContext,
  CodecParameters,
  Frame as NativeFrame,
  Packet,
} from "node-av";
import { writePicture } from "../../../picture/write-picture.ts";
import type { NodeAv } from "../../node-av.ts";
import { allocatePacket, ticksOf } from "../../node-av.ts";
import type { OpenContext, VideoEncoding } from "./open-context.ts";
import { keyFrameInterval, openVideoContext } from "./open-context.ts";

/** An open encoder. */
export interface VideoEncoder extends Disposable {
  readonly context: CodecContext;
  /** Fills in what a container states of the stream. */
  describe(parameters: CodecParameters): void;
  /** Takes a frame, which stays the caller's, or `null` at the end; the packets are the caller's. */
  encode(frame: Frame | null, timestamp: number, captions?: Buffer): Promise<readonly Packet[]>;
}

/** Pictures after which x265 knows by how much decoding goes before showing; with fewer it says what lay in its memory. */
const fewestForTimes = 3;

/** Opens the encoder. @throws Error when none opens: ask {@link openVideoContext} when planning. */
export async function openVideoEncoder(nodeAv: NodeAv, encoding: VideoEncoding): Promise<VideoEncoder> {
  const { opened } = await openVideoContext(nodeAv, encoding);
  if (!opened) throw new Error(`FFmpeg's encoder for ${encoding.codec} cannot be opened`);
  const { context } = opened;
  const filter = openRangeFilter(nodeAv, context, encoding);
  let [lastKey, sent] = [-Infinity, 0];
  let early: bigint | undefined;
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
        if (sent < fewestForTimes && opened.setup.name === "libx265") {
          // so few are shown in the order in which they are decoded
          early ??= packet.dts - packet.pts;
          packet.dts -= early;
        }
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
      using native = await opened.upload(await createPicture(nodeAv, frame, opened, encoding.withAlpha));
      sent++;
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
      opened[Symbol.dispose]();
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

async function createPicture(
  nodeAv: NodeAv,
  frame: Frame,
  { format }: OpenContext,
  withAlpha: boolean,
): Promise<NativeFrame> {
  const planes = await planesOf(frame);
  const formats = {
    yuv420p: withAlpha && planes.alpha ? nodeAv.AV_PIX_FMT_YUVA420P : nodeAv.AV_PIX_FMT_YUV420P,
    yuv420p10le: nodeAv.AV_PIX_FMT_YUV420P10LE,
    nv12: nodeAv.AV_PIX_FMT_NV12,
    p010le: nodeAv.AV_PIX_FMT_P010LE,
  };
  const native = new nodeAv.Frame();
  native.alloc();
  native.format = formats[format];
  native.width = frame.size.width;
  native.height = frame.size.height;
  try {
    nodeAv.FFmpegError.throwIfError(native.allocBuffer(), "Allocating a picture");
    // straight into the frame's own memory: nothing is copied twice
    const { linesize } = native;
    const targets = (native.data ?? []).map((data, index) => ({ data, stride: linesize[index] ?? 0 }));
    writePicture(planes, format, targets, frame.color.fullRange === true);
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
