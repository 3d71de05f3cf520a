/** What both ways of fusing look at: the error that light does not explain, alone and summed over the pixels around. */

import { load4 } from "../resize/guide-chroma";
import { FusionJob } from "./fusion-job";
import { lightRow, sumOf } from "./light";

/** What a sample weighs that the codec has only copied. */
export const COPIED: f32 = 0.25;

/** Rings of rows: the error that light does not explain, the light, and the error summed over 3 and 9 pixels. */
// @ts-ignore: decorator
@inline
export function ringRow(job: FusionJob, ring: i32, y: i32): usize {
  return job.rows + <usize>((ring * 16 + (y & 15)) * job.rowPitch) + 32;
}

/** Fills in one row of every ring. */
export function fillRow(job: FusionJob, y: i32): void {
  const width = job.width;
  const errors = ringRow(job, 0, y), light = ringRow(job, 1, y), three = ringRow(job, 2, y), nine = ringRow(job, 3, y);
  lightRow(job, y, light);
  const line = <usize>(y * width);
  for (let x = 0; x < width; x += 4) {
    const at = <usize>x << 2;
    const error = f32x4.sub(load4(job.now + line + <usize>x), v128.load(job.mean + (line << 2) + at));
    v128.store(errors + at, f32x4.sub(error, v128.load(light + at)));
  }
  const end = errors + (<usize>width << 2);
  const first = v128.load32_splat(errors), last = v128.load32_splat(end - 4);
  v128.store(errors - 32, first);
  v128.store(errors - 16, first);
  v128.store(end, last);
  v128.store(end, last, 16);
  for (let x = -4; x < width + 4; x += 4) {
    const at = errors + (x << 2);
    v128.store(three + (x << 2), f32x4.add(f32x4.add(v128.load(at - 4), v128.load(at)), v128.load(at, 4)));
  }
  for (let x = 0; x < width; x += 4) {
    const at = three + (x << 2);
    v128.store(nine + (x << 2), f32x4.add(f32x4.add(v128.load(at - 12), v128.load(at)), v128.load(at, 12)));
  }
}

/** The sum of a ring's rows around one; beyond the picture its border goes on. */
// @ts-ignore: decorator
@inline
export function sumDown(job: FusionJob, ring: i32, y: i32, reach: i32, at: usize): v128 {
  let sum = v128.load(ringRow(job, ring, y) + at);
  for (let d = 1; d <= reach; d++) {
    sum = f32x4.add(sum, v128.load(ringRow(job, ring, max(y - d, 0)) + at));
    sum = f32x4.add(sum, v128.load(ringRow(job, ring, min(y + d, job.height - 1)) + at));
  }
  return sum;
}

/** The threshold of four pixels, by the mean of what they show. */
// @ts-ignore: decorator
@inline
export function thresholdOf(job: FusionJob, mean: v128): f32 {
  const level = min(max(<i32>(sumOf(mean) * 0.25 + 0.5), 0), 255);
  return load<f32>(job.thresholds + (<usize>level << 2));
}

/** How far the gates of four pixels of a cell are shut, 0 to 1. */
// @ts-ignore: decorator
@inline
export function gateOf(job: FusionJob, y: i32, at: usize, error: v128, threshold: f32): v128 {
  const per: f32 = 1 / threshold;
  const perThree = f32x4.splat(per / 9), perNine = f32x4.splat(per * 2.5 / 81), perOne = f32x4.splat(per / 4);
  let open = f32x4.mul(f32x4.abs(sumDown(job, 2, y, 1, at)), perThree);
  open = f32x4.pmax(open, f32x4.mul(f32x4.abs(sumDown(job, 3, y, 4, at)), perNine));
  open = f32x4.pmax(open, f32x4.mul(f32x4.abs(error), perOne));
  return f32x4.pmin(f32x4.pmax(f32x4.sub(f32x4.splat(2), open), f32x4.splat(0)), f32x4.splat(1));
}

/** Four whole numbers as bytes; above 255 is 255. */
// @ts-ignore: decorator
@inline
export function store4(to: usize, whole: v128): void {
  const words = i16x8.narrow_i32x4_u(whole, whole);
  v128.store_lane<u32>(to, i8x16.narrow_i16x8_u(words, words), 0);
}

// @ts-ignore: decorator
@inline
export function sumInts(v: v128): i32 {
  return i32x4.extract_lane(v, 0) + i32x4.extract_lane(v, 1) + i32x4.extract_lane(v, 2) + i32x4.extract_lane(v, 3);
}

// @ts-ignore: decorator
@inline
export function sumFloats(v: v128): f64 {
  const low = <f64>f32x4.extract_lane(v, 0) + <f64>f32x4.extract_lane(v, 1);
  return low + <f64>f32x4.extract_lane(v, 2) + <f64>f32x4.extract_lane(v, 3);
}
