/**
 * H.264 for mediabunny by x264, on all cores and at its "veryfast" preset.
 *
 * @mediabunny/server has an encoder too, but on one core and at x264's default preset: in a pipeline that upscales it
 * was the slow stage by far. It stays in use for Matroska, whose writer does not take Annex B.
 */

import { availableParallelism } from "node:os";
import type { VideoCodec, VideoSample } from "mediabunny";
import { CustomVideoEncoder, EncodedPacket } from "mediabunny";
import type { CodecSession } from "./codec-session.ts";
import { closeCodecSession, createCodecSession } from "./codec-session.ts";

type NodeAv = typeof import("node-av");
type Server = typeof import("@mediabunny/server");

/** Frames that x264 holds back at most: its look-ahead and one a thread. */
const maxTimings = 512;
/** More threads than this hold back more frames than they save time. */
const mostThreads = 8;

interface Timing {
  readonly timestamp: number;
  readonly duration: number;
}

/** Makes the encoder class for the loaded packages. It takes what is to be Annex B, at a bitrate. */
export function createX264Class(nodeAv: NodeAv, server: Server): typeof CustomVideoEncoder {
  const codec = nodeAv.Codec.findEncoderByName(nodeAv.FF_ENCODER_LIBX264);

  return class X264Encoder extends CustomVideoEncoder {
    #encoding: CodecSession | undefined;
    #described = false;
    /** The exact times of frames inside the encoder, by their microsecond. */
    readonly #timings = new Map<bigint, Timing>();

    static override supports(name: VideoCodec, config: VideoEncoderConfig): boolean {
      const { avc, bitrateMode, alpha } = config;
      return (
        codec !== null &&
        name === "avc" &&
        avc?.format === "annexb" &&
        bitrateMode !== "quantizer" &&
        alpha !== "keep"
      );
    }

    override init(): void {}

    override async encode(sample: VideoSample, { keyFrame }: VideoEncoderEncodeOptions): Promise<void> {
      this.#encoding ??= await this.#open();
      const { context, frame } = this.#encoding;
      // what the last one held is let go of first: a frame is filled anew by reference
      frame.unref();
      await server.toAvFrame(sample, frame);
      const time = BigInt(sample.microsecondTimestamp);
      this.#timings.set(time, { timestamp: sample.timestamp, duration: sample.duration });
      if (this.#timings.size > maxTimings) this.#timings.delete(this.#timings.keys().next().value ?? 0n);
      frame.pts = time;
      frame.timeBase = new nodeAv.Rational(1, 1_000_000);
      frame.pictType = keyFrame ? nodeAv.AV_PICTURE_TYPE_I : nodeAv.AV_PICTURE_TYPE_NONE;
      nodeAv.FFmpegError.throwIfError(await context.sendFrame(frame), "Encoding");
      await this.#receive(this.#encoding);
    }

    override async flush(): Promise<void> {
      if (!this.#encoding) return;
      nodeAv.FFmpegError.throwIfError(
        await this.#encoding.context.sendFrame(null),
        "Encoding the last frames",
      );
      await this.#receive(this.#encoding);
      // an encoder that was told of its end takes no more
      this.close();
    }

    override close(): void {
      if (this.#encoding) closeCodecSession(this.#encoding);
      this.#encoding = undefined;
    }

    async #open(): Promise<CodecSession> {
      const { width, height, displayWidth = width, displayHeight = height, bitrate, framerate } = this.config;
      const context = new nodeAv.CodecContext();
      context.allocContext3(codec);
      context.width = width;
      context.height = height;
      context.pixelFormat = nodeAv.AV_PIX_FMT_YUV420P;
      context.timeBase = new nodeAv.Rational(1, 1_000_000);
      context.framerate = new nodeAv.Rational(Math.round((framerate ?? 30) * 1000), 1000);
      context.sampleAspectRatio = new nodeAv.Rational(displayWidth * height, displayHeight * width);
      context.bitRate = BigInt(bitrate ?? 1_000_000);
      context.threadCount = Math.min(availableParallelism(), mostThreads);
      context.setOption("preset", "veryfast");
      nodeAv.FFmpegError.throwIfError(await context.open2(), "Opening x264");
      return createCodecSession(nodeAv, context);
    }

    async #receive({ context, packet }: CodecSession): Promise<void> {
      for (;;) {
        const received = await context.receivePacket(packet);
        if (received === nodeAv.AVERROR_EAGAIN || received === nodeAv.AVERROR_EOF) return;
        nodeAv.FFmpegError.throwIfError(received, "Encoding");
        const data = new Uint8Array(packet.data ?? []);
        const timing = this.#timings.get(packet.pts);
        this.#timings.delete(packet.pts);
        const { timestamp, duration } = timing ?? { timestamp: Number(packet.pts) / 1e6, duration: 0 };
        const made = new EncodedPacket(data, packet.isKeyframe ? "key" : "delta", timestamp, duration);
        packet.unref();
        this.onPacket(made, this.#described ? undefined : { decoderConfig: this.#describe() });
        this.#described = true;
      }
    }

    // without a description, which says that packets are Annex B and hold their parameter sets
    #describe(): VideoDecoderConfig {
      const { width, height, displayWidth = width, displayHeight = height, codec: name } = this.config;
      return {
        codec: name,
        codedWidth: width,
        codedHeight: height,
        displayAspectWidth: displayWidth,
        displayAspectHeight: displayHeight,
      };
    }
  };
}
