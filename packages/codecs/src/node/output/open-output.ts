/** The file of an output: opened with its tracks once its colours are known, completed when it is closed. */

import { videoStream } from "../input/media.ts";
import type { ColorSpace } from "@tatami/core";
import type { Findings } from "./findings.ts";
import { carryHdr, carrySideData, shapeOf } from "./side-data.ts";
import type { StreamCopier } from "./copy-streams.ts";
import type { VideoEncoder } from "./video/encode-video.ts";
import { openVideoEncoder } from "./video/encode-video.ts";
import { clockOf } from "./video/open-context.ts";
import type { Muxer, OutputTrack } from "./mux.ts";
import { createMuxer } from "./mux.ts";
import type { WritePlan } from "./plan-write.ts";
import type { Sink } from "./file/sink.ts";
import { writeChapters } from "./file/write-chapters.ts";
import type { FileBytes } from "./file/write-chapters.ts";
import { isMatroska } from "./containers.ts";
import { stateCreationTime } from "./file/creation-times.ts";
import { stateExactAspect } from "./file/exact-aspect.ts";

/** What is open once the first frame has come: only it tells the encoder its colours. */
export interface OpenedOutput {
  readonly encoder: VideoEncoder;
  readonly muxer: Muxer;
  readonly track: OutputTrack;
}

/** What FFmpeg's muxers do not write, or not exactly. */
export async function completeOutput(file: FileBytes, plan: WritePlan, found: Findings): Promise<void> {
  const { container } = plan.encoding;
  if (isMatroska(container)) await stateExactAspect(file, shapeOf(plan));
  const date = plan.anyTags ? plan.media.tags["creation_time"] : undefined;
  if (date !== undefined) await stateCreationTime(file, date);
  if (plan.chapters.length > 0) found.wrote(await writeChapters(file, container, plan.chapters));
}

/** What a Blob of each container is. */
export const mimeTypes = {
  mp4: "video/mp4",
  mov: "video/quicktime",
  webm: "video/webm",
  mkv: "video/x-matroska",
};

/** Opens the encoder and the container, whose tracks are added; it is still to be begun. */
export async function openOutput(
  plan: WritePlan,
  color: ColorSpace,
  sink: Sink,
  copier: StreamCopier | undefined,
): Promise<OpenedOutput> {
  const { media, encoding, video } = plan;
  const { nodeAv } = media;
  const source = videoStream(media);
  const encoder = await openVideoEncoder(nodeAv, { ...video, color });
  try {
    const muxer = await createMuxer(nodeAv, encoding.container, sink, {
      ticksPerSecond: video.ticksPerSecond,
      seekable: sink.seekable,
      isEndless: media.description.duration === Infinity,
      anyTags: plan.anyTags,
      tags: plan.fileTags,
    });
    const { numerator, denominator } = video.pixelAspectRatio;
    const track = muxer.add({
      parameters: (parameters) => {
        encoder.describe(parameters);
        carrySideData(nodeAv, source, parameters, video.width / media.description.video.width);
        carryHdr(nodeAv, video.hdr, parameters);
        // the name under which Apple's players know it
        if (encoding.codec === "hevc" && encoding.container !== "mkv") parameters.codecTag = "hvc1";
      },
      timeBase: clockOf(video),
      tags: { ...plan.videoTags, ...(video.withAlpha ? { alpha_mode: "1" } : {}) },
      disposition: source.disposition,
      frameRate: encoder.context.framerate,
      pixelAspectRatio: new nodeAv.Rational(numerator, denominator),
    });
    await copier?.addTracks(muxer);
    return { encoder, muxer, track };
  } catch (error) {
    encoder[Symbol.dispose]();
    throw error;
  }
}
