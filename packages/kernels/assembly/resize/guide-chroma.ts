/** Chroma enlarged under the guidance of enlarged luma, a row at a time. */

import { madd, nmadd } from "../simd";
import { GuideJob } from "./guide-job";
import { loadFour, storeLevels } from "./levels";

/** Everything of one frame of bytes. */
export function guideChroma(job: GuideJob): void {
  guide<u8>(job);
}

/** The same of words of 16 bits. All that is worked out is in steps of 8 bits, with what is finer behind the point. */
export function guideWords(job: GuideJob): void {
  guide<u16>(job);
}

// A row of the source is worked out when the first row of the result wants it.
function guide<T>(job: GuideJob): void {
  let read = -1, widened = -1;
  for (let y = 0; y < job.targetHeight; y++) {
    const taps = job.rowTaps + (<usize>y << 4);
    for (const last = load<i32>(taps, 12); widened < last;) {
      widened += 1;
      for (const below = min(widened + 1, job.height - 1); read < below;) readRow<T>(job, ++read);
      sumRows(job, widened);
      modelRow(job, widened);
      widenRow(job, widened);
    }
    seeRow<T>(
      job.seen, job.enlarged, job.enlargedStride, job.enlargedWidth, job.enlargedHeight, 2, 2, y, job.targetWidth, job.unit,
    );
    mixRow<T>(job, taps, y);
  }
}

// One row of guide and chroma as floats about zero, its ends repeated.
function readRow<T>(job: GuideJob, y: i32): void {
  const bytes = <usize>job.pitch << 2;
  const guide = job.near + <usize>((y & 3) * 3) * bytes + 16;
  seeRow<T>(
    guide, job.luma, job.lumaStride, job.lumaWidth, job.lumaHeight, job.across, job.down, y, job.width, job.unit,
  );
  centreRow<T>(job.blue + <usize>(y * job.blueStride), guide + bytes, job.width, job.unit);
  centreRow<T>(job.red + <usize>(y * job.redStride), guide + 2 * bytes, job.width, job.unit);
  for (let plane = 0; plane < 3; plane++) {
    const first = guide + <usize>plane * bytes, last = first + (<usize>(job.width - 1) << 2);
    store<f32>(first - 4, load<f32>(first));
    store<f32>(last + 4, load<f32>(last));
  }
}

function centreRow<T>(from: usize, to: usize, width: i32, unit: f32): void {
  const middle = f32x4.splat(128), each = f32x4.splat(unit);
  for (let x = 0; x < width; x += 4) {
    let four = loadFour<T>(from + (<usize>x << alignof<T>()));
    if (sizeof<T>() == 2) four = f32x4.mul(four, each);
    v128.store(to + (<usize>x << 2), f32x4.sub(four, middle));
  }
}

/** Four bytes as floats. */
// @ts-ignore: decorator
@inline
export function load4(from: usize): v128 {
  return loadFour<u8>(from);
}

/** Luma where chroma sample row `y` lies: the mean of its rows and columns, less 128. */
function seeRow<T>(
  to: usize, luma: usize, stride: i32, lumaWidth: i32, lumaHeight: i32, across: i32, down: i32, y: i32, width: i32,
  unit: f32,
): void {
  const a = luma + <usize>(down * y * stride), b = luma + <usize>(min(down * y + down - 1, lumaHeight - 1) * stride);
  const half = f32x4.splat(0.5 * unit), eighth = f32x4.splat(0.125 * unit), middle = f32x4.splat(-128);
  if (across == 1) {
    for (let x = 0; x < width; x += 4) {
      const at = <usize>x << alignof<T>();
      v128.store(to + (<usize>x << 2), madd(f32x4.add(loadFour<T>(a + at), loadFour<T>(b + at)), half, middle));
    }
    return;
  }
  if (sizeof<T>() == 2) {
    for (let x = 0; x < width; x += 4) {
      const at = <usize>x << 2, sum = i32x4.add(wordPairs(a + at), wordPairs(b + at));
      v128.store(to + at, madd(f32x4.convert_i32x4_u(sum), eighth, middle));
    }
  } else {
    for (let x = 0; x < width; x += 8) {
      const at = <usize>(2 * x), sum = i16x8.add(pairs(a + at), pairs(b + at));
      v128.store(to + (<usize>x << 2), madd(f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(sum)), eighth, middle));
      v128.store(to + (<usize>x << 2), madd(f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(sum)), eighth, middle), 16);
    }
  }
  seeEnd<T>(a, b, to, 0, lumaWidth, unit);
  seeEnd<T>(a, b, to, width - 1, lumaWidth, unit);
}

