/** Frames that no file of this driver's gave, such as drawn ones: there is nothing beside them to copy. */

import type { LeftOut, MediaReader } from "@tatami/core";
import type { InputStream } from "../input/input-streams.ts";
import type { Media } from "../input/media.ts";
import { findMedia } from "../input/media.ts";
import type { NodeAv } from "../node-av.ts";

/** What a writer works from: what stands behind a reader of this driver's, or a description alone. */
export function mediaOf(nodeAv: NodeAv, reader: MediaReader): Media {
  return findMedia(reader) ?? describedMedia(nodeAv, reader);
}

function describedMedia(nodeAv: NodeAv, { description }: MediaReader): Media {
  const { hasAlpha } = description.video;
  const video = describedStream(nodeAv, description);
  return {
    nodeAv,
    input: undefined,
    options: {},
    description,
    demuxerName: "none",
    streams: [video],
    tags: {},
    video: video.index,
    audio: [],
    first: {
      pixelFormat: hasAlpha ? "yuva420p" : "yuv420p",
      isTransparent: hasAlpha,
      hasCaptions: false,
      chromaLocation: nodeAv.AVCHROMA_LOC_UNSPECIFIED,
      hdr: { dynamic: [] },
    },
    chapters: [],
    covers: new Map(),
    isRecovered: false,
    cut: undefined,
    captions: new Map(),
    access: {
      read: () => Promise.reject(new Error("There is nothing to read")),
      [Symbol.asyncDispose]: async () => undefined,
    },
  };
}

function describedStream(nodeAv: NodeAv, { tracks, video }: MediaReader["description"]): InputStream {
  const parameters = new nodeAv.CodecParameters();
  parameters.alloc();
  parameters.codecType = nodeAv.AVMEDIA_TYPE_VIDEO;
  const { codec, frameRate, frameCount, ticksPerSecond, pixelAspectRatio } = video;
  const { index = 0, language = null } = tracks.find(({ kind }) => kind === "video") ?? {};
  return {
    index,
    kind: "video",
    codec,
    language,
    parameters,
    timeBase: { num: 1, den: ticksPerSecond },
    frameRate: frameRate ?? 0,
    frameCount,
    start: null,
    duration: null,
    pixelAspectRatio: { num: pixelAspectRatio.numerator, den: pixelAspectRatio.denominator },
    tags: {},
    disposition: nodeAv.AV_DISPOSITION_DEFAULT,
    isCover: false,
    hasAlphaBeside: false,
    encrypted: false,
  };
}

/** What a reader of another driver's describes beside the picture, and cannot hand over. */
export function foreignTracks({ description, demuxerName }: Media): readonly LeftOut[] {
  if (demuxerName !== "none") return [];
  return description.tracks
    .filter(({ kind }) => kind !== "video")
    .map((track) => ({
      track,
      reason: "driver-cannot-copy",
      message: `Track ${track.index} (${track.kind}) was opened by another driver and cannot be copied by this one.`,
    }));
}
