/** The last layer's output to pixels: the picture is added, sub-pixels fall into place, bytes and words are rounded half up. */

import { rowOf } from "./ring";
import { Job, Plan, Ring } from "./structures";

/**
 * @param row the last layer's output for row `y` of the kept part: `[keptWidth][outPixel bytes]`
 * @param picture the picture's ring
 */
export function writeLuma(plan: Plan, job: Job, picture: Ring, row: usize, outPixel: usize, y: i32): void {
  const scale = plan.scale;
  let source = rowOf(picture, y, 0) + (<usize>job.keptX << 2);
  const target = <usize>job.target + <usize>((y - job.keptY) * scale) * <usize>job.targetStride;
  if (job.form == 1) return writeFloats(plan, job, source, row, outPixel, target);
  if (job.form == 2) return writeWords(plan, job, source, row, outPixel, target);
  const stride = <usize>job.targetStride;
  const gain = f32x4.splat(job.outGain);
  // the picture was stored less its centre
  const offset = plan.addPicture ? f32x4.splat(plan.centre * job.outGain + job.outOffset) : f32x4.splat(job.outOffset);
  const width = job.keptWidth;
  if (scale == 2) {
    for (let x = 0; x < width; x++) {
      const b = bytes(gain, offset, v128.load(row), plan.addPicture ? v128.load_splat<f32>(source) : f32x4.splat(0));
      const to = target + (<usize>x << 1);
      v128.store_lane<u16>(to, b, 0);
      v128.store_lane<u16>(to + stride, b, 1);
      row += outPixel;
      source += 4;
    }
  } else if (scale == 4) {
    for (let x = 0; x < width; x++) {
      const add = plan.addPicture ? v128.load_splat<f32>(source) : f32x4.splat(0);
      let to = target + (<usize>x << 2);
      for (let i: usize = 0; i < 64; i += 16) {
        v128.store_lane<u32>(to, bytes(gain, offset, v128.load(row + i), add), 0);
        to += stride;
      }
      row += outPixel;
      source += 4;
    }
  } else {
    for (let x = 0; x < width; x++) {
      const add: f32 = plan.addPicture ? load<f32>(source) + plan.centre : 0;
      for (let k = 0; k < scale * scale; k++) {
        const value = (load<f32>(row + (<usize>k << 2)) + add) * job.outGain + job.outOffset;
        const to = target + <usize>(k / scale) * stride + <usize>(x * scale + (k % scale));
        store<u8>(to, <u8>min<f32>(max<f32>(value, 0), 255));
      }
      row += outPixel;
      source += 4;
    }
  }
}

/** Four values to four bytes, in lanes 0..3 of the result. */
// @ts-ignore: decorator
@inline
export function bytes(gain: v128, offset: v128, value: v128, add: v128): v128 {
  const level = f32x4.add(f32x4.mul(f32x4.add(value, add), gain), offset);
  // saturating all the way: below 0 is 0, above 255 is 255
  const whole = i32x4.trunc_sat_f32x4_u(level);
  const half = i16x8.narrow_i32x4_u(whole, whole);
  return i8x16.narrow_i16x8_u(half, half);
}

function writeFloats(plan: Plan, job: Job, source: usize, row: usize, outPixel: usize, target: usize): void {
  const scale = plan.scale;
  for (let x = 0; x < job.keptWidth; x++) {
    const add: f32 = plan.addPicture ? load<f32>(source) + plan.centre : 0;
    for (let k = 0; k < scale * scale; k++) {
      const to = target + <usize>(k / scale) * <usize>job.targetStride + (<usize>(x * scale + (k % scale)) << 2);
      store<f32>(to, load<f32>(row + (<usize>k << 2)) + add);
    }
    row += outPixel;
    source += 4;
  }
}

/** As bytes are written, but two a pixel, and up to the job's own most. */
function writeWords(plan: Plan, job: Job, source: usize, row: usize, outPixel: usize, target: usize): void {
  const scale = plan.scale, stride = <usize>job.targetStride;
  const gain = f32x4.splat(job.outGain), most = f32x4.splat(job.most);
  const offset = plan.addPicture ? f32x4.splat(plan.centre * job.outGain + job.outOffset) : f32x4.splat(job.outOffset);
  for (let x = 0; x < job.keptWidth; x++) {
    const add = plan.addPicture ? v128.load_splat<f32>(source) : f32x4.splat(0);
    let to = target + (<usize>(x * scale) << 1);
    if (scale == 2) {
      const w = words(gain, offset, most, v128.load(row), add);
      v128.store_lane<u32>(to, w, 0);
      v128.store_lane<u32>(to + stride, w, 1);
    } else if (scale == 4) {
      for (let i: usize = 0; i < 64; i += 16) {
        v128.store_lane<u64>(to, words(gain, offset, most, v128.load(row + i), add), 0);
        to += stride;
      }
    } else {
      for (let k = 0; k < scale * scale; k++) {
        const w = words(gain, offset, most, v128.load_splat<f32>(row + (<usize>k << 2)), add);
        v128.store_lane<u16>(to + <usize>(k / scale) * stride + (<usize>(k % scale) << 1), w, 0);
      }
    }
    row += outPixel;
    source += 4;
  }
}

/** Four values to four words, in lanes 0..3 of the result. */
// @ts-ignore: decorator
@inline
export function words(gain: v128, offset: v128, most: v128, value: v128, add: v128): v128 {
  const level = f32x4.add(f32x4.mul(f32x4.add(value, add), gain), offset);
  const whole = i32x4.trunc_sat_f32x4_u(f32x4.min(level, most));
  return i16x8.narrow_i32x4_u(whole, whole);
}