// Left, twice the middle and right of eight pairs of bytes.
// @ts-ignore: decorator
@inline
export function pairs(at: usize): v128 {
  const here = v128.load(at), low = i16x8.splat(0xff);
  const sides = i16x8.add(i16x8.shr_u(v128.load(at - 2), 8), i16x8.shr_u(here, 8));
  return i16x8.add(sides, i16x8.shl(v128.and(here, low), 1));
}

// The same of four pairs of words.
// @ts-ignore: decorator
@inline
export function wordPairs(at: usize): v128 {
  const here = v128.load(at), low = i32x4.splat(0xffff);
  const sides = i32x4.add(i32x4.shr_u(v128.load(at - 4), 16), i32x4.shr_u(here, 16));
  return i32x4.add(sides, i32x4.shl(v128.and(here, low), 1));
}

function seeEnd<T>(a: usize, b: usize, to: usize, x: i32, lumaWidth: i32, unit: f32): void {
  const wide = alignof<T>();
  const left = <usize>max(2 * x - 1, 0) << wide, right = <usize>min(2 * x + 1, lumaWidth - 1) << wide;
  const here = <usize>(2 * x) << wide;
  const sum =
    <i32>load<T>(a + left) + <i32>load<T>(b + left) + <i32>load<T>(a + right) + <i32>load<T>(b + right) +
    2 * (<i32>load<T>(a + here) + <i32>load<T>(b + here));
  store<f32>(to + (<usize>x << 2), <f32>sum * (0.125 * unit) - 128);
}

// Rows weighted 1 2 1: guide, blue, red, guide², guide·blue, guide·red, blue², red².
function sumRows(job: GuideJob, y: i32): void {
  const bytes = <usize>job.pitch << 2, slot = 3 * bytes;
  const a = job.near + <usize>(max(y - 1, 0) & 3) * slot, b = job.near + <usize>(y & 3) * slot;
  const c = job.near + <usize>(min(y + 1, job.height - 1) & 3) * slot, to = job.sums;
  for (let x = <usize>0, end = <usize>(job.width + 5) << 2; x < end; x += 16) {
    const ga = v128.load(a + x), ba = v128.load(a + bytes + x), ra = v128.load(a + 2 * bytes + x);
    const gb = v128.load(b + x), bb = v128.load(b + bytes + x), rb = v128.load(b + 2 * bytes + x);
    const gc = v128.load(c + x), bc = v128.load(c + bytes + x), rc = v128.load(c + 2 * bytes + x);
    const gb2 = f32x4.add(gb, gb), bb2 = f32x4.add(bb, bb), rb2 = f32x4.add(rb, rb);
    let at = to + x;
    v128.store(at, f32x4.add(f32x4.add(ga, gc), gb2));
    v128.store((at += bytes), f32x4.add(f32x4.add(ba, bc), bb2));
    v128.store((at += bytes), f32x4.add(f32x4.add(ra, rc), rb2));
    v128.store((at += bytes), madd(ga, ga, madd(gc, gc, f32x4.mul(gb, gb2))));
    v128.store((at += bytes), madd(ga, ba, madd(gc, bc, f32x4.mul(gb, bb2))));
    v128.store((at += bytes), madd(ga, ra, madd(gc, rc, f32x4.mul(gb, rb2))));
    v128.store((at += bytes), madd(ba, ba, madd(bc, bc, f32x4.mul(bb, bb2))));
    v128.store((at += bytes), madd(ra, ra, madd(rc, rc, f32x4.mul(rb, rb2))));
  }
}

