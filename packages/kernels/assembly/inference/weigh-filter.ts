/** The network's strength: its last layer's row is weighed against the bicubic filter, before it becomes pixels. */

import { madd } from "../simd";
import { rowOf } from "./ring";
import { Job, Plan, Ring } from "./structures";

/** Pixels of the picture that the filter looks at on each side. */
export const FILTER_RADIUS: i32 = 2;

/**
 * row = strength · row + (1 − strength) · (filter − what `writeLuma` adds to the row): then what it writes is
 * filter + strength · (network − filter). The filter is Keys' with a = −1/2; beyond the window its edge goes on.
 *
 * @param picture the picture's ring, of which rows `y` − 2 to `y` + 2 must be there
 * @param row the last layer's output for row `y` of the kept part: `[keptWidth][outPixel bytes]`
 */
export function weighAgainstFilter(plan: Plan, job: Job, picture: Ring, row: usize, outPixel: usize, y: i32): void {
  const last = job.height - 1;
  const a = rowOf(picture, max(y - 2, 0), 0), b = rowOf(picture, max(y - 1, 0), 0), c = rowOf(picture, y, 0);
  const d = rowOf(picture, min(y + 1, last), 0), e = rowOf(picture, min(y + 2, last), 0);
  if (plan.scale == 2) weighByTwo(plan, job, a, b, c, d, e, row, outPixel);
  else if (plan.scale == 4) weighByFour(plan, job, a, b, c, d, e, row, outPixel);
  else weighByAny(plan, job, a, b, c, d, e, row, outPixel);
}

/** A tap's weights in four phases, one a lane. */
// @ts-ignore: decorator
@inline
export function lanes(filter: usize, tap: usize, p: usize, q: usize, r: usize, s: usize): v128 {
  const at = filter + (tap << 2);
  let four = v128.load_splat<f32>(at + p * 20);
  four = f32x4.replace_lane(four, 1, load<f32>(at + q * 20));
  four = f32x4.replace_lane(four, 2, load<f32>(at + r * 20));
  return f32x4.replace_lane(four, 3, load<f32>(at + s * 20));
}

/** Five pixels one below the other, mixed down each phase of the lanes. */
// @ts-ignore: decorator
@inline
export function column(
  a: usize, b: usize, c: usize, d: usize, e: usize, x: i32, wa: v128, wb: v128, wc: v128, wd: v128, we: v128,
): v128 {
  const at = <usize>x << 2;
  let sum = f32x4.mul(wa, v128.load_splat<f32>(a + at));
  sum = madd(wb, v128.load_splat<f32>(b + at), sum);
  sum = madd(wc, v128.load_splat<f32>(c + at), sum);
  sum = madd(wd, v128.load_splat<f32>(d + at), sum);
  return madd(we, v128.load_splat<f32>(e + at), sum);
}

/** What `writeLuma` adds to a pixel beside the row, the picture's centre apart: negative, to be added to the filter. */
// @ts-ignore: decorator
@inline
export function unadded(plan: Plan, pixel: usize): f32 {
  // the filter's weights add up to 1, so of centred pixels it is less by the centre
  return plan.addPicture ? -load<f32>(pixel) : plan.centre;
}

/** Lanes are the four sub-pixels of a pixel, a row of two and the row below it. */
function weighByTwo(
  plan: Plan, job: Job, a: usize, b: usize, c: usize, d: usize, e: usize, row: usize, outPixel: usize,
): void {
  const filter = <usize>plan.filter;
  const wa = lanes(filter, 0, 0, 0, 1, 1), wb = lanes(filter, 1, 0, 0, 1, 1), wc = lanes(filter, 2, 0, 0, 1, 1);
  const wd = lanes(filter, 3, 0, 0, 1, 1), we = lanes(filter, 4, 0, 0, 1, 1);
  const ha = lanes(filter, 0, 0, 1, 0, 1), hb = lanes(filter, 1, 0, 1, 0, 1), hc = lanes(filter, 2, 0, 1, 0, 1);
  const hd = lanes(filter, 3, 0, 1, 0, 1), he = lanes(filter, 4, 0, 1, 0, 1);
  const strength = f32x4.splat(job.strength), rest = f32x4.splat(1 - job.strength);
  const from = job.keptX, end = job.keptX + job.keptWidth, last = job.width - 1;
  let p = column(a, b, c, d, e, max(from - 2, 0), wa, wb, wc, wd, we);
  let q = column(a, b, c, d, e, max(from - 1, 0), wa, wb, wc, wd, we);
  let r = column(a, b, c, d, e, from, wa, wb, wc, wd, we);
  let s = column(a, b, c, d, e, min(from + 1, last), wa, wb, wc, wd, we);
  for (let x = from; x < end; x++) {
    const t = column(a, b, c, d, e, min(x + 2, last), wa, wb, wc, wd, we);
    let sum = madd(ha, p, f32x4.splat(unadded(plan, c + (<usize>x << 2))));
    sum = madd(hb, q, sum);
    sum = madd(hc, r, sum);
    sum = madd(hd, s, sum);
    sum = madd(he, t, sum);
    v128.store(row, madd(strength, v128.load(row), f32x4.mul(rest, sum)));
    row += outPixel;
    p = q;
    q = r;
    r = s;
    s = t;
  }
}

