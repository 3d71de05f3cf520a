/** Tracks as streams of frames, where the environment has them; TypeScript's page types have not. */

import { TatamiError } from "@tatami/core";

/** Reads a track. Chromium has it in pages and workers, Safari in workers. Source: W3C mediacapture-transform. */
export type TrackProcessor = new (init: {
  readonly track: MediaStreamTrack;
  readonly maxBufferSize?: number;
}) => {
  readonly readable: ReadableStream<VideoFrame>;
};

/** Writes a track, which it is itself: Chromium's pages, from before the standard. */
export type TrackGenerator = new (init: { readonly kind: "video" }) => MediaStreamTrack & {
  readonly writable: WritableStream<VideoFrame>;
};

/** Writes a track, as the standard has it: workers only. */
export type StandardGenerator = new () => {
  readonly track: MediaStreamTrack;
  readonly writable: WritableStream<VideoFrame>;
};

interface Insertable {
  readonly MediaStreamTrackProcessor?: TrackProcessor;
  readonly MediaStreamTrackGenerator?: TrackGenerator;
  readonly VideoTrackGenerator?: StandardGenerator;
  readonly VideoFrame?: unknown;
  readonly HTMLVideoElement?: { readonly prototype: object };
  readonly HTMLCanvasElement?: { readonly prototype: object };
}

/** How a track's frames are read. */
export const readWays = ["track-processor", "video-element"] as const;
/** One of {@link readWays}. */
export type ReadWay = (typeof readWays)[number];

/** How a track is made of frames. */
export const writeWays = ["track-generator", "canvas"] as const;
/** One of {@link writeWays}. */
export type WriteWay = (typeof writeWays)[number];

/** What this environment offers, best first. */
export interface LiveSupport {
  readonly read: readonly ReadWay[];
  readonly write: readonly WriteWay[];
}

/**
 * Which ways there are here, in a page or in a worker. Chromium has all four in a page; Firefox those of elements;
 * Safari those of tracks in workers, those of elements in a page; Node none.
 */
export function liveSupport(): LiveSupport {
  const here = insertable();
  const hasFrames = here.VideoFrame !== undefined;
  const asksFrames = "requestVideoFrameCallback" in (here.HTMLVideoElement?.prototype ?? {});
  const capturesCanvas = "captureStream" in (here.HTMLCanvasElement?.prototype ?? {});
  return {
    read: [
      ...(here.MediaStreamTrackProcessor ? (["track-processor"] as const) : []),
      ...(hasFrames && asksFrames ? (["video-element"] as const) : []),
    ],
    write: [
      ...(here.VideoTrackGenerator || here.MediaStreamTrackGenerator ? (["track-generator"] as const) : []),
      ...(hasFrames && capturesCanvas ? (["canvas"] as const) : []),
    ],
  };
}

/** The classes themselves. */
export function insertable(): Insertable {
  return globalThis as Insertable;
}

/** The way asked for, or the best there is. @throws TatamiError `unsupported-environment`. */
export function chooseWay<Way extends string>(
  what: string,
  asked: Way | undefined,
  ways: readonly Way[],
): Way {
  const way = asked === undefined ? ways[0] : ways.find((each) => each === asked);
  if (way !== undefined) return way;
  throw new TatamiError({
    code: "unsupported-environment",
    message:
      asked === undefined
        ? `${what}: this environment has no way to.`
        : `${what}: there is no ${asked} here.`,
    fix:
      ways.length > 0
        ? `Leave via out, or set it to ${ways.join(" or ")}.`
        : "Use a browser with WebCodecs' VideoFrame: Chrome or Edge 94, Safari 16.4 or Firefox 132 and later.",
    detail: { there: ways.join(", ") },
  });
}