// Sharpened chroma and guide, and the slopes of the 3×3 samples around.
function modelRow(job: GuideJob, y: i32): void {
  const bytes = <usize>job.pitch << 2, near = job.near + <usize>((y & 3) * 3) * bytes;
  const noise = f32x4.splat(job.noise), sharpening = f32x4.splat(job.sharpening), zero = f32x4.splat(0);
  for (let x = 0; x < job.width; x += 4) {
    const at = <usize>(x + 4) << 2, sums = job.sums + at;
    const guide = v128.load(near + at), blue = v128.load(near + bytes + at), red = v128.load(near + 2 * bytes + at);
    const guideMean = mean(sums), blueMean = mean(sums + bytes), redMean = mean(sums + 2 * bytes);
    const variance = f32x4.add(f32x4.max(nmadd(guideMean, guideMean, mean(sums + 3 * bytes)), zero), noise);
    const blueVariance = f32x4.max(nmadd(blueMean, blueMean, mean(sums + 6 * bytes)), zero);
    const redVariance = f32x4.max(nmadd(redMean, redMean, mean(sums + 7 * bytes)), zero);
    const blueSlope = slope(job, nmadd(guideMean, blueMean, mean(sums + 4 * bytes)), variance, blueVariance);
    const redSlope = slope(job, nmadd(guideMean, redMean, mean(sums + 5 * bytes)), variance, redVariance);
    v128.store(job.guide + (<usize>x << 2), madd(sharpening, f32x4.sub(guide, guideMean), guide));
    const to = job.mixed + (<usize>x << 4);
    const sharpBlue = madd(sharpening, f32x4.sub(blue, blueMean), blue);
    const sharpRed = madd(sharpening, f32x4.sub(red, redMean), red);
    const a = f32x4.shuffle(sharpBlue, sharpRed, 0, 4, 1, 5), b = f32x4.shuffle(sharpBlue, sharpRed, 2, 6, 3, 7);
    const c = f32x4.shuffle(blueSlope, redSlope, 0, 4, 1, 5), d = f32x4.shuffle(blueSlope, redSlope, 2, 6, 3, 7);
    v128.store(to, f32x4.shuffle(a, c, 0, 1, 4, 5));
    v128.store(to, f32x4.shuffle(a, c, 2, 3, 6, 7), 16);
    v128.store(to, f32x4.shuffle(b, d, 0, 1, 4, 5), 32);
    v128.store(to, f32x4.shuffle(b, d, 2, 3, 6, 7), 48);
  }
}

// Sums of a column each, weighted 1 2 1.
// @ts-ignore: decorator
@inline
export function mean(at: usize): v128 {
  const here = v128.load(at), sides = f32x4.add(v128.load(at - 4), v128.load(at + 4));
  return f32x4.mul(f32x4.add(sides, f32x4.add(here, here)), f32x4.splat(1 / 16));
}

// Chroma over luma, the less the worse a line fits.
// @ts-ignore: decorator
@inline
export function slope(job: GuideJob, covariance: v128, variance: v128, chromaVariance: v128): v128 {
  const explained = f32x4.mul(covariance, covariance), doubt = f32x4.splat(job.doubt);
  const known = madd(explained, f32x4.splat(1 - job.doubt), f32x4.splat(job.tiny));
  const fit = madd(f32x4.mul(variance, chromaVariance), doubt, known);
  return f32x4.div(f32x4.mul(covariance, explained), f32x4.mul(variance, fit));
}

