/** Opens FFmpeg's encoders: the first that takes the settings; one of hardware only once it has encoded a few pictures. */

import { availableParallelism } from "node:os";
import type { ColorSpace, EncodeOptions, Encoding, Size, VideoCodec } from "@tatami/core";
import type {
  CodecContext,
  Frame as NativeFrame,
  HardwareDeviceContext,
  HardwareFramesContext,
  IRational,
} from "node-av";
import type { EncoderFormat } from "../../../picture/write-picture.ts";
import { describeResult } from "../../input/errors.ts";
import type { NodeAv } from "../../node-av.ts";
import { allocatePacket } from "../../node-av.ts";
import { stateColor } from "../../pictures/colors.ts";
import type { HdrMetadata } from "../../pictures/hdr-metadata.ts";
import { contentLightText, masteringText } from "../../pictures/hdr-metadata.ts";
import type { EncoderSetup } from "./encoders.ts";
import { encodersFor } from "./encoders.ts";

/** Seconds between key frames. */
export const keyFrameInterval = 2;
/** More threads than this hold back more frames than they save time. */
const mostThreads = 8;
/** Pictures that hardware has to encode before it is believed. */
const trialPictures = 4;

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
  /** Bits a sample. */
  readonly bits: 8 | 10;
  /** What is stated of a high dynamic range. */
  readonly hdr: HdrMetadata;
  /** What was asked for of the encoder itself. */
  readonly asked: Pick<EncodeOptions, "crf" | "preset" | "encoder">;
  /** The encoder that was found for it. @defaultValue the first that opens */
  readonly setup?: EncoderSetup;
  /** Whether the same frames are to give the same packets each time, as far as the encoder can. @defaultValue false */
  readonly isRepeatable?: boolean;
}

/** An open encoder's context. Dispose of it. */
export interface OpenContext extends Disposable {
  readonly context: CodecContext;
  readonly setup: EncoderSetup;
  /** What pictures are written as. */
  readonly format: EncoderFormat;
  /** Takes a picture over and gives the one that is sent: where hardware has a memory of its own, a copy there. */
  upload(picture: NativeFrame): Promise<NativeFrame>;
}

/** Time 1 s in ticks of an encoder's clock. */
export function clockOf({ ticksPerSecond }: VideoEncoding): IRational {
  return { num: 1, den: Math.min(ticksPerSecond, 1_000_000) };
}

/** What was found, and what was set aside before it. */
export interface FoundContext {
  readonly opened: OpenContext | undefined;
  readonly rejected: NonNullable<Encoding["rejectedEncoders"]>;
}

/**
 * Opens the first encoder of this build that takes these settings, if any does.
 *
 * @param candidates in the order they are tried. @defaultValue what the encoding asks for
 */
export async function openVideoContext(
  nodeAv: NodeAv,
  encoding: VideoEncoding,
  candidates: readonly EncoderSetup[] = encoding.setup
    ? [encoding.setup]
    : encodersFor(encoding.codec, encoding.asked),
): Promise<FoundContext> {
  const rejected: { encoder: string; reason: string }[] = [];
  for (const setup of candidates) {
    const opened = await tryOpen(nodeAv, setup, encoding);
    const failure = typeof opened === "string" ? opened : await tryHardware(nodeAv, opened, encoding);
    if (failure === undefined && typeof opened !== "string")
      return { opened: await reopen(opened), rejected };
    if (setup.isHardware) rejected.push({ encoder: setup.name, reason: failure ?? "it does not open" });
  }
  return { opened: undefined, rejected };

  // what was tried has ended its stream
  async function reopen(opened: OpenContext): Promise<OpenContext | undefined> {
    if (!opened.setup.isHardware || encoding.setup) return opened;
    opened[Symbol.dispose]();
    const again = await tryOpen(nodeAv, opened.setup, encoding);
    return typeof again === "string" ? undefined : again;
  }
}

/** SVT-AV1 speaks to the terminal, which is the user's, unless it is told to speak of errors that end it only. */
function silenceSvt(): void {
  process.env["SVT_LOG"] ??= "0";
}

