/** Small clips made on the spot in Node, for tests: a moving gradient and a tone, with exactly the times asked for. */

import type { ColorSpace, Container, Plane, Planes, Size } from "@tatami/core";
import { createPlane } from "@tatami/core";
import { AvFrameVideoSampleResource, registerMediabunnyServer } from "@mediabunny/server";
import type { Rotation, VideoCodec } from "mediabunny";
import {
  AudioSample,
  AudioSampleSource,
  BufferTarget,
  Output,
  Quality,
  TextSubtitleSource,
  VideoSample,
  VideoSampleSource,
} from "mediabunny";
import { createFormat } from "../mediabunny/output/create-format.ts";
import { fromColorSpace } from "../mediabunny/pictures/colors.ts";
import { i420Format, writeSubsampled } from "../picture/to-i420.ts";
import { loadNodeAv } from "../node/node-av.ts";

/** What a clip is made of. */
export interface ClipOptions {
  /** @defaultValue mp4 */
  readonly container?: Container;
  /** @defaultValue avc */
  readonly codec?: VideoCodec;
  /** @defaultValue 64×48 */
  readonly size?: Size;
  /** Ticks of the clock, one a frame. @defaultValue twelve frames, 1000 ticks apart */
  readonly ticks?: readonly number[];
  /** @defaultValue 30000 */
  readonly ticksPerSecond?: number;
  /** Ticks the last frame is shown. @defaultValue 1000 */
  readonly lastDuration?: number;
  readonly rotation?: Rotation;
  /** Width over height of a pixel. @defaultValue 1:1 */
  readonly pixelAspectRatio?: readonly [number, number];
  readonly color?: ColorSpace;
  /** Adds a half-transparent alpha plane; VP9 in WebM or MKV only. @defaultValue false */
  readonly alpha?: boolean;
  /** Audio tracks of one second each. @defaultValue none */
  readonly audio?: readonly ("aac" | "opus" | "flac" | "pcm-s16")[];
  /** A WebVTT text, as a subtitle track. @defaultValue none */
  readonly subtitles?: string;
  /** @defaultValue none */
  readonly title?: string;
  /** A Nero chapter list, as its box holds it. @defaultValue none */
  readonly chapterList?: Uint8Array;
}

/** Makes a clip, with FFmpeg's encoders. */
export async function makeClip(options: ClipOptions = {}): Promise<Blob> {
  const {
    container = "mp4",
    codec = "avc",
    size = { width: 64, height: 48 },
    ticksPerSecond = 30_000,
  } = options;
  const ticks = options.ticks ?? Array.from({ length: 12 }, (_, index) => index * 1000);
  registerMediabunnyServer({ hardwareContext: () => null });
  const target = new BufferTarget();
  const output = new Output({
    format: createFormat(container, undefined, options.chapterList === undefined ? "mdir" : "udta"),
    target,
  });
  const [numerator, denominator] = options.pixelAspectRatio ?? [1, 1];
  const video = new VideoSampleSource({
    codec,
    quality: new Quality({ bitrate: 300_000 }),
    hardwareAcceleration: "prefer-software",
    alpha: options.alpha ? "keep" : "discard",
    // The track's frame rate below is its clock; the encoder must not take it for frames a second.
    onEncoderConfig: (config) => void (config.framerate = 30),
    onEncodedPacket: (_packet, meta) => {
      if (!meta?.decoderConfig) return;
      meta.decoderConfig.displayAspectWidth = size.width * numerator;
      meta.decoderConfig.displayAspectHeight = size.height * denominator;
      meta.decoderConfig.colorSpace = options.color ? fromColorSpace(options.color) : {};
    },
  });
  output.addVideoTrack(video, {
    ...(container === "mp4" || container === "mov" ? { frameRate: ticksPerSecond } : {}),
    ...(options.rotation === undefined ? {} : { rotation: options.rotation }),
  });
  const tones = (options.audio ?? []).map((name) => {
    const source = new AudioSampleSource({ codec: name, quality: new Quality({ bitrate: 64_000 }) });
    output.addAudioTrack(source, { languageCode: "deu" });
    return source;
  });
  const text = options.subtitles === undefined ? undefined : new TextSubtitleSource("webvtt");
  if (text) output.addSubtitleTrack(text, { languageCode: "eng" });
  output.setMetadataTags({
    ...(options.title === undefined ? {} : { title: options.title }),
    ...(options.chapterList === undefined ? {} : { raw: { chpl: options.chapterList } }),
  });
  await output.start();
  for (const tone of tones) await addTone(tone);
  for (const [index, tick] of ticks.entries()) {
    const next = ticks[index + 1] ?? tick + (options.lastDuration ?? 1000);
    using sample = await createSample(drawGradient(size, index, options.alpha ?? false), {
      timestamp: tick / ticksPerSecond,
      duration: (next - tick) / ticksPerSecond,
    });
    await video.add(sample);
  }
  if (text && options.subtitles !== undefined) await text.add(options.subtitles);
  await output.finalize();
  return new Blob([target.buffer ?? new ArrayBuffer(0)]);
}

/** A sample of any size, odd ones too, which the server package's own copying does not take. */
async function createSample(
  planes: Planes,
  times: { readonly timestamp: number; readonly duration: number },
): Promise<VideoSample> {
  const nodeAv = await loadNodeAv();
  const frame = new nodeAv.Frame();
  frame.alloc();
  const isI420 = i420Format(planes, true) === "I420";
  frame.format = isI420 ? nodeAv.AV_PIX_FMT_YUV420P : nodeAv.AV_PIX_FMT_YUVA420P;
  frame.width = planes.luma.width;
  frame.height = planes.luma.height;
  frame.sampleAspectRatio = new nodeAv.Rational(1, 1);
  nodeAv.FFmpegError.throwIfError(frame.allocBuffer(), "Allocating a picture");
  const { linesize } = frame;
  writeSubsampled(
    planes,
    (frame.data ?? []).map((data, index) => ({ data, stride: linesize[index] ?? 0 })),
  );
  return new VideoSample(new AvFrameVideoSampleResource(frame), times);
}

/** Luma a frame of {@link makeClip} has at its top left, so that tests can tell frames apart. */
export function gradientStart(index: number): number {
  return 40 + ((index * 9) % 150);
}

function drawGradient(size: Size, index: number, alpha: boolean): Planes {
  const { width, height } = size;
  const grey = (of: Size): Plane => {
    const plane = createPlane(of);
    plane.data.fill(128);
    return plane;
  };
  const luma = createPlane(size);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++)
      luma.data[y * width + x] = gradientStart(index) + Math.floor((20 * (x + y)) / (width + height));
  }
  const half = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) };
  return { luma, chroma: [grey(half), grey(half)], ...(alpha ? { alpha: grey(size) } : {}) };
}

async function addTone(source: AudioSampleSource): Promise<void> {
  const sampleRate = 48_000;
  const data = Float32Array.from(
    { length: sampleRate },
    (_, index) => 0.3 * Math.sin((index * 440 * 2 * Math.PI) / sampleRate),
  );
  using sample = new AudioSample({ data, format: "f32", numberOfChannels: 1, sampleRate, timestamp: 0 });
  await source.add(sample);
  source.close();
}
