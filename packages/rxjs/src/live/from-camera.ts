/** A camera's frames as an observable. */

import { checkByRules, uncheckedRule } from "@tatami/core";
import { openCamera } from "@tatami/live";
import type { Observable } from "rxjs";
import { defer, finalize, switchMap } from "rxjs";
import type { FromTrackOptions } from "./from-media-stream-track.ts";
import { fromMediaStreamTrack, trackRules } from "./from-media-stream-track.ts";

/** Options of {@link fromCamera}. */
export interface FromCameraOptions extends FromTrackOptions {
  /** As of `getUserMedia`: size, frame rate, which camera. @defaultValue any camera, at its own size */
  readonly constraints?: MediaTrackConstraints;
}

/**
 * Every frame of a camera, as it comes; each is the subscriber's to close.
 *
 * The camera is switched on at each subscription, after the browser has asked its user, and off at its end, whatever
 * ended it.
 *
 * ```text
 * subscribed                  ^----------!
 * fromCamera()                ----a--b--c
 * the camera's light          ---********-
 * ```
 *
 * @example
 * ```ts
 * fromCamera({ constraints: { width: 640, height: 360 } })
 *   .pipe(upscaleFrames({ model, capacity: 1, overflow: "drop-oldest" }), toMediaStreamTrack())
 *   .subscribe((larger) => (video.srcObject = new MediaStream([larger])));
 * ```
 *
 * @returns an observable that ends with `input-not-found` without a camera that fits, with `unsupported-environment`
 * where none may be used, with `signal.reason` as it is, and completes when the camera is unplugged.
 * @throws TatamiError `invalid-option`
 */
export function fromCamera(options: FromCameraOptions = {}): Observable<VideoFrame> {
  checkByRules("options", options, { ...trackRules, constraints: uncheckedRule });
  const { constraints, ...read } = options;
  return defer(() => {
    const left = new AbortController();
    const signal = read.signal ? AbortSignal.any([read.signal, left.signal]) : left.signal;
    return defer(() => openCamera(constraints, signal)).pipe(
      switchMap((camera) =>
        fromMediaStreamTrack(camera.track, read).pipe(finalize(() => camera[Symbol.dispose]())),
      ),
      finalize(() => left.abort(new DOMException("fromCamera was unsubscribed from.", "AbortError"))),
    );
  });
}
