/** Pixels between mediabunny's samples and memory, by WebCodecs. */

import { VideoSample } from "mediabunny";
import { bitDepthOfFormat } from "./bit-depth.ts";
import type { PictureAccess } from "../platform.ts";
import { packI420 } from "../to-i420.ts";

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
