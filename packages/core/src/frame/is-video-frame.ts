/** WebCodecs' frames, where there are any: Node has none. */

/** Whether a value is a WebCodecs frame. */
export function isVideoFrame(value: object): value is VideoFrame {
  return typeof VideoFrame !== "undefined" && value instanceof VideoFrame;
}
