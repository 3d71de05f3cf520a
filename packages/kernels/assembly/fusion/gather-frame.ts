/** One frame into the picture of a moment, as far as each pixel has shown the same all the way there. */

import { madd } from "../simd";
import { FusionJob } from "./fusion-job";
import { measureLight } from "./light";
import { COPIED, fillRow, gateOf, ringRow, store4, thresholdOf } from "./rows";

/** Samples that did not fit after which a pixel takes no more. */
const MISSES: i32 = 4;

/**
 * Everything of one frame; see `gatherFrame` of `@tatami/patches`, which defines it. `still` counts the samples of each pixel that did
 * not fit; the gate of one that takes no more is 0.
 */
export function gatherFrame(job: FusionJob): void {
  measureLight(job);
  let filled = 0;
  for (let y = 0; y < job.height; y++) {
    for (const last = min(y + 5, job.height); filled < last; filled++) fillRow(job, filled);
    gatherRow(job, y);
  }
  memory.copy(job.before, job.now, <usize>(job.width * job.height));
}

function gatherRow(job: FusionJob, y: i32): void {
  const width = job.width, line = <usize>(y * width);
  const errors = ringRow(job, 0, y);
  const changed = job.changed + <usize>((y >> 2) * (width >> 2));
  const one = f32x4.splat(1);
  for (let x = 0; x < width; x += 4) {
    const at = <usize>x << 2, pixel = line + <usize>x, place = pixel << 2;
    const error = v128.load(errors + at), mean = v128.load(job.mean + place);
    const misses = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(job.still + pixel)));
    const isChanged = load<u8>(changed + <usize>(x >> 2)) != 0;
    const seen = gateOf(job, y, at, error, thresholdOf(job, mean));
    const missed = f32x4.lt(seen, one);
    const more = i32x4.min_s(i32x4.sub(misses, missed), i32x4.splat(MISSES));
    const gate = v128.andnot(seen, i32x4.ge_s(more, i32x4.splat(MISSES)));
    const fresh = f32x4.splat(isChanged ? 1 : COPIED);
    const sample = f32x4.mul(fresh, gate);
    const count = f32x4.add(v128.load(job.count + place), sample);
    const next = madd(error, f32x4.div(sample, count), mean);
    v128.store(job.mean + place, next);
    v128.store(job.count + place, count);
    v128.store(job.gate + place, gate);
    store4(job.still + pixel, more);
    store4(job.shown + pixel, i32x4.trunc_sat_f32x4_u(f32x4.pmax(f32x4.add(next, f32x4.splat(0.5)), f32x4.splat(0))));
  }
}
