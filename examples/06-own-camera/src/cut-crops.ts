/** What is shown of the frames held back: the part of each that bicubic enlargement gets most wrong. */

import { resizeLuma } from "@tatami/train/browser";
import type { Enlarge, EvaluationPicture, LumaPlane } from "@tatami/train/browser";
import type { Crop } from "./protocol.ts";

/** Crops shown, and their sides at most. */
const [most, widest, highest] = [4, 192, 144];
/** Places tried along each side. */
const places = 6;

export const cutCrops = (
  frames: readonly EvaluationPicture[],
  before: Enlarge,
  after: Enlarge,
): readonly Crop[] =>
  frames.slice(0, most).map(({ name, low, high }) => {
    const bicubic = resizeLuma(low, high.width, high.height);
    const width = Math.min(widest, high.width);
    const height = Math.min(highest, high.height);
    const { left, top } = hardestPlace(bicubic, high, width, height);
    const cut = (plane: LumaPlane): Uint8ClampedArray<ArrayBuffer> => {
      const pixels = new Uint8ClampedArray(width * height * 4).fill(255);
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++)
          pixels.fill(
            toFullRange(at(plane, left + x, top + y)),
            4 * (y * width + x),
            4 * (y * width + x) + 3,
          );
      }
      return pixels;
    };
    const pictures = {
      bicubic: cut(bicubic),
      before: cut(before(low)),
      after: cut(after(low)),
      original: cut(high),
    };
    return { name, width, height, pictures };
  });

const at = ({ width, data }: LumaPlane, x: number, y: number): number => data[y * width + x] ?? 0;

/** Video luma goes from 16 to 235. */
const toFullRange = (value: number): number => ((value - 16) * 255) / 219;

const hardestPlace = (
  bicubic: LumaPlane,
  truth: LumaPlane,
  width: number,
  height: number,
): { left: number; top: number } => {
  let found = { left: 0, top: 0, error: -1 };
  for (let place = 0; place < places * places; place++) {
    const left = Math.floor(((truth.width - width) * (place % places)) / (places - 1));
    const top = Math.floor(((truth.height - height) * Math.floor(place / places)) / (places - 1));
    let error = 0;
    for (let y = top; y < top + height; y += 2) {
      for (let x = left; x < left + width; x += 2) error += Math.abs(at(bicubic, x, y) - at(truth, x, y));
    }
    if (error > found.error) found = { left, top, error };
  }
  return found;
};
