/** Clips in FFmpeg's own containers and codecs, for tests: grey pictures of known luma, and a tone. */

import type { Codec, CodecContext, FormatContext, Frame, Stream } from "node-av";
import { loadNodeAv } from "../node/node-av.ts";
import type { NodeAv } from "../node/node-av.ts";

export { framesMd5 } from "./frames-md5.ts";
export { makeDeepClip } from "./make-deep-clip.ts";
export type { DeepClipOptions } from "./make-deep-clip.ts";

/** What a clip is made of; codecs and containers in FFmpeg's names. */
export interface MuxedClipOptions {
  /** A muxer: `avi`, `flv`, `asf`, `mpeg`, `mpegts`, `3gp`, `hls`. */
  readonly format: string;
  readonly video: string;
  /** @defaultValue none */
  readonly audio?: string;
  /** @defaultValue 25 */
  readonly frames?: number;
  /** Pictures a second. @defaultValue 25 */
  readonly rate?: number;
  /** @defaultValue 128×96 */
  readonly size?: readonly [width: number, height: number];
  /** @defaultValue yuv420p */
  readonly pixelFormat?: string;
  /** Samples a second. @defaultValue 44100 */
  readonly sampleRate?: number;
  /** Options of the video's encoder. @defaultValue none */
  readonly encoder?: Readonly<Record<string, string>>;
  /** Options of the muxer. @defaultValue none */
  readonly muxer?: Readonly<Record<string, string>>;
  /** Draws each picture; planes in the order of the format. @defaultValue {@link mutedLuma}, grey */
  readonly draw?: (planes: readonly Uint8Array[], strides: readonly number[], index: number) => void;
  /** Whether pictures are flagged and encoded as interlaced. @defaultValue false */
  readonly interlaced?: boolean;
}

/** Luma all over picture `index`, so that tests can tell pictures apart after hard compression. */
export function mutedLuma(index: number): number {
  return 40 + ((index * 5) % 170);
}

/** Writes a clip to a path, or to any URL FFmpeg writes to. */
export async function makeMuxedClip(url: string, options: MuxedClipOptions): Promise<void> {
  const nodeAv = await loadNodeAv();
  const { frames = 25, rate = 25, sampleRate = 44_100 } = options;
  await using output = new nodeAv.FormatContext();
  check(nodeAv, output.allocOutputContext2(null, options.format, url));
  const video = await addVideo(nodeAv, output, options, rate);
  const audio =
    options.audio === undefined ? undefined : await addAudio(nodeAv, output, options.audio, sampleRate);
  check(nodeAv, await output.openOutput());
  check(nodeAv, await output.writeHeader(nodeAv.Dictionary.fromObject({ ...options.muxer })));
  let samples = 0;
  const sound = async (until: number): Promise<void> => {
    if (!audio) return;
    while (samples / sampleRate < until) {
      const frame = toneFrame(nodeAv, audio.context, samples);
      samples += frame.nbSamples;
      await encode(nodeAv, output, audio, frame);
    }
  };
  for (let index = 0; index < frames; index++) {
    await encode(nodeAv, output, video, pictureFrame(nodeAv, video.context, options, index));
    await sound((index + 1) / rate);
  }
  await encode(nodeAv, output, video, null);
  if (audio) await encode(nodeAv, output, audio, null);
  check(nodeAv, await output.writeTrailer());
  await output.closeOutput();
  for (const track of audio ? [video, audio] : [video]) track.context.freeContext();
}

interface Track {
  readonly context: CodecContext;
  readonly stream: Stream;
}

async function addVideo(
  nodeAv: NodeAv,
  output: FormatContext,
  { video, size = [128, 96], pixelFormat = "yuv420p", encoder = {}, interlaced }: MuxedClipOptions,
  rate: number,
): Promise<Track> {
  return addTrack(nodeAv, output, video, encoder, (context) => {
    [context.width, context.height] = size;
    context.pixelFormat = nodeAv.avGetPixFmtFromName(pixelFormat);
    context.timeBase = new nodeAv.Rational(1, rate);
    context.framerate = new nodeAv.Rational(rate, 1);
    context.bitRate = 2_000_000n;
    context.gopSize = 12;
    if (interlaced) context.setFlags(nodeAv.AV_CODEC_FLAG_INTERLACED_DCT, nodeAv.AV_CODEC_FLAG_INTERLACED_ME);
  });
}

