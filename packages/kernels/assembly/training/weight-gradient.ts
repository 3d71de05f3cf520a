/**
 * Weight gradient of a convolution: a sum of rank-1 updates, one a pixel. In a row of a plane, the numbers that one row
 * of a kernel meets lie together, and so do its weights' gradients: both are counted over columns and channels at once.
 */

import { madd } from "../simd";
import { addFloats } from "./movement/strided";
import { rowOf } from "./plane-rows";
import { Plane } from "./structures";

/** Bytes of both planes' rows that are summed before a block is given up: they still fit the first-level cache. */
const BAND: i32 = 20480;

/** One block's sums: `[6][8]`, `[12][4]` or `[32][1]`. */
const SUMS = memory.data(192, 16);

/** What a block's loop walks along: `width` pixels of some rows of both planes. */
@unmanaged
class Walk {
  /** Bytes of one pixel. */
  pixel: usize;
  outPixel: usize;
  /** Bytes from a row's end to the next one's beginning. */
  skip: usize;
  outSkip: usize;
  /** Bytes of a row of the gradient, and from one row to the next. */
  run: usize;
  stride: usize;
  /** Bytes from the band's first row to the end of its last. */
  band: usize;
}
const WALK = changetype<Walk>(memory.data(28, 16));

/**
 * @param source the plane the convolution read
 * @param gradient of the convolution's output
 * @param target `[kernel][kernel][inputs][outputs]`, added to
 * @param kernel odd, at most twice the plane's border and one
 */
export function weightGradient(source: Plane, gradient: Plane, target: usize, kernel: i32): void {
  const pixel = <usize>source.pixel, outPixel = <usize>gradient.pixel;
  const walk = WALK;
  walk.pixel = pixel;
  walk.outPixel = outPixel;
  walk.run = <usize>gradient.width * outPixel;
  walk.skip = <usize>source.stride - <usize>gradient.width * pixel;
  walk.outSkip = <usize>gradient.stride - walk.run;
  walk.stride = gradient.stride;
  const radius = kernel >> 1, count = kernel * <i32>(pixel >> 2);
  const rowWeights = <usize>count * outPixel;
  const band = max(1, BAND / (gradient.width * <i32>(pixel + outPixel)));
  for (let top = 0; top < gradient.height; top += band) {
    walk.band = <usize>(min(band, gradient.height - top) - 1) * walk.stride + walk.run;
    const incoming = rowOf(gradient, top);
    for (let ky = 0; ky < kernel; ky++) {
      const from = rowOf(source, top + ky - radius) - <usize>radius * pixel;
      addRow(from, incoming, count, target + <usize>ky * rowWeights, walk);
    }
  }
}

/** One row of the kernel, `count` weights for each output channel. */
function addRow(from: usize, incoming: usize, count: i32, target: usize, walk: Walk): void {
  const outPixel = walk.outPixel;
  if (outPixel == 4) {
    for (let i = 0; i < count; i += 32) {
      sumThirtyTwo(from + (<usize>i << 2), incoming, walk);
      addSums(1, min(32, count - i) * 4, target + (<usize>i << 2), 0);
    }
    return;
  }
  let channel: usize = 0;
  for (; channel + 32 <= outPixel; channel += 32) {
    for (let i = 0; i < count; i += 6) {
      sumSixByEight(from + (<usize>i << 2), incoming + channel, walk);
      addSums(min(6, count - i), 32, target + <usize>i * outPixel + channel, outPixel);
    }
  }
  if (channel == outPixel) return;
  for (let i = 0; i < count; i += 12) {
    sumTwelveByFour(from + (<usize>i << 2), incoming + channel, walk);
    addSums(min(12, count - i), 16, target + <usize>i * outPixel + channel, outPixel);
  }
}

/** Adds the block's rows of `bytes` to the gradient's, which are `step` bytes apart. */
function addSums(rows: i32, bytes: i32, target: usize, step: usize): void {
  for (let i = 0; i < rows; i++) addFloats(SUMS + <usize>(i * bytes), target + <usize>i * step, bytes >> 2);
}

/**
 * Six weights by eight output channels. One loop goes over all rows, and what leads to the next comes first in it: so V8
 * keeps all sums in registers, which it does not with a loop around or with a branch behind.
 */
