/** Real compression of a few pictures: through an encoder and back through its decoder. */

import { checkNumber, checkOneOf, invalidOption, TatamiError, throwIfAborted } from "@tatami/core";
import type { CodecContext, Frame, Packet } from "node-av";
import type { CompressionCodec } from "./compression-codecs.ts";
import { compressionCodecs, findCompression } from "./compression-codecs.ts";
import { loadNodeAv } from "./node-av.ts";
import type { NodeAv } from "./node-av.ts";

/** An 8-bit 4:2:0 picture, its planes packed one after the other: luma, then both chroma, their sides rounded up. */
export interface I420Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** How pictures are compressed. */
export interface CompressOptions {
  readonly codec: CompressionCodec;
  /**
   * The higher, the worse. `avc` and `hevc`: constant rate factor, 0..51; `vp9` and `av1`: 0..63. `mpeg2`, `mpeg4`
   * (Part 2) and `mjpeg`: quantizer scale, 1..31.
   */
  readonly quantizer: number;
  /** Told of every packet that the encoder gives. */
  readonly onPacket?: (bytes: number, isKey: boolean) => void;
  readonly signal?: AbortSignal;
}

/**
 * Compresses pictures of one size as a short sequence at 25 pictures a second, and gives back what a decoder makes
 * of it, in the same order. The first is intra coded, the others are predicted, forwards and backwards where the
 * codec can. The same input gives the same output, as encoder and decoder run on one thread each.
 *
 * @throws TatamiError `invalid-option`, `missing-package`, `unsupported-codec` when the encoder is not in this build.
 */
export async function compressPictures(
  pictures: readonly I420Picture[],
  options: CompressOptions,
): Promise<readonly I420Picture[]> {
  const codec = checkOneOf("codec", options.codec, compressionCodecs);
  const quantizer = checkNumber("quantizer", options.quantizer, 0, 63);
  const [first] = pictures;
  if (!first) return [];
  for (const picture of pictures) checkPicture(picture, first);
  throwIfAborted(options.signal);
  const nodeAv = await loadNodeAv();
  const setup = findCompression(nodeAv, codec, quantizer);
  // encoders of 4:2:0 want even sides
  const evenSide = (side: number): number => Math.max(side + (side % 2), setup.smallestSide ?? 16);
  const [width, height] = [evenSide(first.width), evenSide(first.height)];
  using encoder = new nodeAv.CodecContext();
  encoder.allocContext3(setup.encoder);
  encoder.width = width;
  encoder.height = height;
  encoder.pixelFormat = setup.pixelFormat;
  encoder.timeBase = new nodeAv.Rational(1, 25);
  encoder.framerate = new nodeAv.Rational(25, 1);
  encoder.threadCount = 1;
  encoder.gopSize = 250;
  if (setup.quantizerScale !== undefined) {
    encoder.setFlags(nodeAv.AV_CODEC_FLAG_QSCALE);
    encoder.globalQuality = setup.quantizerScale * nodeAv.FF_QP2LAMBDA;
  }
  if (setup.bFrames !== undefined) encoder.maxBFrames = setup.bFrames;
  using dictionary = nodeAv.Dictionary.fromObject(setup.options);
  check(nodeAv, await encoder.open2(setup.encoder, dictionary), "Opening the encoder");
  using decoder = new nodeAv.CodecContext();
  decoder.allocContext3(setup.decoder);
  decoder.threadCount = 1;
  decoder.width = width;
  decoder.height = height;
  decoder.extraData = encoder.extraData;
  check(nodeAv, await decoder.open2(setup.decoder), "Opening the decoder");
  using packet = new nodeAv.Packet();
  packet.alloc();
  using decoded = new nodeAv.Frame();
  decoded.alloc();

  const found: I420Picture[] = [];
  const receive = async (): Promise<void> => {
    while (isReady(nodeAv, await decoder.receiveFrame(decoded), "Decoding")) {
      found.push(readPicture(decoded, first.width, first.height));
      decoded.unref();
    }
  };
  const pass = async (): Promise<void> => {
    while (isReady(nodeAv, await encoder.receivePacket(packet), "Encoding")) {
      options.onPacket?.(packet.size, packet.isKeyframe);
      await sendPacket(nodeAv, decoder, packet);
      packet.unref();
      await receive();
    }
  };
  for (const [index, picture] of pictures.entries()) {
    throwIfAborted(options.signal);
    using frame = createFrame(nodeAv, setup.pixelFormat, width, height);
    fillPicture(frame, picture);
    frame.pts = BigInt(index);
    if (setup.quantizerScale !== undefined) frame.quality = setup.quantizerScale * nodeAv.FF_QP2LAMBDA;
    check(nodeAv, await encoder.sendFrame(frame), "Encoding");
    await pass();
  }
  check(nodeAv, await encoder.sendFrame(null), "Encoding the last pictures");
  await pass();
  check(nodeAv, await decoder.sendPacket(null), "Decoding the last pictures");
  await receive();
  if (found.length === pictures.length) return found;
  throw new TatamiError({
    code: "internal",
    message: `${codec} gave back ${found.length} of ${pictures.length} pictures.`,
    fix: "Report this with the codec and the size of the pictures.",
    detail: { codec, width, height },
  });
}

