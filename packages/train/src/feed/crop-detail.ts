/** How much detail a crop has: what its reduction to low resolution loses. */

import type { Dataset, DatasetEntry } from "../data/dataset.ts";

/** Side of the blocks that detail is added up over, in low-resolution pixels. */
const block = 8;

/** The detail of the crop at a place, in 8-bit levels summed over its blocks; good for comparing crops of one size. */
export type CropDetail = (picture: number, left: number, top: number) => number;

/**
 * Sums over every picture, once: a crop's detail is then four numbers away, as long as its edges are taken to the
 * nearest block (summed-area tables; Crow, 1984).
 */
export function createCropDetail(dataset: Dataset, crop: number): CropDetail {
  const tables = dataset.entries.map((entry) => sumDetail(dataset, entry));
  return (picture, left, top) => {
    const { sums, across, down } = tables[picture]!;
    const [x, y] = [Math.min(Math.round(left / block), across), Math.min(Math.round(top / block), down)];
    const [right, bottom] = [
      Math.min(Math.round((left + crop) / block), across),
      Math.min(Math.round((top + crop) / block), down),
    ];
    const at = (column: number, row: number): number => sums[row * (across + 1) + column]!;
    return at(right, bottom) - at(x, bottom) - at(right, y) + at(x, y);
  };
}

/** `sums` is `[down + 1][across + 1]`: the detail above and to the left of each block's corner. */
interface DetailTable {
  readonly sums: Float64Array;
  readonly across: number;
  readonly down: number;
}

function sumDetail({ scale, high: samples }: Dataset, { width, height, high }: DatasetEntry): DetailTable {
  const luma = new Uint8Array(samples);
  const [across, down] = [Math.ceil(width / block), Math.ceil(height / block)];
  const sums = new Float64Array((across + 1) * (down + 1));
  const stride = width * scale;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const cell = (Math.floor(y / block) + 1) * (across + 1) + Math.floor(x / block) + 1;
      sums[cell]! += spread(luma, high + (y * stride + x) * scale, stride, scale);
    }
  }
  for (let row = 1; row <= down; row++) {
    for (let column = 1; column <= across; column++) {
      const i = row * (across + 1) + column;
      sums[i]! += sums[i - 1]! + sums[i - across - 1]! - sums[i - across - 2]!;
    }
  }
  return { sums, across, down };
}

/** The standard deviation of the scale × scale samples that one low-resolution pixel stands for. */
function spread(luma: Uint8Array, start: number, stride: number, scale: number): number {
  let [sum, squares] = [0, 0];
  for (let y = 0; y < scale; y++) {
    for (let x = 0; x < scale; x++) {
      const value = luma[start + y * stride + x]!;
      sum += value;
      squares += value * value;
    }
  }
  const count = scale * scale;
  return Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
}
