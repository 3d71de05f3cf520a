/** One frame into the mean of those before it, as far as each pixel shows what it showed then. */

import { madd } from "../simd";
import { load4 } from "../resize/guide-chroma";
import { FusionJob } from "./fusion-job";
import { measureLight } from "./light";
import { COPIED, fillRow, gateOf, ringRow, store4, sumFloats, sumInts, thresholdOf } from "./rows";

/** Frames for which a pixel's gate has to be shut before it counts as still. */
const STILL: i32 = 12;

/** Everything of one frame; see `fuseFrame` of `@tatami/patches`, which defines it. */
export function fuseFrame(job: FusionJob): void {
  job.opened = 0;
  job.stillPixels = 0;
  job.gained = 0;
  measureLight(job);
  // where a codec has copied most of the picture, what it has coded anew has most likely moved
  const copied: f32 = max<f32>(1 - 2 * <f32>job.changes / <f32>((job.width * job.height) >> 4), 0);
  job.ofChanged = 1 - 0.8 * copied;
  job.ofCopied = 1 + 0.5 * copied;
  let filled = 0;
  for (let y = 0; y < job.height; y++) {
    for (const last = min(y + 5, job.height); filled < last; filled++) fillRow(job, filled);
    updateRow(job, y);
  }
  memory.copy(job.before, job.now, <usize>(job.width * job.height));
}

function updateRow(job: FusionJob, y: i32): void {
  const width = job.width, line = <usize>(y * width);
  const errors = ringRow(job, 0, y), lights = ringRow(job, 1, y);
  const changed = job.changed + <usize>((y >> 2) * (width >> 2));
  const one = f32x4.splat(1), zero = f32x4.splat(0), share = f32x4.splat(job.share), most = f32x4.splat(job.most);
  let opened = i32x4.splat(0), stillPixels = i32x4.splat(0), gained = zero;
  for (let x = 0; x < width; x += 4) {
    const at = <usize>x << 2, pixel = line + <usize>x, place = pixel << 2;
    const error = v128.load(errors + at), light = v128.load(lights + at);
    const now = load4(job.now + pixel), mean = v128.load(job.mean + place);

    const threshold = thresholdOf(job, mean);

    // what the mean had won, where nothing moved before; what moves in just then is no matter of noise
    const farthest = f32x4.splat(9 * threshold * threshold);
    const still = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(job.still + pixel)));
    const wasStill = i32x4.ge_s(still, i32x4.splat(STILL));
    const step = f32x4.sub(now, load4(job.before + pixel)), off = f32x4.sub(now, mean);
    const won = f32x4.sub(f32x4.pmin(f32x4.mul(step, step), farthest), f32x4.pmin(f32x4.mul(off, off), farthest));
    gained = f32x4.add(gained, v128.and(wasStill, won));
    stillPixels = i32x4.sub(stillPixels, wasStill);

    const isChanged = load<u8>(changed + <usize>(x >> 2)) != 0;
    const gate = gateOf(job, y, at, error, threshold * (isChanged ? job.ofChanged : job.ofCopied));
    const isOpened = f32x4.lt(gate, one);
    opened = i32x4.sub(opened, isOpened);

    const fresh = f32x4.splat(isChanged ? 1 : COPIED);
    const sample = v128.bitselect(one, fresh, isOpened);
    const count = f32x4.pmin(madd(v128.load(job.count + place), gate, sample), most);
    // light goes into the mean at once where it is strong, and where the gate is open all of it
    const follow = f32x4.pmin(f32x4.pmax(f32x4.mul(f32x4.abs(light), f32x4.splat(0.5)), f32x4.splat(0.1)), one);
    const lit = madd(gate, f32x4.sub(follow, one), one);
    const moved = madd(lit, light, f32x4.mul(error, f32x4.div(sample, count)));
    const next = f32x4.add(mean, moved);
    v128.store(job.mean + place, next);
    v128.store(job.count + place, count);
    v128.store(job.gate + place, gate);
    const longer = v128.andnot(i32x4.min_s(i32x4.add(still, i32x4.splat(1)), i32x4.splat(255)), isOpened);
    store4(job.still + pixel, longer);
    const shown = f32x4.add(madd(share, f32x4.sub(next, now), now), f32x4.splat(0.5));
    store4(job.shown + pixel, i32x4.trunc_sat_f32x4_u(f32x4.pmax(shown, zero)));
  }
  job.opened += sumInts(opened);
  job.stillPixels += sumInts(stillPixels);
  job.gained += sumFloats(gained);
}