/** @returns why it cannot be, in FFmpeg's words. */
async function tryOpen(
  nodeAv: NodeAv,
  setup: EncoderSetup,
  encoding: VideoEncoding,
): Promise<OpenContext | string> {
  const { width, height, bitrate, frameRate, pixelAspectRatio, withAlpha, bits, asked } = encoding;
  const codec = nodeAv.Codec.findEncoderByName(
    setup.name as Parameters<NodeAv["Codec"]["findEncoderByName"]>[0],
  );
  if (!codec) return "this FFmpeg has not got it";
  silenceSvt();
  const format = setup.formats[bits];
  const context = new nodeAv.CodecContext();
  context.allocContext3(codec);
  context.width = width;
  context.height = height;
  context.pixelFormat = withAlpha ? nodeAv.AV_PIX_FMT_YUVA420P : pixelFormatOf(nodeAv, format);
  const { num, den } = clockOf(encoding);
  context.timeBase = new nodeAv.Rational(num, den);
  context.framerate = new nodeAv.Rational(Math.round((frameRate ?? 30) * 1000), 1000);
  context.sampleAspectRatio = new nodeAv.Rational(pixelAspectRatio.numerator, pixelAspectRatio.denominator);
  context.bitRate = asked.crf === undefined ? BigInt(bitrate) : 0n;
  context.threadCount = Math.min(availableParallelism(), mostThreads);
  // key frames are asked for by time; this is only the most there may be between them
  context.gopSize = Math.max(1, Math.ceil(2 * keyFrameInterval * (frameRate ?? 30)));
  stateColor(nodeAv, context, encoding.color);
  context.chromaLocation = encoding.chromaLocation as CodecContext["chromaLocation"];
  context.setFlags(nodeAv.AV_CODEC_FLAG_GLOBAL_HEADER);
  const surfaces = setup.name.endsWith("_vaapi") ? openSurfaces(nodeAv, context, encoding) : undefined;
  const dispose = (): void => {
    context.freeContext();
    surfaces?.[Symbol.dispose]();
  };
  if (surfaces?.failed !== undefined) {
    dispose();
    return surfaces.failed;
  }
  using dictionary = nodeAv.Dictionary.fromObject(optionsFor(setup, encoding));
  const result = await context.open2(codec, dictionary);
  if (result < 0) {
    dispose();
    return describeResult(nodeAv, result);
  }
  const upload = surfaces?.upload ?? (async (picture: NativeFrame) => picture);
  return { context, setup, format, upload, [Symbol.dispose]: dispose };
}

function pixelFormatOf(nodeAv: NodeAv, format: EncoderFormat): CodecContext["pixelFormat"] {
  const formats = {
    yuv420p: nodeAv.AV_PIX_FMT_YUV420P,
    yuv420p10le: nodeAv.AV_PIX_FMT_YUV420P10LE,
    nv12: nodeAv.AV_PIX_FMT_NV12,
    p010le: nodeAv.AV_PIX_FMT_P010LE,
  };
  return formats[format];
}

/** The encoder's private options: its own, and what it writes into the stream itself. */
function optionsFor(setup: EncoderSetup, encoding: VideoEncoding): Record<string, string> {
  const { name, options } = setup;
  const { hdr, withAlpha, isRepeatable = false } = encoding;
  const light = contentLightText(hdr);
  if (name === "libx264" && isRepeatable) return { ...options, ...repeatably(encoding) };
  if (name === "libx265") {
    const display = masteringText(hdr, "x265");
    const stated = [
      ...(display === undefined ? [] : [`master-display=${display}`]),
      ...(light === undefined ? [] : [`max-cll=${light}`]),
    ];
    return { ...options, "x265-params": ["log-level=none", ...stated].join(":") };
  }
  if (name === "libsvtav1") {
    const display = masteringText(hdr, "svt");
    const stated = [
      ...(display === undefined ? [] : [`mastering-display=${display}`]),
      ...(light === undefined ? [] : [`content-light=${light}`]),
    ];
    return stated.length === 0 ? { ...options } : { ...options, "svtav1-params": stated.join(":") };
  }
  // libvpx cannot look ahead with transparency
  return { ...options, ...(withAlpha ? { "auto-alt-ref": "0" } : {}) };
}

