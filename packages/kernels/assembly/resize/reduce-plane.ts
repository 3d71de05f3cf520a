/** A plane of bytes or words made smaller: as many taps each way as it takes to see all of it. */

import { madd } from "../simd";
import { storeLevels } from "./levels";

/**
 * Every row is narrowed once, then rows are mixed. Rounded half up, clipped to bytes.
 *
 * @param columnTaps source columns of every output column, `[width][across]`; `columnWeights` as many floats
 * @param rowTaps source rows of every output row, `[height][down]`; `rowWeights` as many floats
 * @param narrow room for `[sourceHeight][width + 4]` floats
 */
export function reducePlane(
  source: usize, sourceStride: usize, sourceHeight: i32, columnTaps: usize, columnWeights: usize, across: i32,
  rowTaps: usize, rowWeights: usize, down: i32, narrow: usize, target: usize, width: i32, height: i32,
): void {
  reduce<u8>(
    source, sourceStride, sourceHeight, columnTaps, columnWeights, across, rowTaps, rowWeights, down, narrow, target,
    width, height, 255,
  );
}

/** The same of words of 16 bits, clipped to `most`. */
export function reduceWords(
  source: usize, sourceStride: usize, sourceHeight: i32, columnTaps: usize, columnWeights: usize, across: i32,
  rowTaps: usize, rowWeights: usize, down: i32, narrow: usize, target: usize, width: i32, height: i32, most: f32,
): void {
  reduce<u16>(
    source, sourceStride, sourceHeight, columnTaps, columnWeights, across, rowTaps, rowWeights, down, narrow, target,
    width, height, most,
  );
}

function reduce<T>(
  source: usize, sourceStride: usize, sourceHeight: i32, columnTaps: usize, columnWeights: usize, across: i32,
  rowTaps: usize, rowWeights: usize, down: i32, narrow: usize, target: usize, width: i32, height: i32, most: f32,
): void {
  const stride = <usize>((width + 7) & ~3) << 2;
  for (let y = 0; y < sourceHeight; y++) {
    narrowRow<T>(source + <usize>y * sourceStride, columnTaps, columnWeights, across, narrow + <usize>y * stride, width);
  }
  for (let y = 0; y < height; y++) {
    const at = <usize>(y * down) << 2;
    const to = target + (<usize>(y * width) << alignof<T>());
    mixRows<T>(narrow, stride, rowTaps + at, rowWeights + at, down, to, width, most);
  }
}

function narrowRow<T>(source: usize, taps: usize, weights: usize, count: i32, to: usize, width: i32): void {
  const end = to + (<usize>width << 2);
  const each = <usize>count << 2;
  while (to < end) {
    let value: f32 = 0;
    for (let i: usize = 0; i < each; i += 4) {
      value += load<f32>(weights + i) * <f32>load<T>(source + (<usize>load<i32>(taps + i) << alignof<T>()));
    }
    store<f32>(to, value);
    to += 4;
    taps += each;
    weights += each;
  }
}

function mixRows<T>(
  rows: usize, stride: usize, taps: usize, weights: usize, count: i32, to: usize, width: i32, most: f32,
): void {
  const half = f32x4.splat(0.5);
  for (let x = 0; x < width; x += 4) {
    const at = rows + (<usize>x << 2);
    let sum = half;
    for (let i: usize = 0; i < <usize>count << 2; i += 4) {
      sum = madd(v128.load_splat<f32>(weights + i), v128.load(at + <usize>load<i32>(taps + i) * stride), sum);
    }
    storeLevels<T>(to + (<usize>x << alignof<T>()), sum, most);
  }
}
