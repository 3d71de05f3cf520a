/** Compares pictures of different size by their luma. */

import type { Luma } from "./read-video.ts";

/** Half the width and height; every sample is the mean of four. */
export const shrinkLuma = ({ width, height, data }: Luma): Luma => {
  const small = {
    width: width >> 1,
    height: height >> 1,
    data: new Uint8Array((width >> 1) * (height >> 1)),
  };
  for (let y = 0; y < small.height; y++) {
    for (let x = 0; x < small.width; x++) {
      const at = 2 * y * width + 2 * x;
      const sum = data[at]! + data[at + 1]! + data[at + width]! + data[at + width + 1]!;
      small.data[y * small.width + x] = Math.round(sum / 4);
    }
  }
  return small;
};

/** Peak signal-to-noise ratio in dB. @throws Error when the sizes differ. */
export const lumaPsnr = (a: Luma, b: Luma): number => {
  if (a.width !== b.width || a.height !== b.height) {
    throw new Error(`Cannot compare ${a.width}×${a.height} with ${b.width}×${b.height}.`);
  }
  const squares = a.data.reduce((sum, value, index) => sum + (value - b.data[index]!) ** 2, 0);
  return 10 * Math.log10((255 ** 2 * a.data.length) / squares);
};

/** Peak signal-to-noise ratio in dB of two planes of bytes; Infinity when they are the same. */
export const psnrOfBytes = (a: Uint8Array, b: Uint8Array): number => {
  const squares = a.reduce((sum, value, index) => sum + (value - b[index]!) ** 2, 0);
  return squares === 0 ? Infinity : 10 * Math.log10((255 ** 2 * a.length) / squares);
};