/**
 * x264 that looks ahead in a thread of its own gives packets that depend on how the threads meet, by some bytes in a
 * thousand; of narrow pictures its AVX2 code does so in one thread, too. Measured with x264 165: neither with these.
 */
function repeatably({ width }: VideoEncoding): Readonly<Record<string, string>> {
  const isNarrow = width < 640 && process.arch === "x64";
  return { "x264-params": `sync-lookahead=0${isNarrow ? ":asm=avx" : ""}` };
}

/** Where hardware keeps pictures in a memory of its own. */
interface Surfaces extends Disposable {
  readonly failed?: string;
  readonly upload: OpenContext["upload"];
}

function openSurfaces(nodeAv: NodeAv, context: CodecContext, encoding: VideoEncoding): Surfaces {
  const { width, height, bits } = encoding;
  const device: HardwareDeviceContext = new nodeAv.HardwareDeviceContext();
  const frames: HardwareFramesContext = new nodeAv.HardwareFramesContext();
  const dispose = (): void => {
    frames.free();
    device.free();
  };
  const upload = async (picture: NativeFrame): Promise<NativeFrame> => {
    const surface = new nodeAv.Frame();
    surface.alloc();
    try {
      nodeAv.FFmpegError.throwIfError(frames.getBuffer(surface), "Taking a surface");
      nodeAv.FFmpegError.throwIfError(await frames.transferData(surface, picture), "Filling a surface");
      nodeAv.FFmpegError.throwIfError(surface.copyProps(picture), "Naming a surface");
      return surface;
    } catch (error) {
      surface.free();
      throw error;
    } finally {
      picture.free();
    }
  };
  const failing = (result: number): Surfaces => ({
    failed: describeResult(nodeAv, result),
    upload,
    [Symbol.dispose]: dispose,
  });
  const made = device.create(nodeAv.AV_HWDEVICE_TYPE_VAAPI);
  if (made < 0) return failing(made);
  frames.alloc(device);
  frames.format = nodeAv.AV_PIX_FMT_VAAPI;
  frames.swFormat = bits === 10 ? nodeAv.AV_PIX_FMT_P010LE : nodeAv.AV_PIX_FMT_NV12;
  frames.width = width;
  frames.height = height;
  frames.initialPoolSize = 20;
  const ready = frames.init();
  if (ready < 0) return failing(ready);
  context.pixelFormat = nodeAv.AV_PIX_FMT_VAAPI;
  context.hwFramesCtx = frames;
  return { upload, [Symbol.dispose]: dispose };
}

/** Hardware that opens may still fail at its first picture. @returns why it is set aside; it is closed then. */
async function tryHardware(
  nodeAv: NodeAv,
  opened: OpenContext,
  encoding: VideoEncoding,
): Promise<string | undefined> {
  if (!opened.setup.isHardware || encoding.setup) return undefined;
  const { context, format } = opened;
  try {
    for (let index = 0; index < trialPictures; index++) {
      const blank = new nodeAv.Frame();
      blank.alloc();
      blank.format = pixelFormatOf(nodeAv, format);
      blank.width = encoding.width;
      blank.height = encoding.height;
      nodeAv.FFmpegError.throwIfError(blank.allocBuffer(), "Allocating a picture");
      for (const plane of blank.data ?? []) plane.fill(128);
      blank.pts = BigInt(index) * BigInt(Math.max(1, Math.round(clockOf(encoding).den / 30)));
      using picture = await opened.upload(blank);
      nodeAv.FFmpegError.throwIfError(await context.sendFrame(picture), "Trying");
    }
    nodeAv.FFmpegError.throwIfError(await context.sendFrame(null), "Trying");
    using packet = allocatePacket(nodeAv);
    nodeAv.FFmpegError.throwIfError(await context.receivePacket(packet), "Trying");
    return undefined;
  } catch (error) {
    opened[Symbol.dispose]();
    return `it opens, but does not encode (${error instanceof Error ? error.message : String(error)})`;
  }
}
