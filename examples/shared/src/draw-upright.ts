/** A decoded picture as a player shows it: turned as the file says. */

import type { Frame } from "@tatami/core";
import { toVideoFrame } from "@tatami/upscale";

/**
 * Takes the frame, and closes it.
 *
 * @param rotation clockwise degrees, a multiple of 90
 * @param widest pixels across, at most; a wider picture is made smaller
 */
export const drawUpright = async (
  frame: Frame,
  rotation: number,
  widest = Infinity,
): Promise<ImageBitmap> => {
  const picture = await toVideoFrame(frame);
  try {
    const { displayWidth: width, displayHeight: height } = picture;
    const isTurned = rotation % 180 !== 0;
    const across = isTurned ? height : width;
    const share = Math.min(1, widest / across);
    const canvas = new OffscreenCanvas(
      Math.round(across * share),
      Math.round((isTurned ? width : height) * share),
    );
    const context = canvas.getContext("2d")!;
    context.translate(canvas.width / 2, canvas.height / 2);
    context.rotate((rotation * Math.PI) / 180);
    context.scale(share, share);
    context.drawImage(picture, -width / 2, -height / 2);
    return canvas.transferToImageBitmap();
  } finally {
    picture.close();
  }
};
