/** A codec driver that shows finished frames on their way to the encoder. */

import { createFrame, wrapWriters } from "@tatami/core";
import type { CodecDriver, Frame } from "@tatami/core";
import { drawUpright } from "@tatami/example-parts/draw-upright";

/** Milliseconds between two previews, at least. */
const everyMs = 700;
/** Pixels across, at most. */
const widest = 960;

/**
 * The same driver; now and then `show` is given a picture of a finished frame, which is its to close,
 * and the frame's time in seconds.
 */
export const withPreview = (
  driver: CodecDriver,
  show: (picture: ImageBitmap, timestamp: number) => void,
): CodecDriver => {
  let last = Number.NEGATIVE_INFINITY;
  return wrapWriters(driver, (writer, { reader }) => {
    const { rotation } = reader.description.video;
    const write = async (frame: Frame): Promise<void> => {
      const isTime = performance.now() - last > everyMs;
      const picture = isTime ? await takePicture(frame, rotation) : undefined;
      if (picture !== undefined) {
        last = performance.now();
        show(picture, frame.timestamp);
      }
      await writer.write(frame);
    };
    return Object.create(writer, { write: { value: write } }) as typeof writer;
  });
};

/** `undefined` when it cannot be had: a job does not fail for its preview. */
const takePicture = async (frame: Frame, rotation: number): Promise<ImageBitmap | undefined> => {
  try {
    const { timestamp, color } = frame;
    const copy = createFrame(await frame.planes(), { timestamp, color }, "preview");
    return await drawUpright(copy, rotation, widest);
  } catch {
    return undefined;
  }
};
