/** What flows: Tatami's frames, and WebCodecs' where there are any, which Node has not. */

import type { Frame } from "./frame.ts";

/** A frame of either kind. Whoever takes it closes it, or hands it on. */
export type Picture = Frame | VideoFrame;

/** Whether a value is a WebCodecs frame. */
export function isVideoFrame(value: object): value is VideoFrame {
  return typeof VideoFrame !== "undefined" && value instanceof VideoFrame;
}
