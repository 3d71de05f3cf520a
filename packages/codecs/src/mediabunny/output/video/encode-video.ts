/** The video track of an output: frames in, packets out, with the input's clock, shape and colour kept. */

import { webPictures } from "../../../web-codecs/web-pictures.ts";
import type { ColorSpace, Frame, VideoDescription, WriterInit } from "@tatami/core";
import type { EncodedPacket, Output, VideoTrackMetadata } from "mediabunny";
import { Quality, VideoSampleSource } from "mediabunny";
import { fromColorSpace, isUnstated } from "../../pictures/colors.ts";
import type { WritePlan } from "../plan-write.ts";

/** Seconds between key frames. */
const keyFrameInterval = 2;

/** Takes frames to encode. */
export interface VideoTrackWriter {
  /** Resolves when the encoder has room for the next. The frame stays the caller's. */
  add(frame: Frame, timestamp: number): Promise<void>;
  /** What the first frame stated, once there was one. */
  color(): ColorSpace | undefined;
}

/** A packet that came out, and what a muxer is told with it. */
export type OnPacket = (packet: EncodedPacket, meta: EncodedVideoChunkMetadata | undefined) => void;

/** Adds the video track; call before the output starts. @param onPacket given every packet */
export function createVideoTrack(
  output: Output,
  init: WriterInit,
  plan: WritePlan,
  videoIndex: number,
  onPacket?: OnPacket,
): VideoTrackWriter {
  const { size, reader } = init;
  const { video } = reader.description;
  const { codec, bitrate } = plan.encoding;
  const { numerator, denominator } = video.pixelAspectRatio;
  let color: ColorSpace | undefined;
  const source = new VideoSampleSource({
    codec,
    quality: new Quality({ bitrate }),
    keyFrameInterval,
    alpha: plan.keepAlpha ? "keep" : "discard",
    onEncoderConfig: (config) => {
      if (video.frameRate === null) delete config.framerate;
      else config.framerate = video.frameRate;
    },
    onEncodedPacket: (packet, meta) => {
      const config = meta?.decoderConfig;
      if (config && color) stateShape(config, color);
      onPacket?.(packet, meta);
    },
  });
  const stateShape = (config: VideoDecoderConfig, stated: ColorSpace): void => {
    // Exactly the input's: an encoder rounds the aspect ratio to whole pixels, and fills in colours.
    config.displayAspectWidth = size.width * numerator;
    config.displayAspectHeight = size.height * denominator;
    // one that states anything at all is written with all its parts, which are put right in the header
    config.colorSpace = isUnstated(stated) ? {} : { fullRange: false, ...fromColorSpace(stated) };
  };
  output.addVideoTrack(source, trackMetadata(init, plan, videoIndex));
  return {
    color: () => color,
    add: async (frame, timestamp) => {
      color ??= frame.color;
      const sample = await webPictures.create(await frame.planes(), plan.keepAlpha, {
        codedWidth: size.width,
        codedHeight: size.height,
        displayWidth:
          numerator > denominator ? Math.round((size.width * numerator) / denominator) : size.width,
        displayHeight:
          numerator < denominator ? Math.round((size.height * denominator) / numerator) : size.height,
        timestamp,
        // Without one, the last frame would be shown for no time at all, and players would drop it.
        duration: frame.duration > 0 ? frame.duration : 1 / (video.frameRate ?? 30),
        colorSpace: fromColorSpace(frame.color),
      });
      try {
        await source.add(sample);
      } finally {
        sample.close();
      }
    },
  };
}

/** What a container states of the track. */
export function trackMetadata(
  { reader }: WriterInit,
  { carried, encoding }: WritePlan,
  videoIndex: number,
): VideoTrackMetadata {
  const { video } = reader.description;
  const matroska = encoding.container === "mkv" || encoding.container === "webm";
  const { name, language, disposition, isFlipped = false } = carried.tracks.get(videoIndex) ?? {};
  return {
    rotation: video.rotation,
    ...(isFlipped && !matroska ? { flip: true } : {}),
    ...(name === undefined ? {} : { name }),
    ...(language === undefined ? {} : { languageCode: language }),
    ...(disposition === undefined ? {} : { disposition }),
    // In MP4 this sets nothing but the track's clock, which must be the input's for timestamps to stay
    // exact; the encoder is told the true rate above. Matroska's clock is 1 ms whatever is asked.
    ...(matroska ? {} : { frameRate: clockFor(video) }),
  };
}

/** The output clock: the input's, or microseconds where that is finer than the muxer can count. */
function clockFor(video: VideoDescription): number {
  return Math.min(video.ticksPerSecond, 1_000_000);
}
