/**
 * FFmpeg's video decoders for mediabunny.
 *
 * @mediabunny/server has one too, but it throws out of `decode`, and mediabunny then leaves a rejected
 * promise that nobody handles, which ends a Node process. This one reports and never throws.
 */

import type { EncodedPacket, VideoCodec } from "mediabunny";
import { CustomVideoDecoder, VideoSample } from "mediabunny";
import type { Packet } from "node-av";
import type { CodecSession } from "./codec-session.ts";
import { closeCodecSession, createCodecSession } from "./codec-session.ts";

type NodeAv = typeof import("node-av");
type Server = typeof import("@mediabunny/server");

const handled: readonly VideoCodec[] = ["avc", "hevc", "vp8", "vp9", "av1"];

/** Packets whose times are remembered at most; decoders hold back far fewer frames than this. */
const maxTimings = 512;

/** Makes the decoder class for the loaded packages. */
export function createDecoderClass(nodeAv: NodeAv, server: Server): typeof CustomVideoDecoder {
  return class FfmpegVideoDecoder extends CustomVideoDecoder {
    #decoding: CodecSession | undefined;
    #failed = false;
    #sent = 0n;
    /** The exact times of packets inside the decoder, by the number FFmpeg carries for them. */
    readonly #timings = new Map<bigint, { readonly timestamp: number; readonly duration: number }>();

    static override supports(codec: VideoCodec): boolean {
      return handled.includes(codec);
    }

    override init(): void {}

    override async decode(packet: EncodedPacket): Promise<void> {
      await this.#guarded(async () => {
        this.#decoding ??= await this.#open(packet);
        const { context, packet: native } = this.#decoding;
        const number = this.#sent;
        this.#sent += 1n;
        this.#timings.set(number, { timestamp: packet.timestamp, duration: packet.duration });
        if (this.#timings.size > maxTimings) this.#timings.delete(this.#timings.keys().next().value ?? 0n);
        fillPacket(nodeAv, native, packet, number);
        const sent = await context.sendPacket(native);
        native.unref();
        nodeAv.FFmpegError.throwIfError(sent, "Decoding");
        await this.#receive(this.#decoding);
      });
    }

    override async flush(): Promise<void> {
      await this.#guarded(async () => {
        if (!this.#decoding) return;
        nodeAv.FFmpegError.throwIfError(
          await this.#decoding.context.sendPacket(null),
          "Decoding the last frames",
        );
        await this.#receive(this.#decoding);
        this.#decoding.context.flushBuffers();
      });
    }

    override close(): void {
      if (this.#decoding) closeCodecSession(this.#decoding);
      this.#decoding = undefined;
    }

    async #guarded(work: () => Promise<void>): Promise<void> {
      if (this.#failed) return;
      try {
        await work();
      } catch (error) {
        this.#failed = true;
        this.onError(error);
      }
    }

    async #open(packet: EncodedPacket): Promise<CodecSession> {
      const { config } = this;
      const codec = findDecoder(nodeAv, this.codec, packet.sideData.alpha !== undefined);
      if (!codec) throw new Error(`This FFmpeg has no decoder for ${this.codec}`);
      const context = new nodeAv.CodecContext();
      context.allocContext3(codec);
      context.width = config.codedWidth ?? 0;
      context.height = config.codedHeight ?? 0;
      context.extraData = config.description ? toBuffer(config.description) : null;
      // Makes H.264 wait for as many frames as the stream may reorder, where it does not say how many.
      const options = nodeAv.Dictionary.fromObject({ strict: nodeAv.FF_COMPLIANCE_STRICT });
      nodeAv.FFmpegError.throwIfError(await context.open2(codec, options), "Opening the decoder");
      return createCodecSession(nodeAv, context);
    }

    async #receive({ context, frame }: CodecSession): Promise<void> {
      for (;;) {
        const received = await context.receiveFrame(frame);
        if (received === nodeAv.AVERROR_EAGAIN || received === nodeAv.AVERROR_EOF) return;
        nodeAv.FFmpegError.throwIfError(received, "Decoding");
        const timing = this.#timings.get(frame.pts);
        this.#timings.delete(frame.pts);
        frame.sampleAspectRatio = this.#pixelAspectRatio();
        const own = frame.clone();
        if (!own) throw new Error("Out of memory for a decoded frame");
        const init = timing ?? { timestamp: Number.NaN, duration: 0 };
        this.onSample(new VideoSample(new server.AvFrameVideoSampleResource(own), init));
      }
    }

    #pixelAspectRatio(): InstanceType<NodeAv["Rational"]> {
      const {
        codedWidth = 1,
        codedHeight = 1,
        displayAspectWidth = codedWidth,
        displayAspectHeight = codedHeight,
      } = this.config;
      return new nodeAv.Rational(displayAspectWidth * codedHeight, displayAspectHeight * codedWidth);
    }
  };
}

function findDecoder(
  nodeAv: NodeAv,
  codec: VideoCodec,
  withAlpha: boolean,
): InstanceType<NodeAv["Codec"]> | null {
  const ids: Partial<Record<VideoCodec, Parameters<NodeAv["Codec"]["findDecoder"]>[0]>> = {
    avc: nodeAv.AV_CODEC_ID_H264,
    hevc: nodeAv.AV_CODEC_ID_HEVC,
    vp8: nodeAv.AV_CODEC_ID_VP8,
    vp9: nodeAv.AV_CODEC_ID_VP9,
    av1: nodeAv.AV_CODEC_ID_AV1,
  };
  const id = ids[codec];
  if (id === undefined) return null;
  // Only libvpx decodes the alpha that WebM keeps beside a picture.
  const name = { vp8: nodeAv.FF_DECODER_LIBVPX_VP8, vp9: nodeAv.FF_DECODER_LIBVPX_VP9 }[
    codec as "vp8" | "vp9"
  ];
  const libvpx = withAlpha && name !== undefined ? nodeAv.Codec.findDecoderByName(name) : null;
  return libvpx ?? nodeAv.Codec.findDecoder(id);
}

function fillPacket(nodeAv: NodeAv, native: Packet, packet: EncodedPacket, number: bigint): void {
  native.isKeyframe = packet.type === "key";
  native.data = Buffer.from(packet.data);
  native.timeBase = { num: 1, den: 1000 };
  native.pts = number;
  native.dts = nodeAv.AV_NOPTS_VALUE;
  const { alpha } = packet.sideData;
  if (!alpha) return;
  // Matroska's BlockAdditional: its number, 1, in eight bytes, then the alpha picture.
  const additional = Buffer.alloc(8 + alpha.byteLength);
  additional[7] = 1;
  additional.set(alpha, 8);
  native.addSideData(nodeAv.AV_PKT_DATA_MATROSKA_BLOCKADDITIONAL, additional);
}

function toBuffer(data: AllowSharedBufferSource): Buffer {
  return ArrayBuffer.isView(data)
    ? Buffer.from(data.buffer, data.byteOffset, data.byteLength)
    : Buffer.from(new Uint8Array(data));
}