function sumSixByEight(p: usize, q: usize, walk: Walk): void {
  const pixel = walk.pixel, outPixel = walk.outPixel, skip = walk.skip, outSkip = walk.outSkip;
  const stride = walk.stride, end = q + walk.band;
  let stop = q + walk.run;
  const zero = f32x4.splat(0);
  let a0 = zero, a1 = zero, b0 = zero, b1 = zero, c0 = zero, c1 = zero;
  let d0 = zero, d1 = zero, e0 = zero, e1 = zero, f0 = zero, f1 = zero;
  while (q < end) {
    if (q == stop) {
      p += skip;
      q += outSkip;
      stop += stride;
    }
    const u = v128.load(q, 0), v = v128.load(q, 16);
    let s = v128.load_splat<f32>(p, 0);
    a0 = madd(s, u, a0); a1 = madd(s, v, a1);
    s = v128.load_splat<f32>(p, 4);
    b0 = madd(s, u, b0); b1 = madd(s, v, b1);
    s = v128.load_splat<f32>(p, 8);
    c0 = madd(s, u, c0); c1 = madd(s, v, c1);
    s = v128.load_splat<f32>(p, 12);
    d0 = madd(s, u, d0); d1 = madd(s, v, d1);
    s = v128.load_splat<f32>(p, 16);
    e0 = madd(s, u, e0); e1 = madd(s, v, e1);
    s = v128.load_splat<f32>(p, 20);
    f0 = madd(s, u, f0); f1 = madd(s, v, f1);
    p += pixel;
    q += outPixel;
  }
  v128.store(SUMS, a0, 0); v128.store(SUMS, a1, 16); v128.store(SUMS, b0, 32); v128.store(SUMS, b1, 48);
  v128.store(SUMS, c0, 64); v128.store(SUMS, c1, 80); v128.store(SUMS, d0, 96); v128.store(SUMS, d1, 112);
  v128.store(SUMS, e0, 128); v128.store(SUMS, e1, 144); v128.store(SUMS, f0, 160); v128.store(SUMS, f1, 176);
}

/** Twelve weights by four output channels. */
function sumTwelveByFour(p: usize, q: usize, walk: Walk): void {
  const pixel = walk.pixel, outPixel = walk.outPixel, skip = walk.skip, outSkip = walk.outSkip;
  const stride = walk.stride, end = q + walk.band;
  let stop = q + walk.run;
  const zero = f32x4.splat(0);
  let a = zero, b = zero, c = zero, d = zero, e = zero, f = zero;
  let g = zero, h = zero, i = zero, j = zero, k = zero, l = zero;
  while (q < end) {
    if (q == stop) {
      p += skip;
      q += outSkip;
      stop += stride;
    }
    const u = v128.load(q);
    a = madd(v128.load_splat<f32>(p, 0), u, a);
    b = madd(v128.load_splat<f32>(p, 4), u, b);
    c = madd(v128.load_splat<f32>(p, 8), u, c);
    d = madd(v128.load_splat<f32>(p, 12), u, d);
    e = madd(v128.load_splat<f32>(p, 16), u, e);
    f = madd(v128.load_splat<f32>(p, 20), u, f);
    g = madd(v128.load_splat<f32>(p, 24), u, g);
    h = madd(v128.load_splat<f32>(p, 28), u, h);
    i = madd(v128.load_splat<f32>(p, 32), u, i);
    j = madd(v128.load_splat<f32>(p, 36), u, j);
    k = madd(v128.load_splat<f32>(p, 40), u, k);
    l = madd(v128.load_splat<f32>(p, 44), u, l);
    p += pixel;
    q += outPixel;
  }
  v128.store(SUMS, a, 0); v128.store(SUMS, b, 16); v128.store(SUMS, c, 32); v128.store(SUMS, d, 48);
  v128.store(SUMS, e, 64); v128.store(SUMS, f, 80); v128.store(SUMS, g, 96); v128.store(SUMS, h, 112);
  v128.store(SUMS, i, 128); v128.store(SUMS, j, 144); v128.store(SUMS, k, 160); v128.store(SUMS, l, 176);
}

/** Thirty-two weights of the one output channel. */
function sumThirtyTwo(p: usize, q: usize, walk: Walk): void {
  const pixel = walk.pixel, outPixel = walk.outPixel, skip = walk.skip, outSkip = walk.outSkip;
  const stride = walk.stride, end = q + walk.band;
  let stop = q + walk.run;
  const zero = f32x4.splat(0);
  let a = zero, b = zero, c = zero, d = zero;
  let e = zero, f = zero, g = zero, h = zero;
  while (q < end) {
    if (q == stop) {
      p += skip;
      q += outSkip;
      stop += stride;
    }
    const s = v128.load_splat<f32>(q);
    a = madd(s, v128.load(p, 0), a);
    b = madd(s, v128.load(p, 16), b);
    c = madd(s, v128.load(p, 32), c);
    d = madd(s, v128.load(p, 48), d);
    e = madd(s, v128.load(p, 64), e);
    f = madd(s, v128.load(p, 80), f);
    g = madd(s, v128.load(p, 96), g);
    h = madd(s, v128.load(p, 112), h);
    p += pixel;
    q += outPixel;
  }
  v128.store(SUMS, a, 0); v128.store(SUMS, b, 16); v128.store(SUMS, c, 32); v128.store(SUMS, d, 48);
  v128.store(SUMS, e, 64); v128.store(SUMS, f, 80); v128.store(SUMS, g, 96); v128.store(SUMS, h, 112);
}
