/** A frame's pixels as many as are shown. */

/**
 * The frame itself where its pixels are what is shown; else one of its display size, and the frame is closed.
 *
 * A camera that is asked for less than it gives hands over its own pixels, of which a part is marked as visible and to be
 * shown smaller (Chromium's "crop-and-scale", https://www.w3.org/TR/mediacapture-streams/#dom-videoresizemodeenum); a
 * video whose pixels are not square is to be shown wider or higher. What is shown is what is meant to be enlarged.
 */
export function toDisplaySize(frame: VideoFrame): VideoFrame {
  const { visibleRect, displayWidth: width, displayHeight: height } = frame;
  if (!visibleRect || (visibleRect.width === width && visibleRect.height === height)) return frame;
  try {
    const { timestamp, duration } = frame;
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d", { alpha: false })!;
    context.imageSmoothingQuality = "high";
    context.drawImage(frame, 0, 0, width, height);
    return new VideoFrame(canvas, {
      timestamp,
      ...(duration === null ? {} : { duration }),
      alpha: "discard",
    });
  } finally {
    frame.close();
  }
}
