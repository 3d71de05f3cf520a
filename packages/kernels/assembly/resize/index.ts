/** Resizing a plane of bytes or words by four taps each way, and chroma guided by luma. */

import { madd } from "../simd";
import { storeLevels } from "./levels";

export { guideChroma, guideWords } from "./guide-chroma";
export { reducePlane, reduceWords } from "./reduce-plane";

/**
 * Every row is widened once, then rows are mixed. Rounded half up, clipped to bytes. Columns are counted in samples, strides
 * in bytes.
 *
 * @param columnTaps four source columns of every output column, `[width][4]`; `columnWeights` as many floats
 * @param rowTaps four source rows of every output row, `[height][4]`; `rowWeights` as many floats
 * @param wide room for `[sourceHeight][width + 4]` floats
 */
export function resizePlane(
  source: usize, sourceStride: usize, sourceHeight: i32, columnTaps: usize, columnWeights: usize,
  rowTaps: usize, rowWeights: usize, wide: usize, target: usize, width: i32, height: i32,
): void {
  resize<u8>(
    source, sourceStride, sourceHeight, columnTaps, columnWeights, rowTaps, rowWeights, wide, target, width, height, 255,
  );
}

/** The same of words of 16 bits, clipped to `most`. */
export function resizeWords(
  source: usize, sourceStride: usize, sourceHeight: i32, columnTaps: usize, columnWeights: usize,
  rowTaps: usize, rowWeights: usize, wide: usize, target: usize, width: i32, height: i32, most: f32,
): void {
  resize<u16>(
    source, sourceStride, sourceHeight, columnTaps, columnWeights, rowTaps, rowWeights, wide, target, width, height, most,
  );
}

function resize<T>(
  source: usize, sourceStride: usize, sourceHeight: i32, columnTaps: usize, columnWeights: usize,
  rowTaps: usize, rowWeights: usize, wide: usize, target: usize, width: i32, height: i32, most: f32,
): void {
  const stride = <usize>((width + 7) & ~3) << 2;
  for (let y = 0; y < sourceHeight; y++) {
    widenRow<T>(source + <usize>y * sourceStride, columnTaps, columnWeights, wide + <usize>y * stride, width);
  }
  for (let y = 0; y < height; y++) {
    const at = <usize>y << 4;
    const a = wide + <usize>load<i32>(rowTaps + at, 0) * stride, b = wide + <usize>load<i32>(rowTaps + at, 4) * stride;
    const c = wide + <usize>load<i32>(rowTaps + at, 8) * stride, d = wide + <usize>load<i32>(rowTaps + at, 12) * stride;
    mixRows<T>(a, b, c, d, rowWeights + at, target + (<usize>(y * width) << alignof<T>()), width, most);
  }
}

function widenRow<T>(source: usize, taps: usize, weights: usize, to: usize, width: i32): void {
  for (let x = 0; x < width; x++) {
    const value =
      load<f32>(weights, 0) * <f32>load<T>(source + (<usize>load<i32>(taps, 0) << alignof<T>())) +
      load<f32>(weights, 4) * <f32>load<T>(source + (<usize>load<i32>(taps, 4) << alignof<T>())) +
      load<f32>(weights, 8) * <f32>load<T>(source + (<usize>load<i32>(taps, 8) << alignof<T>())) +
      load<f32>(weights, 12) * <f32>load<T>(source + (<usize>load<i32>(taps, 12) << alignof<T>()));
    store<f32>(to + (<usize>x << 2), value);
    taps += 16;
    weights += 16;
  }
}

function mixRows<T>(a: usize, b: usize, c: usize, d: usize, weights: usize, to: usize, width: i32, most: f32): void {
  const wa = v128.load_splat<f32>(weights, 0), wb = v128.load_splat<f32>(weights, 4);
  const wc = v128.load_splat<f32>(weights, 8), wd = v128.load_splat<f32>(weights, 12);
  const half = f32x4.splat(0.5);
  for (let x = 0; x < width; x += 4) {
    const i = <usize>x << 2;
    let sum = madd(wa, v128.load(a + i), half);
    sum = madd(wb, v128.load(b + i), sum);
    sum = madd(wc, v128.load(c + i), sum);
    sum = madd(wd, v128.load(d + i), sum);
    storeLevels<T>(to + (<usize>x << alignof<T>()), sum, most);
  }
}

/** Where free memory begins. */
export function heapBase(): usize {
  return __heap_base;
}