function widenRow(job: GuideJob, y: i32): void {
  const bytes = <usize>job.targetPitch << 2, to = job.wide + <usize>((y & 3) * 5) * bytes;
  let taps = job.columnTaps, weights = job.columnWeights;
  for (let x = <usize>0, end = <usize>job.targetWidth << 2; x < end; x += 16) {
    const a = widen(job, taps, weights, to + 4 * bytes + x);
    const b = widen(job, taps + 16, weights + 64, to + 4 * bytes + x + 4);
    const c = widen(job, taps + 32, weights + 128, to + 4 * bytes + x + 8);
    const d = widen(job, taps + 48, weights + 192, to + 4 * bytes + x + 12);
    taps += 64;
    weights += 256;
    const ab = f32x4.shuffle(a, b, 0, 4, 1, 5), cd = f32x4.shuffle(c, d, 0, 4, 1, 5);
    const abSlopes = f32x4.shuffle(a, b, 2, 6, 3, 7), cdSlopes = f32x4.shuffle(c, d, 2, 6, 3, 7);
    v128.store(to + x, f32x4.shuffle(ab, cd, 0, 1, 4, 5));
    v128.store(to + bytes + x, f32x4.shuffle(ab, cd, 2, 3, 6, 7));
    v128.store(to + 2 * bytes + x, f32x4.shuffle(abSlopes, cdSlopes, 0, 1, 4, 5));
    v128.store(to + 3 * bytes + x, f32x4.shuffle(abSlopes, cdSlopes, 2, 3, 6, 7));
  }
}

// One sample: the guide to an address, chroma and slopes as lanes.
// @ts-ignore: decorator
@inline
export function widen(job: GuideJob, taps: usize, weights: usize, to: usize): v128 {
  const i = <usize>load<i32>(taps), j = <usize>load<i32>(taps, 4), k = <usize>load<i32>(taps, 8), l = <usize>load<i32>(taps, 12);
  const mixed = job.mixed, guide = job.guide;
  store<f32>(
    to,
    load<f32>(weights) * load<f32>(guide + (i >> 2)) + load<f32>(weights, 16) * load<f32>(guide + (j >> 2)) +
      load<f32>(weights, 32) * load<f32>(guide + (k >> 2)) + load<f32>(weights, 48) * load<f32>(guide + (l >> 2)),
  );
  let sum = f32x4.mul(v128.load(mixed + i), v128.load(weights));
  sum = madd(v128.load(mixed + j), v128.load(weights, 16), sum);
  sum = madd(v128.load(mixed + k), v128.load(weights, 32), sum);
  return madd(v128.load(mixed + l), v128.load(weights, 48), sum);
}

