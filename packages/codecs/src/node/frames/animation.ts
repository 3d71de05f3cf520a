/** Moving pictures as browsers show them in place of still ones: animated GIF and WebP. */

import type { Size } from "@tatami/core";
import { TatamiError } from "@tatami/core";
import type { Codec, CodecContext, FormatContext, Frame, Packet, Stream } from "node-av";
import { nothingWritten } from "../../driver/check-writing.ts";
import { explainWriting } from "../output/explain-writing.ts";
import { createSink } from "../output/file/sink.ts";
import type { NodeAv } from "../node-av.ts";
import { allocatePacket, loadNodeAv } from "../node-av.ts";
import { openFilterGraph } from "../pictures/filter-chain.ts";
import type { FilterChain } from "../pictures/filter-chain.ts";

/** How an animation is made. */
export interface AnimationOptions extends Size {
  readonly format: "gif" | "webp";
  /** From 1 (smallest) to 100 (best), of WebP. @defaultValue 75 */
  readonly quality?: number;
}

/** An animation being written, which goes round for ever. Finish it or cancel it. */
export interface AnimationWriter {
  /** Takes a picture of four bytes a pixel: blue, green, red and alpha. Times are seconds, and rise. */
  write(bgra: Uint8Array, timestamp: number, duration: number): Promise<void>;
  /** @returns bytes written. */
  finish(): Promise<number>;
  cancel(): Promise<void>;
}

/** Ticks a second: GIF counts hundredths, WebP thousandths. */
const forms = {
  gif: { encoder: "gif", ticks: 100 },
  webp: { encoder: "libwebp_anim", ticks: 1000 },
} as const;

/**
 * Begins an animation at a path. A GIF's colours are chosen for each picture anew, 256 of them.
 *
 * @throws TatamiError `unsupported-codec` where this FFmpeg cannot write it, `output-failed`.
 */
export async function createAnimation(path: string, options: AnimationOptions): Promise<AnimationWriter> {
  const nodeAv = await loadNodeAv();
  const { encoder: name, ticks } = forms[options.format];
  const codec = nodeAv.Codec.findEncoderByName(name as Parameters<NodeAv["Codec"]["findEncoderByName"]>[0]);
  if (!codec) throw notWritten(options.format, `it has no encoder ${name}`);
  const sink = await createSink(nodeAv, path, undefined);
  let opened: Opened | undefined;
  const span: Span = { first: 0, last: -1, end: 0 };
  let isOver = false;
  const end = async (): Promise<void> => {
    isOver = true;
    opened?.palette?.[Symbol.dispose]();
    opened?.context.freeContext();
    opened = undefined;
    await sink.close();
  };
  const cancel = async (): Promise<void> => {
    if (isOver) return;
    await end();
    await sink.discard();
  };
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      await cancel();
      throw explainWriting(nodeAv, error, sink);
    }
  };
  const encode = async (frame: Frame | null): Promise<void> => {
    const { context, output, stream } = opened!;
    nodeAv.FFmpegError.throwIfError(await context.sendFrame(frame), "Encoding");
    for (;;) {
      const packet = allocatePacket(nodeAv);
      const received = await context.receivePacket(packet);
      if (received < 0) {
        packet.free();
        if (received === nodeAv.AVERROR_EAGAIN || received === nodeAv.AVERROR_EOF) return;
        nodeAv.FFmpegError.throwIfError(received, "Encoding");
      }
      if (options.format === "gif") keepLength(packet, span);
      else packet.data = withLastLength(Buffer.from(packet.data ?? []), span);
      writePacket(nodeAv, packet, context, output, stream);
    }
  };
  const encodeAll = async (frames: readonly Frame[]): Promise<void> => {
    for (const frame of frames) {
      using each = frame;
      await encode(each);
    }
  };
  return {
    write: (bgra, timestamp, duration) =>
      guarded(async () => {
        opened ??= await open(nodeAv, codec, options, sink);
        const frame = pictureOf(nodeAv, bgra, options);
        if (span.last < 0) span.first = Math.max(0, Math.round(timestamp * ticks));
        span.last = Math.max(span.last + 1, Math.round(timestamp * ticks));
        span.end = span.last + Math.max(1, Math.round(duration * ticks));
        frame.pts = BigInt(span.last);
        frame.duration = BigInt(span.end - span.last);
        frame.timeBase = opened.context.timeBase;
        await encodeAll(opened.palette ? await opened.palette.push(frame) : [frame]);
      }),
    finish: () =>
      guarded(async () => {
        if (!opened) throw nothingWritten();
        if (opened.palette) await encodeAll(await opened.palette.push(null));
        await encode(null);
        nodeAv.FFmpegError.throwIfError(await opened.output.writeTrailer(), "Writing the end");
        await end();
        return (await sink.commit("")).size;
      }),
    cancel,
  };
}

/** When the first picture is shown, and the last so far, and when that ends: ticks. */
interface Span {
  first: number;
  last: number;
  end: number;
}

