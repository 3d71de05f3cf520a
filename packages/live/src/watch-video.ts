/** The frames that a video element shows. */

import { abortable, throwIfAborted } from "@tatami/core";
import { toDisplaySize } from "./display-size.ts";
import { chooseWay, liveSupport } from "./insertable.ts";

/** How long a source is watched. */
export interface WatchOptions {
  /** Ends it with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Hands over each frame that the element presents (see {@link grabFrame}), while it plays and after each seek. Frames the browser did not
 * present in time are not seen: that is the element's own way of dropping.
 *
 * @param take is given the frame to own; what it throws ends the watch. Timestamps are the video's, in microseconds.
 * @returns a promise that never resolves: it rejects with `signal.reason`, or with what `take` or the browser threw, for
 * instance a `SecurityError` for a video of another origin without CORS.
 * @throws TatamiError `unsupported-environment` without `requestVideoFrameCallback`.
 */
export async function watchVideo(
  video: HTMLVideoElement,
  take: (frame: VideoFrame) => void,
  options: WatchOptions = {},
): Promise<never> {
  const { signal } = options;
  chooseWay("Reading a video element", "video-element", liveSupport().read);
  throwIfAborted(signal);
  let request = 0;
  try {
    return await abortable(
      new Promise<never>((_, reject) => {
        const onFrame: VideoFrameRequestCallback = (_now, { mediaTime }) => {
          request = video.requestVideoFrameCallback(onFrame);
          try {
            const frame = grabFrame(video, mediaTime);
            if (frame) take(frame);
          } catch (error) {
            reject(error as Error);
          }
        };
        request = video.requestVideoFrameCallback(onFrame);
      }),
      signal,
    );
  } finally {
    video.cancelVideoFrameCallback(request);
  }
}

/**
 * The frame that the element shows, of the size at which it would show it, or nothing where it shows none (yet).
 *
 * @param seconds where it is in the video. @defaultValue the element's time
 * @throws what the browser throws, for instance a `SecurityError` for a video of another origin without CORS.
 */
export function grabFrame(
  video: HTMLVideoElement,
  seconds: number = video.currentTime,
): VideoFrame | undefined {
  try {
    return toDisplaySize(new VideoFrame(video, { timestamp: Math.round(seconds * 1e6) }));
  } catch (error) {
    // its data is there, but no frame of it has come onto the page
    if ((error as Partial<DOMException>).name === "InvalidStateError") return undefined;
    throw error;
  }
}