function mixRow<T>(job: GuideJob, taps: usize, y: i32): void {
  const bytes = <usize>job.targetPitch << 2, slot = 5 * bytes, weights = job.rowWeights + (<usize>y << 5);
  const a = job.wide + <usize>(load<i32>(taps) & 3) * slot, b = job.wide + <usize>(load<i32>(taps, 4) & 3) * slot;
  const c = job.wide + <usize>(load<i32>(taps, 8) & 3) * slot, d = job.wide + <usize>(load<i32>(taps, 12) & 3) * slot;
  const filterA = v128.load_splat<f32>(weights), filterB = v128.load_splat<f32>(weights, 4);
  const filterC = v128.load_splat<f32>(weights, 8), filterD = v128.load_splat<f32>(weights, 12);
  const slopeA = v128.load_splat<f32>(weights, 16), slopeB = v128.load_splat<f32>(weights, 20);
  const slopeC = v128.load_splat<f32>(weights, 24), slopeD = v128.load_splat<f32>(weights, 28);
  const grey = f32x4.splat(128.5);
  const below = f32x4.splat(-128.5 - 2 * job.ownSide), above = f32x4.splat(-128.5 + 2 * job.ownSide);
  const seen = job.seen, row = <usize>(y * job.targetWidth), end = <usize>job.targetWidth;
  for (let x = <usize>0; x < end; x += 4) {
    const blueAt = x << 2, redAt = blueAt + bytes, blueSlopeAt = redAt + bytes, redSlopeAt = blueSlopeAt + bytes;
    const guideAt = redSlopeAt + bytes;
    let detail = f32x4.sub(v128.load(seen + blueAt), f32x4.mul(filterA, v128.load(a + guideAt)));
    detail = nmadd(filterB, v128.load(b + guideAt), detail);
    detail = nmadd(filterC, v128.load(c + guideAt), detail);
    detail = nmadd(filterD, v128.load(d + guideAt), detail);
    const blue = mix(a + blueAt, b + blueAt, c + blueAt, d + blueAt, filterA, filterB, filterC, filterD, grey);
    const red = mix(a + redAt, b + redAt, c + redAt, d + redAt, filterA, filterB, filterC, filterD, grey);
    const blueSlope = mixSlopes(a + blueSlopeAt, b + blueSlopeAt, c + blueSlopeAt, d + blueSlopeAt, slopeA, slopeB, slopeC, slopeD);
    const redSlope = mixSlopes(a + redSlopeAt, b + redSlopeAt, c + redSlopeAt, d + redSlopeAt, slopeA, slopeB, slopeC, slopeD);
    const at = (row + x) << alignof<T>();
    storeGuided<T>(
      job, job.targetBlue + at, job.targetRed + at, keepSide(blue, madd(blueSlope, detail, blue), below, above),
      keepSide(red, madd(redSlope, detail, red), below, above),
    );
  }
}

// @ts-ignore: decorator
@inline
export function mix(a: usize, b: usize, c: usize, d: usize, wa: v128, wb: v128, wc: v128, wd: v128, onto: v128): v128 {
  const sum = madd(wb, v128.load(b), madd(wa, v128.load(a), onto));
  return madd(wd, v128.load(d), madd(wc, v128.load(c), sum));
}

// @ts-ignore: decorator
@inline
export function mixSlopes(a: usize, b: usize, c: usize, d: usize, wa: v128, wb: v128, wc: v128, wd: v128): v128 {
  const sum = madd(wb, v128.load(b), f32x4.mul(wa, v128.load(a)));
  return madd(wd, v128.load(d), madd(wc, v128.load(c), sum));
}

// A colour is not made its complement.
// @ts-ignore: decorator
@inline
export function keepSide(filtered: v128, guided: v128, below: v128, above: v128): v128 {
  const grey = f32x4.splat(128.5), twice = f32x4.add(filtered, filtered);
  const least = f32x4.min(grey, f32x4.add(twice, below)), most = f32x4.max(grey, f32x4.add(twice, above));
  return f32x4.min(f32x4.max(guided, least), most);
}

// What comes in has the half in it that cutting off rounds by, of a step of 8 bits.
// @ts-ignore: decorator
@inline
export function storeGuided<T>(job: GuideJob, toBlue: usize, toRed: usize, blue: v128, red: v128): void {
  if (sizeof<T>() == 2) {
    const half = f32x4.splat(0.5), steps = f32x4.splat(job.steps);
    storeLevels<T>(toBlue, madd(f32x4.sub(blue, half), steps, half), job.most);
    storeLevels<T>(toRed, madd(f32x4.sub(red, half), steps, half), job.most);
  } else {
    // both at once; saturating all the way: below 0 is 0, above 255 is 255
    const both = i16x8.narrow_i32x4_u(i32x4.trunc_sat_f32x4_u(blue), i32x4.trunc_sat_f32x4_u(red));
    const levels = i8x16.narrow_i16x8_u(both, both);
    v128.store_lane<u32>(toBlue, levels, 0);
    v128.store_lane<u32>(toRed, levels, 1);
  }
}