function addAudio(nodeAv: NodeAv, output: FormatContext, name: string, sampleRate: number): Promise<Track> {
  return addTrack(nodeAv, output, name, {}, (context, codec) => {
    context.sampleRate = sampleRate;
    context.channelLayout = nodeAv.avChannelLayoutDefault(1);
    context.sampleFormat = codec.sampleFormats?.[0] ?? nodeAv.AV_SAMPLE_FMT_S16;
    context.timeBase = new nodeAv.Rational(1, sampleRate);
    context.bitRate = 64_000n;
  });
}

async function addTrack(
  nodeAv: NodeAv,
  output: FormatContext,
  name: string,
  options: Readonly<Record<string, string>>,
  set: (context: CodecContext, codec: Codec) => void,
): Promise<Track> {
  const codec = nodeAv.Codec.findEncoderByName(name as Parameters<NodeAv["Codec"]["findEncoderByName"]>[0]);
  if (!codec) throw new Error(`This FFmpeg has no encoder ${name}`);
  const context = new nodeAv.CodecContext();
  context.allocContext3(codec);
  set(context, codec);
  if ((output.oformat?.flags ?? 0) & nodeAv.AVFMT_GLOBALHEADER)
    context.setFlags(nodeAv.AV_CODEC_FLAG_GLOBAL_HEADER);
  check(nodeAv, await context.open2(codec, nodeAv.Dictionary.fromObject({ ...options })));
  const stream = output.newStream();
  check(nodeAv, stream.codecpar.fromContext(context));
  stream.timeBase = context.timeBase;
  stream.avgFrameRate = context.framerate;
  return { context, stream };
}

async function encode(
  nodeAv: NodeAv,
  output: FormatContext,
  track: Track,
  frame: Frame | null,
): Promise<void> {
  const { context, stream } = track;
  check(nodeAv, await context.sendFrame(frame));
  frame?.free();
  for (;;) {
    using packet = new nodeAv.Packet();
    packet.alloc();
    const result = await context.receivePacket(packet);
    if (result === nodeAv.AVERROR_EAGAIN || result === nodeAv.AVERROR_EOF) return;
    check(nodeAv, result);
    packet.streamIndex = stream.index;
    packet.rescaleTs(context.timeBase, stream.timeBase);
    check(nodeAv, await output.interleavedWriteFrame(packet));
  }
}

function pictureFrame(
  nodeAv: NodeAv,
  context: CodecContext,
  options: MuxedClipOptions,
  index: number,
): Frame {
  const frame = new nodeAv.Frame();
  frame.alloc();
  frame.format = context.pixelFormat;
  frame.width = context.width;
  frame.height = context.height;
  check(nodeAv, frame.allocBuffer());
  const planes = frame.data ?? [];
  for (const [plane, data] of planes.entries()) data.fill(plane === 0 ? mutedLuma(index) : 128);
  options.draw?.(planes, frame.linesize, index);
  frame.pts = BigInt(index);
  if (options.interlaced)
    frame.setFlags(nodeAv.AV_FRAME_FLAG_INTERLACED, nodeAv.AV_FRAME_FLAG_TOP_FIELD_FIRST);
  return frame;
}

function toneFrame(nodeAv: NodeAv, context: CodecContext, at: number): Frame {
  const frame = new nodeAv.Frame();
  frame.alloc();
  frame.format = context.sampleFormat;
  frame.nbSamples = context.frameSize || 1024;
  frame.sampleRate = context.sampleRate;
  frame.channelLayout = context.channelLayout;
  check(nodeAv, frame.allocBuffer());
  const [data] = frame.data ?? [];
  if (!data) throw new Error("A frame of sound has no room");
  const isFloat = /flt/.test(nodeAv.avGetSampleFmtName(context.sampleFormat) ?? "");
  for (let sample = 0; sample < frame.nbSamples; sample++) {
    const value = 0.3 * Math.sin(((at + sample) * 440 * 2 * Math.PI) / context.sampleRate);
    if (isFloat) data.writeFloatLE(value, 4 * sample);
    else data.writeInt16LE(Math.round(32_767 * value), 2 * sample);
  }
  frame.pts = BigInt(at);
  return frame;
}

function check(nodeAv: NodeAv, result: number): void {
  nodeAv.FFmpegError.throwIfError(result, "Making a clip");
}
