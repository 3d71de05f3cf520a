/** Frames shown as a live track. */

import { checkByRules, choiceRule, isVideoFrame, overflowRules, resolveOverflow } from "@tatami/core";
import type { OverflowOptions, Picture } from "@tatami/core";
import type { WriteWay } from "@tatami/live";
import { createTrack, writeWays } from "@tatami/live";
import { toVideoFrame } from "@tatami/upscale";
import type { OperatorFunction } from "rxjs";
import { inOrder } from "../in-order.ts";

/** Options of {@link toMediaStreamTrack}. */
export interface ToTrackOptions extends OverflowOptions {
  /** How the track is written. @defaultValue the first of `liveSupport().write` of `@tatami/live` */
  readonly via?: WriteWay;
}

/**
 * Shows every frame on one video track, and emits that track with the first frame.
 *
 * It takes its source's frames and closes them. The track ends when the source completes, fails or is unsubscribed from;
 * stopping the track ends the stream with `output-failed`. Frames are shown as they come: their timestamps set no pace.
 *
 * ```text
 * source    --a--b--c--|
 *             toMediaStreamTrack()
 * result    --T--------|
 * ```
 *
 * @example
 * ```ts
 * fromCamera()
 *   .pipe(upscaleFrames({ model, capacity: 1, overflow: "drop-oldest" }), toMediaStreamTrack())
 *   .subscribe((track) => (video.srcObject = new MediaStream([track])));
 * ```
 *
 * @returns an operator that ends with `queue-overflow`, with `unsupported-environment` where tracks cannot be made, or
 * with `output-failed` when the track was stopped.
 * @throws TatamiError `invalid-option`
 */
export function toMediaStreamTrack<P extends Picture>(
  options: ToTrackOptions = {},
): OperatorFunction<P, MediaStreamTrack> {
  checkByRules("options", options, { ...overflowRules, via: choiceRule(writeWays) });
  return inOrder<P, MediaStreamTrack>({
    name: "toMediaStreamTrack",
    overflow: resolveOverflow(options),
    discard: (track) => track.stop(),
    open: async () => {
      const shown = createTrack({ via: options.via });
      let isTold = false;
      return {
        take: async (picture: Picture) => {
          await shown.write(isVideoFrame(picture) ? picture : await toVideoFrame(picture));
          if (isTold) return undefined;
          isTold = true;
          return shown.track;
        },
        close: async () => {
          await shown[Symbol.asyncDispose]();
        },
      };
    },
  });
}
