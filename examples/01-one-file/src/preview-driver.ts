/** A codec driver that shows finished frames on their way to the encoder. */

import { createFrame, type CodecDriver, type Frame } from "@tatami/core";
import { toVideoFrame } from "@tatami/upscale";

/** Milliseconds between two previews, at least. */
const everyMs = 700;
/** Pixels across, at most. */
const widest = 960;

/**
 * The same driver; now and then `show` is given a picture of a finished frame, which is its to close,
 * and the frame's time in seconds. A video that a player turns is not shown: its pixels lie on their side.
 */
export const withPreview = (
  driver: CodecDriver,
  show: (picture: ImageBitmap, timestamp: number) => void,
): CodecDriver => ({
  ...driver,
  write: async (init) => {
    const writer = await driver.write(init);
    const upright = init.reader.description.video.rotation === 0;
    let last = Number.NEGATIVE_INFINITY;
    return {
      encoding: writer.encoding,
      write: async (frame) => {
        const picture = upright && performance.now() - last > everyMs ? await takePicture(frame) : undefined;
        if (picture !== undefined) {
          last = performance.now();
          show(picture, frame.timestamp);
        }
        await writer.write(frame);
      },
      finish: () => writer.finish(),
      cancel: () => writer.cancel(),
      [Symbol.asyncDispose]: () => writer[Symbol.asyncDispose](),
    };
  },
});

/** `undefined` when it cannot be had: a job does not fail for its preview. */
const takePicture = async (frame: Frame): Promise<ImageBitmap | undefined> => {
  try {
    const { timestamp, color } = frame;
    const video = await toVideoFrame(createFrame(await frame.planes(), { timestamp, color }, "preview"));
    try {
      const size = video.displayWidth > widest ? { resizeWidth: widest } : {};
      return await createImageBitmap(video, size);
    } finally {
      video.close();
    }
  } catch {
    return undefined;
  }
};
