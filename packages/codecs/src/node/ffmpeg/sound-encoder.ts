/** FFmpeg's encoders of sound for outputs that cannot take the input's: AAC, and Opus by libopus. */

import type { SoundPacket } from "@tatami/core";
import type { Codec, CodecContext, Frame } from "node-av";
import type { Packages } from "../packages.ts";
import type { InputStream } from "./input-streams.ts";

type NodeAv = Packages["nodeAv"];

/** Bits a second for each channel: AAC and Opus are hard to tell from the original there. */
const bitrateOfChannel = 64_000;

/** What a stream is encoded as. */
export interface SoundEncoding {
  readonly codec: "aac" | "opus";
  readonly sampleRate: number;
  /** 1 or 2: more are mixed down. */
  readonly channels: number;
  /** Samples a packet. */
  readonly frameSize: number;
  /** The samples' format, in FFmpeg's name. */
  readonly sampleFormat: string;
  readonly config: AudioDecoderConfig;
}

/** An open encoder. */
export interface SoundEncoder extends Disposable {
  /** Encodes a frame of `frameSize` samples, its times counted in samples; `null` at the end. */
  encode(frame: Frame | null): Promise<readonly SoundPacket[]>;
}

/** How a stream would be encoded, or nothing when it does not say what it is or this FFmpeg has no encoder. */
export async function planSoundEncoding(
  nodeAv: NodeAv,
  { parameters }: InputStream,
  codec: "aac" | "opus",
): Promise<SoundEncoding | undefined> {
  const found = findEncoder(nodeAv, codec);
  if (!found || parameters.sampleRate < 1 || parameters.channels < 1) return undefined;
  const channels = Math.min(2, parameters.channels);
  const sampleRate = chooseRate(
    parameters.sampleRate,
    codec === "opus" ? [48_000] : found.supportedSamplerates,
  );
  const format = found.sampleFormats?.[0];
  if (format === undefined) return undefined;
  using context = await openContext(nodeAv, found, { sampleRate, channels, format });
  const { extraData, frameSize } = context;
  return {
    codec,
    sampleRate,
    channels,
    frameSize,
    sampleFormat: nodeAv.avGetSampleFmtName(format) ?? "fltp",
    config: {
      codec: codec === "aac" ? "mp4a.40.2" : "opus",
      sampleRate,
      numberOfChannels: channels,
      ...(extraData ? { description: Uint8Array.from(extraData) } : {}),
    },
  };
}

/** Opens the encoder of a plan. */
export async function openSoundEncoder(nodeAv: NodeAv, plan: SoundEncoding): Promise<SoundEncoder> {
  const { sampleRate, channels } = plan;
  const found = findEncoder(nodeAv, plan.codec);
  if (!found) throw new Error(`This FFmpeg has no encoder for ${plan.codec}`);
  const format = nodeAv.avGetSampleFmtFromName(plan.sampleFormat);
  const context = await openContext(nodeAv, found, { sampleRate, channels, format });
  let next = 0n;
  let given = false;
  let refused = 0;
  return {
    encode: async (frame) => {
      if (frame) {
        // what a filter gives at the very end may have no time
        if (frame.pts === nodeAv.AV_NOPTS_VALUE) frame.pts = next;
        next = frame.pts + BigInt(frame.nbSamples);
      }
      // Samples that are no numbers, as damaged sound can give, are refused and left out; but not all of them.
      const sent = await context.sendFrame(frame);
      if (sent < 0) refused = sent;
      if (!frame && !given) nodeAv.FFmpegError.throwIfError(refused, "Encoding sound");
      const packets: SoundPacket[] = [];
      for (;;) {
        using packet = new nodeAv.Packet();
        packet.alloc();
        if ((await context.receivePacket(packet)) < 0) return packets;
        given = true;
        packets.push({
          data: Uint8Array.from(packet.data ?? []),
          timestamp: Number(packet.pts) / sampleRate,
          duration: Number(packet.duration > 0n ? packet.duration : plan.frameSize) / sampleRate,
        });
      }
    },
    [Symbol.dispose]: () => context.freeContext(),
  };
}

function findEncoder(nodeAv: NodeAv, codec: "aac" | "opus"): Codec | null {
  // FFmpeg's own Opus encoder is an experiment.
  return nodeAv.Codec.findEncoderByName(codec === "aac" ? nodeAv.FF_ENCODER_AAC : nodeAv.FF_ENCODER_LIBOPUS);
}

async function openContext(
  nodeAv: NodeAv,
  codec: Codec,
  {
    sampleRate,
    channels,
    format,
  }: { sampleRate: number; channels: number; format: CodecContext["sampleFormat"] },
): Promise<CodecContext> {
  const context = new nodeAv.CodecContext();
  context.allocContext3(codec);
  context.sampleRate = sampleRate;
  context.channelLayout = nodeAv.avChannelLayoutDefault(channels);
  context.sampleFormat = format;
  context.timeBase = new nodeAv.Rational(1, sampleRate);
  context.bitRate = BigInt(channels * bitrateOfChannel);
  context.setFlags(nodeAv.AV_CODEC_FLAG_GLOBAL_HEADER);
  const opened = await context.open2(codec);
  if (opened < 0) context.freeContext();
  nodeAv.FFmpegError.throwIfError(opened, "Opening the sound's encoder");
  return context;
}

/** The rate itself where it is supported, else the nearest above, else the highest. */
function chooseRate(rate: number, supported: readonly number[] | null): number {
  if (!supported || supported.length === 0 || supported.includes(rate)) return rate;
  const ascending = supported.toSorted((a, b) => a - b);
  return ascending.find((each) => each >= rate) ?? ascending.at(-1) ?? rate;
}
