/** A picture's luma, of either kind of frame. */

import { isVideoFrame } from "@tatami/core";
import type { Picture, Plane } from "@tatami/core";
import { fromVideoFrame } from "@tatami/upscale";

/**
 * Gives `use` the luma of a picture, which stays open. A VideoFrame's is copied for the time of it.
 *
 * @throws TatamiError `unsupported-feature` for a VideoFrame of more than 8 bits.
 */
export async function readLuma<T>(picture: Picture, use: (luma: Plane) => Promise<T>): Promise<T> {
  if (!isVideoFrame(picture)) return use((await picture.planes()).luma);
  const copy = await fromVideoFrame(picture.clone());
  try {
    return await use((await copy.planes()).luma);
  } finally {
    copy.close();
  }
}
