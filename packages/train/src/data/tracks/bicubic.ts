/** The bicubic track: MATLAB's filter, for comparison with the literature. */

import { resizeBicubic } from "../bicubic.ts";
import type { LumaPair } from "../dataset.ts";
import type { Picture } from "../luma.ts";
import { cropToMultiple, lumaOf } from "../luma.ts";
import type { Track } from "../track.ts";

/** Reduces by MATLAB's bicubic filter; nothing is drawn at random. */
export const bicubicTrack: Track = {
  name: "bicubic",
  version: "1",
  random: false,
  degradations: { usual: 1, most: 1 },
  suffix: "",
  testPictures: "reduced by bicubic",
  async reduce(picture, _number, { scale }) {
    const { low, high } = createBicubicPair(picture, scale);
    return { high, lows: [low] };
  },
};

/** The pair of a picture on the bicubic track: reduced in RGB, then turned to luma, as the published test sets are. */
export function createBicubicPair(picture: Picture, scale: number): LumaPair {
  const high = cropToMultiple(picture, scale);
  const low = resizeBicubic(high, high.width / scale, high.height / scale);
  return { low: lumaOf(low), high: lumaOf(high) };
}