/** The filters that choose colours forget how long a picture lasts, which of the last one nothing else says. */
function keepLength(packet: Packet, { last, end }: Span): void {
  if (packet.pts === BigInt(last)) packet.duration = BigInt(end - last);
}

/** Milliseconds at most: 24 bits. */
const longest = 2 ** 24 - 1;

/**
 * A WebP whose last picture lasts as long as it was to: FFmpeg does not tell the encoder, which takes the mean of the others.
 * Source: developers.google.com/speed/webp/docs/riff_container, "Animation".
 */
function withLastLength(bytes: Buffer, { first, end }: Span): Buffer {
  let [lastAt, before, length] = [-1, 0, 0];
  for (let at = 12; at + 8 <= bytes.length;) {
    const size = bytes.readUInt32LE(at + 4);
    if (bytes.toString("latin1", at, at + 4) === "ANMF") {
      before += length;
      // behind its place and its size, three bytes for each number
      lastAt = at + 8 + 12;
      length = bytes.readUIntLE(lastAt, 3);
    }
    at += 8 + size + (size & 1);
  }
  if (lastAt >= 0) bytes.writeUIntLE(Math.min(longest, Math.max(1, end - first - before)), lastAt, 3);
  return bytes;
}

interface Opened {
  readonly context: CodecContext;
  readonly output: FormatContext;
  readonly stream: Stream;
  /** Chooses the colours of each picture. */
  readonly palette: FilterChain | undefined;
}

async function open(
  nodeAv: NodeAv,
  codec: Codec,
  { format, width, height, quality = 75 }: AnimationOptions,
  sink: { open(context: FormatContext): Promise<void> },
): Promise<Opened> {
  const check = (result: number, doing: string): void => nodeAv.FFmpegError.throwIfError(result, doing);
  const output = new nodeAv.FormatContext();
  check(output.allocOutputContext2(null, format, null), `Choosing ${format}`);
  await sink.open(output);
  const context = new nodeAv.CodecContext();
  context.allocContext3(codec);
  context.width = width;
  context.height = height;
  context.pixelFormat = format === "gif" ? nodeAv.AV_PIX_FMT_PAL8 : nodeAv.AV_PIX_FMT_BGRA;
  context.timeBase = new nodeAv.Rational(1, forms[format].ticks);
  using settings = nodeAv.Dictionary.fromObject(format === "webp" ? { quality: String(quality) } : {});
  check(await context.open2(codec, settings), `Opening the encoder of ${format}`);
  const stream = output.newStream();
  check(stream.codecpar.fromContext(context), "Describing the pictures");
  stream.timeBase = context.timeBase;
  using muxing = nodeAv.Dictionary.fromObject({ loop: "0" });
  check(await output.writeHeader(muxing), "Writing the header");
  const palette = format === "gif" ? await openPalette(nodeAv, width, height) : undefined;
  return { context, output, stream, palette };
}

/** Each picture twice: once to choose its colours, once to be drawn in them. */
function openPalette(nodeAv: NodeAv, width: number, height: number): Promise<FilterChain> {
  const source = [`video_size=${width}x${height}`, "pix_fmt=bgra", `time_base=1/${forms.gif.ticks}`];
  return openFilterGraph(
    nodeAv,
    [
      ["buffer", source],
      ["split", []],
      ["palettegen", ["stats_mode=single"]],
      ["paletteuse", ["new=1"]],
      ["buffersink", []],
    ],
    [
      [0, 0, 1, 0],
      [1, 0, 3, 0],
      [1, 1, 2, 0],
      [2, 0, 3, 1],
      [3, 0, 4, 0],
    ],
  );
}

function pictureOf(nodeAv: NodeAv, bgra: Uint8Array, { width, height }: Size): Frame {
  const frame = new nodeAv.Frame();
  frame.alloc();
  frame.format = nodeAv.AV_PIX_FMT_BGRA;
  frame.width = width;
  frame.height = height;
  nodeAv.FFmpegError.throwIfError(frame.allocBuffer(), "Allocating a picture");
  const stride = frame.linesize[0] ?? 4 * width;
  for (let y = 0; y < height; y++)
    frame.data![0]!.set(bgra.subarray(4 * width * y, 4 * width * (y + 1)), stride * y);
  return frame;
}

function writePacket(
  nodeAv: NodeAv,
  packet: Packet,
  context: CodecContext,
  output: FormatContext,
  stream: Stream,
): void {
  packet.streamIndex = stream.index;
  packet.rescaleTs(context.timeBase, stream.timeBase);
  const written = output.interleavedWriteFrameSync(packet);
  packet.free();
  nodeAv.FFmpegError.throwIfError(written, "Writing");
}

function notWritten(format: string, why: string): TatamiError<"unsupported-codec"> {
  return new TatamiError({
    code: "unsupported-codec",
    message: `This FFmpeg cannot write an animated ${format}: ${why}.`,
    fix: "Write numbered pictures (frames/%05d.png) or a video (.webm, .mp4) instead.",
  });
}
