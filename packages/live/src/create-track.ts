/** A track made of frames. */

import { checkByRules, choiceRule, TatamiError } from "@tatami/core";
import type { WriteWay } from "./insertable.ts";
import { chooseWay, insertable, liveSupport, writeWays } from "./insertable.ts";

/** A track, and where its frames go. Disposing of it ends the track. */
export interface FrameTrack extends AsyncDisposable {
  readonly track: MediaStreamTrack;
  readonly via: WriteWay;
  /**
   * Shows a frame. Takes it, and closes it whatever happens. Resolves when the next may come.
   *
   * @throws TatamiError `output-failed` when the track was stopped by whoever was given it.
   */
  write(frame: VideoFrame): Promise<void>;
}

/** Options of {@link createTrack}. */
export interface TrackOptions {
  /** How to write. @defaultValue the first of {@link liveSupport} */
  readonly via?: WriteWay | undefined;
}

/**
 * A video track that shows the frames written to it, for a `<video>`, a recorder or a peer connection.
 *
 * @throws TatamiError `invalid-option`; `unsupported-environment` where no way to write is there, or not the one asked for.
 */
export function createTrack(options: TrackOptions = {}): FrameTrack {
  checkByRules("options", options, { via: choiceRule(writeWays) });
  const via = chooseWay("Making a track", options.via, liveSupport().write);
  const { track, show, end } = via === "canvas" ? onCanvas() : onGenerator();
  return {
    track,
    via,
    async write(frame) {
      try {
        if (track.readyState === "ended") throw stopped();
        await show(frame);
      } finally {
        frame.close();
      }
    },
    async [Symbol.asyncDispose]() {
      track.stop();
      await end();
    },
  };
}

interface Sink {
  readonly track: MediaStreamTrack;
  /** Leaves the frame to its owner, or closes it. */
  show(frame: VideoFrame): Promise<void>;
  end(): Promise<void>;
}

function onGenerator(): Sink {
  const { VideoTrackGenerator, MediaStreamTrackGenerator } = insertable();
  const made = VideoTrackGenerator
    ? new VideoTrackGenerator()
    : withTrack(new MediaStreamTrackGenerator!({ kind: "video" }));
  const writer = made.writable.getWriter();
  return {
    track: made.track,
    show: async (frame) => {
      try {
        await writer.write(frame);
      } catch (cause) {
        throw stopped(cause);
      }
    },
    end: () => writer.close().catch(() => undefined),
  };
}

function withTrack<T extends MediaStreamTrack & { readonly writable: WritableStream<VideoFrame> }>(
  track: T,
): { readonly track: MediaStreamTrack; readonly writable: WritableStream<VideoFrame> } {
  return { track, writable: track.writable };
}

function onCanvas(): Sink {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { alpha: false })!;
  // no rate of its own: a frame is captured when one has been drawn
  const track = canvas.captureStream(0).getVideoTracks()[0] as CanvasCaptureMediaStreamTrack;
  return {
    track,
    show: async (frame) => {
      const { displayWidth: width, displayHeight: height } = frame;
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
      context.drawImage(frame, 0, 0);
      track.requestFrame();
    },
    end: async () => undefined,
  };
}

function stopped(cause?: unknown): TatamiError<"output-failed"> {
  return new TatamiError({
    code: "output-failed",
    message: "The track was stopped, so its frames go nowhere.",
    fix: "Stop the source as well: dispose of the upscaled track, or unsubscribe.",
    ...(cause === undefined ? {} : { cause }),
  });
}
