/** A camera's track. */

import { checkOptions, TatamiError, throwIfAborted } from "@tatami/core";

/** A camera's track; disposing of it switches the camera off. */
export interface Camera extends Disposable {
  readonly track: MediaStreamTrack;
}

/**
 * Asks for a camera. The browser asks its user.
 *
 * @param constraints as of `getUserMedia`, for instance `{ width: 640, height: 360 }`. @defaultValue any
 * @throws TatamiError `input-not-found` where no camera is that fits, `unsupported-environment` where none may be used,
 * `signal.reason` as it is.
 */
export async function openCamera(
  constraints: MediaTrackConstraints = {},
  signal?: AbortSignal,
): Promise<Camera> {
  checkOptions(
    "constraints",
    constraints,
    "Give them as getUserMedia takes them: { width: 640, height: 360 }.",
  );
  throwIfAborted(signal);
  const devices = (globalThis as { navigator?: { mediaDevices?: MediaDevices } }).navigator?.mediaDevices;
  if (!devices)
    throw notAllowed(
      "browsers give it only to pages that came over HTTPS or from localhost",
      "Open the page under an address that begins with https://, or as http://localhost.",
    );
  const stream = await devices.getUserMedia({ video: constraints }).catch((cause: unknown) => {
    throw explain(cause);
  });
  const track = stream.getVideoTracks()[0]!;
  // whoever gave up while the user was being asked must not find the camera on
  if (signal?.aborted) track.stop();
  throwIfAborted(signal);
  return { track, [Symbol.dispose]: () => track.stop() };
}

function explain(cause: unknown): TatamiError {
  const { name = "Error", message = String(cause) } = cause as Partial<DOMException>;
  if (name === "NotAllowedError" || name === "SecurityError")
    return notAllowed(
      message || name,
      "Allow the camera for this page, in the browser's address bar or its settings, and try again.",
      cause,
    );
  return new TatamiError({
    code: "input-not-found",
    message: `No camera could be opened: ${message || name}.`,
    fix:
      name === "OverconstrainedError"
        ? "Ask for less: leave out width, height, frameRate or deviceId."
        : "Connect a camera, close other programs that use it, and try again.",
    detail: { name },
    cause,
  });
}

function notAllowed(why: string, fix: string, cause?: unknown): TatamiError<"unsupported-environment"> {
  return new TatamiError({
    code: "unsupported-environment",
    message: `The camera may not be used: ${why}.`,
    fix,
    ...(cause === undefined ? {} : { cause }),
  });
}
