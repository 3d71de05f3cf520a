/** A live track's frames as an observable. */

import type { OptionRules } from "@tatami/core";
import { checkByRules, choiceRule } from "@tatami/core";
import type { ReadWay } from "@tatami/live";
import { readWays, watchTrack } from "@tatami/live";
import { Observable } from "rxjs";

/** Options of {@link fromMediaStreamTrack}. */
export interface FromTrackOptions {
  /** How frames are read. @defaultValue the first of `liveSupport().read` of `@tatami/live` */
  readonly via?: ReadWay;
  /** Ends the stream with `signal.reason`. */
  readonly signal?: AbortSignal;
}

/** What each of {@link FromTrackOptions} may be. */
export const trackRules: OptionRules<FromTrackOptions> = {
  via: choiceRule(readWays),
  signal: { kind: "signal" },
};

/**
 * Every frame of a live track, as it comes; each is the subscriber's to close.
 *
 * A track waits for nobody: frames come at the camera's rate whether they are wanted or not. Say what becomes of those
 * that are too many with the `overflow` of the operator that comes next.
 *
 * ```text
 * fromMediaStreamTrack(track)   --a--b--c--d--|
 * track ended                                 e
 * ```
 *
 * Cold: reading begins at each subscription and ends with it. The track is left running; `fromCamera` owns one.
 *
 * @example
 * ```ts
 * fromMediaStreamTrack(track)
 *   .pipe(upscaleFrames({ model, capacity: 1, overflow: "drop-oldest" }), toMediaStreamTrack())
 *   .subscribe((larger) => (video.srcObject = new MediaStream([larger])));
 * ```
 *
 * @returns an observable that completes when the track ends; it ends with `unsupported-environment` where frames of
 * tracks cannot be read, or with `signal.reason` as it is.
 * @throws TatamiError `invalid-option`
 */
export function fromMediaStreamTrack(
  track: MediaStreamTrack,
  options: FromTrackOptions = {},
): Observable<VideoFrame> {
  checkByRules("options", options, trackRules);
  const { via, signal: outer } = options;
  return new Observable<VideoFrame>((destination) => {
    const controller = new AbortController();
    const signal = outer ? AbortSignal.any([outer, controller.signal]) : controller.signal;
    destination.add(() =>
      controller.abort(new DOMException("fromMediaStreamTrack was unsubscribed from.", "AbortError")),
    );
    watchTrack(track, (frame) => destination.next(frame), { via, signal }).then(
      () => destination.complete(),
      (error: unknown) => destination.error(error),
    );
  });
}
