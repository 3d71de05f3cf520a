/** Pixels between mediabunny's samples and memory, by WebCodecs. */

import { VideoSample } from "mediabunny";
import { bitDepthOfFormat } from "../picture/bit-depth.ts";
import type { RawPicture } from "../picture/raw-picture.ts";
import type { Planes } from "@tatami/core";
import { packI420 } from "../picture/to-i420.ts";

/** What a sample carries beside its pixels. */
export interface SampleInit {
  readonly codedWidth: number;
  readonly codedHeight: number;
  /** Size at which the pixels are square. */
  readonly displayWidth: number;
  readonly displayHeight: number;
  /** Seconds. */
  readonly timestamp: number;
  /** Seconds. */
  readonly duration: number;
  readonly colorSpace: VideoColorSpaceInit;
}

/** How pixels pass between mediabunny's samples and memory. */
export interface PictureAccess {
  /** The pixels; `use` sees them in place and must copy what it keeps. */
  read<T>(sample: VideoSample, use: (picture: RawPicture) => T): Promise<T>;
  /** Bits a sample as decoded, or `null` when the format is opaque. */
  bitDepth(sample: VideoSample): Promise<number | null>;
  /** A sample of these pixels, which are copied; with alpha where it is asked for and there is one. */
  create(planes: Planes, withAlpha: boolean, init: SampleInit): Promise<VideoSample>;
}

/** What a browser offers. */
export const webPictures: PictureAccess = {
  read: async (sample, use) => {
    // An opaque picture (format null) can only be had as RGB.
    const options: VideoFrameCopyToOptions = sample.format === null ? { format: "RGBA" } : {};
    const data = new Uint8Array(sample.allocationSize(options));
    const layout = await sample.copyTo(data, options);
    const planes = layout.map(({ offset, stride }) => ({ data: data.subarray(offset), stride }));
    return use({ format: sample.format ?? "RGBA", planes });
  },
  bitDepth: async (sample) => bitDepthOfFormat(sample.format),
  create: async (planes, withAlpha, init) => {
    const { format, data } = packI420(planes, withAlpha);
    const { timestamp, duration, ...rest } = init;
    if (typeof VideoFrame === "undefined") return new VideoSample(data, { format, ...init });
    // A VideoFrame counts whole microseconds; the sample around it keeps the exact times.
    const frame = new VideoFrame(data, { format, timestamp: Math.round(timestamp * 1e6), ...rest });
    return new VideoSample(frame, { timestamp, duration });
  },
};
