/** The sum of a plane over its pixels: a bias's gradient, a mean over the picture. */

import { rowOf } from "../plane-rows";
import { Plane } from "../structures";
import { sumAll } from "./sum-rows";

/** Pixels summed as floats before the sum goes on in double precision. */
const CHUNK: usize = 256;

/**
 * Adds factor · Σ over the pixels.
 *
 * @param target one float a channel, the padding channels too; a plane of one channel adds to one float
 */
export function sumPixels(source: Plane, target: usize, factor: f32): void {
  if (source.pixel == 4) return sumAll(source, 1, target, factor);
  const pixel = <usize>source.pixel;
  const run = <usize>source.width * pixel;
  const four = pixel << 2, three = four - pixel;
  for (let channel: usize = 0; channel < pixel; channel += 16) {
    let low = f64x2.splat(0), high = low;
    for (let y = 0; y < source.height; y++) {
      const row = rowOf(source, y);
      for (let i = channel; i < run; ) {
        const stop = min(run, i + CHUNK * pixel);
        let a = f32x4.splat(0), b = a, c = a, d = a;
        for (; i + three < stop; i += four) {
          const p = row + i, q = p + (pixel << 1);
          a = f32x4.add(a, v128.load(p));
          b = f32x4.add(b, v128.load(p + pixel));
          c = f32x4.add(c, v128.load(q));
          d = f32x4.add(d, v128.load(q + pixel));
        }
        for (; i < stop; i += pixel) a = f32x4.add(a, v128.load(row + i));
        const sum = f32x4.add(f32x4.add(a, b), f32x4.add(c, d));
        low = f64x2.add(low, f64x2.promote_low_f32x4(sum));
        high = f64x2.add(high, f64x2.promote_low_f32x4(i32x4.shuffle(sum, sum, 2, 3, 2, 3)));
      }
    }
    const at = target + channel;
    const scale = <f64>factor;
    store<f32>(at, <f32>(<f64>load<f32>(at, 0) + scale * f64x2.extract_lane(low, 0)), 0);
    store<f32>(at, <f32>(<f64>load<f32>(at, 4) + scale * f64x2.extract_lane(low, 1)), 4);
    store<f32>(at, <f32>(<f64>load<f32>(at, 8) + scale * f64x2.extract_lane(high, 0)), 8);
    store<f32>(at, <f32>(<f64>load<f32>(at, 12) + scale * f64x2.extract_lane(high, 1)), 12);
  }
}