function checkPicture(picture: I420Picture, first: I420Picture): void {
  const { width, height, data } = picture;
  const chroma = Math.ceil(width / 2) * Math.ceil(height / 2);
  const seen = `${width}×${height} with ${data.length} bytes`;
  if (width < 16 || height < 16 || width !== first.width || height !== first.height)
    throw invalidOption("pictures", "of one size, at least 16×16", seen);
  if (data.length !== width * height + 2 * chroma)
    throw invalidOption("pictures", `packed as I420 (${width * height + 2 * chroma} bytes)`, seen);
}

async function sendPacket(nodeAv: NodeAv, decoder: CodecContext, packet: Packet): Promise<void> {
  check(nodeAv, await decoder.sendPacket(packet), "Decoding");
}

/** Whether a codec had something to give, or `false` when it wants more or is done. */
function isReady(nodeAv: NodeAv, result: number, what: string): boolean {
  if (result === nodeAv.AVERROR_EAGAIN || result === nodeAv.AVERROR_EOF) return false;
  check(nodeAv, result, what);
  return true;
}

function check(nodeAv: NodeAv, result: number, what: string): void {
  nodeAv.FFmpegError.throwIfError(result, what);
}

function createFrame(nodeAv: NodeAv, format: Frame["format"], width: number, height: number): Frame {
  const frame = new nodeAv.Frame();
  frame.alloc();
  frame.format = format;
  frame.width = width;
  frame.height = height;
  check(nodeAv, frame.allocBuffer(), "Allocating a picture");
  return frame;
}

/** Copies the planes; where the frame is larger, the last column and row are repeated. */
function fillPicture(frame: Frame, { width, height, data }: I420Picture): void {
  const { linesize } = frame;
  let from = 0;
  for (const [index, plane] of (frame.data ?? []).entries()) {
    const [across, down] = index === 0 ? [width, height] : [Math.ceil(width / 2), Math.ceil(height / 2)];
    const rows = index === 0 ? frame.height : frame.height / 2;
    const columns = index === 0 ? frame.width : frame.width / 2;
    const stride = linesize[index] ?? columns;
    for (let y = 0; y < rows; y++) {
      const start = from + Math.min(y, down - 1) * across;
      plane.set(data.subarray(start, start + across), y * stride);
      if (columns > across) plane.fill(data[start + across - 1]!, y * stride + across, y * stride + columns);
    }
    from += across * down;
  }
}

function readPicture(frame: Frame, width: number, height: number): I420Picture {
  const [halfWidth, halfHeight] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const data = new Uint8Array(width * height + 2 * halfWidth * halfHeight);
  const { linesize } = frame;
  let to = 0;
  for (const [index, plane] of (frame.data ?? []).entries()) {
    const [across, down] = index === 0 ? [width, height] : [halfWidth, halfHeight];
    const stride = linesize[index] ?? across;
    for (let y = 0; y < down; y++, to += across)
      data.set(plane.subarray(y * stride, y * stride + across), to);
  }
  return { width, height, data };
}
