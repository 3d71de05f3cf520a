/** An FFmpeg decoder of one stream: packets in, pictures or sound out, and what cannot be decoded told. */

import type { Codec, CodecContext, Frame, Packet } from "node-av";
import type { NodeAv } from "../node-av.ts";
import { describeResult, noDecoder } from "../input/errors.ts";
import type { InputStream } from "../input/input-streams.ts";
import { tellPartOfPicture } from "../frames/raw-input.ts";

/** A decoder. Its calls must not overlap. */
export interface StreamDecoder extends Disposable {
  /** Hands a packet over, or `null` at the end. @returns FFmpeg's words when it cannot be decoded. */
  send(packet: Packet | null): Promise<string | undefined>;
  /** The next frame, the caller's to free; nothing when it wants another packet or is done. */
  receive(): Promise<{ readonly frame: Frame } | { readonly failed: string } | undefined>;
}

/**
 * Opens the decoder of a stream.
 *
 * @param threads 0 for as many as there are cores.
 * @throws TatamiError `unsupported-codec` when this FFmpeg has none, or it refuses the stream.
 */
export async function openStreamDecoder(
  nodeAv: NodeAv,
  stream: InputStream,
  threads = 0,
): Promise<StreamDecoder> {
  const codec = findDecoder(nodeAv, stream);
  if (!codec) throw noDecoder(stream.codec);
  const context = new nodeAv.CodecContext();
  context.allocContext3(codec);
  const opened = await openContext(nodeAv, context, stream, threads);
  if (opened < 0) {
    context.freeContext();
    throw noDecoder(stream.codec, describeResult(nodeAv, opened));
  }
  return {
    send: async (packet) => {
      const sent = await context.sendPacket(packet);
      if (sent >= 0 || sent === nodeAv.AVERROR_EOF) return undefined;
      return tellPartOfPicture(nodeAv, stream, packet?.size ?? 0) ?? describeResult(nodeAv, sent);
    },
    receive: async () => {
      const frame = new nodeAv.Frame();
      frame.alloc();
      const received = await context.receiveFrame(frame);
      if (received >= 0) return { frame };
      frame.free();
      if (received === nodeAv.AVERROR_EAGAIN || received === nodeAv.AVERROR_EOF) return undefined;
      return { failed: describeResult(nodeAv, received) };
    },
    [Symbol.dispose]: () => context.freeContext(),
  };
}

/** Only libvpx decodes the transparency that WebM keeps beside a picture. */
function findDecoder(nodeAv: NodeAv, { codec, parameters, hasAlphaBeside }: InputStream): Codec | null {
  const libvpx = codec === "vp9" ? nodeAv.FF_DECODER_LIBVPX_VP9 : nodeAv.FF_DECODER_LIBVPX_VP8;
  const beside = hasAlphaBeside && (codec === "vp8" || codec === "vp9");
  return (
    (beside ? nodeAv.Codec.findDecoderByName(libvpx) : null) ?? nodeAv.Codec.findDecoder(parameters.codecId)
  );
}

async function openContext(
  nodeAv: NodeAv,
  context: CodecContext,
  stream: InputStream,
  threads: number,
): Promise<number> {
  const set = context.parametersToContext(stream.parameters);
  if (set < 0) return set;
  context.pktTimebase = new nodeAv.Rational(stream.timeBase.num, stream.timeBase.den);
  context.threadCount = threads;
  return context.open2();
}
