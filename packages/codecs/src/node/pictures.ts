/** Pixels between mediabunny's samples and memory in Node, straight from and to FFmpeg's frames. */

import { VideoSample } from "mediabunny";
import type { AVPixelFormat, Frame } from "node-av";
import { bitDepthOfFormat } from "../mediabunny/bit-depth.ts";
import type { PictureAccess, RawPicture } from "../mediabunny/platform.ts";
import { i420Format, writeI420 } from "../mediabunny/to-i420.ts";
import type { Packages } from "./packages.ts";
import { loadPackages } from "./packages.ts";

/** Reads and makes pictures by way of FFmpeg's frames. */
export const ffmpegPictures: PictureAccess = {
  read: async (sample, use) => {
    // FFmpeg knows formats that mediabunny has no name for; those come out as RGB.
    const { format } = sample;
    if (format === null) return use(await readRgb(sample));
    return withFrame(sample, (frame) => {
      const { linesize } = frame;
      const planes = (frame.data ?? []).map((data, index) => ({ data, stride: linesize[index] ?? 0 }));
      return use({ format, planes });
    });
  },
  bitDepth: async (sample) => {
    if (sample.format !== null) return bitDepthOfFormat(sample.format);
    return withFrame(sample, (frame, nodeAv) =>
      bitDepthOfPixelFormat(nodeAv.avGetPixFmtName(frame.format as AVPixelFormat)),
    );
  },
  isInterlaced: (sample) =>
    withFrame(sample, (frame, nodeAv) => frame.hasFlags(nodeAv.AV_FRAME_FLAG_INTERLACED)),
  create: async (planes, withAlpha, init) => {
    const { nodeAv, server } = await loadPackages();
    const frame = new nodeAv.Frame();
    frame.alloc();
    const format = i420Format(planes, withAlpha);
    frame.format = format === "I420A" ? nodeAv.AV_PIX_FMT_YUVA420P : nodeAv.AV_PIX_FMT_YUV420P;
    frame.width = init.codedWidth;
    frame.height = init.codedHeight;
    frame.sampleAspectRatio = new nodeAv.Rational(
      init.displayWidth * init.codedHeight,
      init.displayHeight * init.codedWidth,
    );
    nodeAv.FFmpegError.throwIfError(frame.allocBuffer(), "Allocating a picture");
    // straight into the frame's own memory: `Frame.fromBuffer` says nothing about how long the given one must live
    const { linesize } = frame;
    writeI420(
      planes,
      (frame.data ?? []).map((data, index) => ({ data, stride: linesize[index] ?? 0 })),
    );
    return new VideoSample(new server.AvFrameVideoSampleResource(frame), {
      timestamp: init.timestamp,
      duration: init.duration,
    });
  },
};

/** FFmpeg's own frame of a sample; valid while `use` runs. */
async function withFrame<T>(
  sample: VideoSample,
  use: (frame: Frame, nodeAv: Packages["nodeAv"]) => T,
): Promise<T> {
  const { nodeAv, server } = await loadPackages();
  using frame = new nodeAv.Frame();
  frame.alloc();
  await server.toAvFrame(sample, frame);
  return use(frame, nodeAv);
}

/** Bits a sample of FFmpeg's `yuv420p10le`, `gray16be` and the like; 8 where the name has none. */
function bitDepthOfPixelFormat(name: string | null): number | null {
  if (name === null) return null;
  const bits = /(?:p|gray|rgb|bgr|gbrp|gbrap)(9|1[0246])(?:le|be)$/.exec(name);
  return bits ? Number(bits[1]) : 8;
}

async function readRgb(sample: VideoSample): Promise<RawPicture> {
  const data = new Uint8Array(sample.codedWidth * sample.codedHeight * 4);
  const [layout] = await sample.copyTo(data, { format: "RGBA" });
  return { format: "RGBA", planes: [{ data, stride: layout?.stride ?? sample.codedWidth * 4 }] };
}