/** Lanes are four sub-pixels one below the other, until the end turns them into rows. */
function weighByFour(
  plan: Plan, job: Job, a: usize, b: usize, c: usize, d: usize, e: usize, row: usize, outPixel: usize,
): void {
  const filter = <usize>plan.filter;
  const wa = lanes(filter, 0, 0, 1, 2, 3), wb = lanes(filter, 1, 0, 1, 2, 3), wc = lanes(filter, 2, 0, 1, 2, 3);
  const wd = lanes(filter, 3, 0, 1, 2, 3), we = lanes(filter, 4, 0, 1, 2, 3);
  const from = job.keptX, end = job.keptX + job.keptWidth, last = job.width - 1;
  let p = column(a, b, c, d, e, max(from - 2, 0), wa, wb, wc, wd, we);
  let q = column(a, b, c, d, e, max(from - 1, 0), wa, wb, wc, wd, we);
  let r = column(a, b, c, d, e, from, wa, wb, wc, wd, we);
  let s = column(a, b, c, d, e, min(from + 1, last), wa, wb, wc, wd, we);
  for (let x = from; x < end; x++) {
    const t = column(a, b, c, d, e, min(x + 2, last), wa, wb, wc, wd, we);
    const add = f32x4.splat(unadded(plan, c + (<usize>x << 2)));
    // phases 0 and 1 lie left of the pixel's centre, 2 and 3 right of it
    const k = across(filter, 0, p, q, r, s, add), l = across(filter + 20, 0, p, q, r, s, add);
    const m = across(filter + 40, 4, q, r, s, t, add), n = across(filter + 60, 4, q, r, s, t, add);
    const kl = v128.shuffle<i32>(k, l, 0, 4, 1, 5), mn = v128.shuffle<i32>(m, n, 0, 4, 1, 5);
    const lk = v128.shuffle<i32>(k, l, 2, 6, 3, 7), nm = v128.shuffle<i32>(m, n, 2, 6, 3, 7);
    weigh(job, row, v128.shuffle<i32>(kl, mn, 0, 1, 4, 5));
    weigh(job, row + 16, v128.shuffle<i32>(kl, mn, 2, 3, 6, 7));
    weigh(job, row + 32, v128.shuffle<i32>(lk, nm, 0, 1, 4, 5));
    weigh(job, row + 48, v128.shuffle<i32>(lk, nm, 2, 3, 6, 7));
    row += outPixel;
    p = q;
    q = r;
    r = s;
    s = t;
  }
}

/** Four columns mixed by the weights at `phase + first`. */
// @ts-ignore: decorator
@inline
export function across(phase: usize, first: usize, p: v128, q: v128, r: v128, s: v128, add: v128): v128 {
  const at = phase + first;
  let sum = madd(v128.load_splat<f32>(at, 0), p, add);
  sum = madd(v128.load_splat<f32>(at, 4), q, sum);
  sum = madd(v128.load_splat<f32>(at, 8), r, sum);
  return madd(v128.load_splat<f32>(at, 12), s, sum);
}

// @ts-ignore: decorator
@inline
export function weigh(job: Job, at: usize, filtered: v128): void {
  const strength = f32x4.splat(job.strength), rest = f32x4.splat(1 - job.strength);
  v128.store(at, madd(strength, v128.load(at), f32x4.mul(rest, filtered)));
}

function weighByAny(
  plan: Plan, job: Job, a: usize, b: usize, c: usize, d: usize, e: usize, row: usize, outPixel: usize,
): void {
  const filter = <usize>plan.filter, scale = plan.scale, last = job.width - 1;
  const strength = job.strength;
  for (let x = job.keptX; x < job.keptX + job.keptWidth; x++) {
    const add = unadded(plan, c + (<usize>x << 2));
    for (let k = 0; k < scale * scale; k++) {
      const down = filter + <usize>(k / scale) * 20, over = filter + <usize>(k % scale) * 20;
      let sum: f32 = add;
      for (let tap = 0; tap < 5; tap++) {
        const at = <usize>min(max(x + tap - 2, 0), last) << 2;
        const mixed = load<f32>(down, 0) * load<f32>(a + at) + load<f32>(down, 4) * load<f32>(b + at) +
          load<f32>(down, 8) * load<f32>(c + at) + load<f32>(down, 12) * load<f32>(d + at) +
          load<f32>(down, 16) * load<f32>(e + at);
        sum += load<f32>(over + (<usize>tap << 2)) * mixed;
      }
      const place = row + (<usize>k << 2);
      store<f32>(place, strength * load<f32>(place) + (1 - strength) * sum);
    }
    row += outPixel;
  }
}
