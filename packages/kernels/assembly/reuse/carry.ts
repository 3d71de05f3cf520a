/**
 * What changed too little to be computed again, enlarged the cheap way: kept result + enlarged (current − kept input),
 * by the Catmull–Rom filter, sample centres aligned. Drift of brightness and noise live on in patches that are reused.
 */

import { madd } from "../simd";

/** One patch that is reused. TypeScript has the fields from here (`scripts/describe-memory.js`). */
@unmanaged
export class Carry {
  /** The window now, and as it was when the result was computed. */
  current: u32;
  currentStride: i32;
  before: u32;
  beforeStride: i32;
  width: i32;
  height: i32;
  /** The part of the window whose result was kept. */
  keptX: i32;
  keptY: i32;
  keptWidth: i32;
  keptHeight: i32;
  scale: i32;
  /** The kept result, and where the new one goes. */
  result: u32;
  resultStride: i32;
  target: u32;
  targetStride: i32;
  /** Four weights of each phase, `[scale][4]` floats, and the first tap's place relative to the pixel. */
  weights: u32;
  firstTaps: u32;
  /** Floats: `width + 16` a row, eight rows and one for each phase. */
  scratch: u32;
  /** The largest sample. */
  most: i32;
}

/** Writes the patch's new result, of bytes. */
export function carryPatch(carry: Carry): void {
  carryOver<u8>(carry);
}

/** The same of words of 16 bits; strides are in bytes all the same. */
export function carryWords(carry: Carry): void {
  carryOver<u16>(carry);
}

function carryOver<T>(carry: Carry): void {
  const scale = carry.scale;
  const stride = <usize>(carry.width + 16) << 2;
  const rows = <usize>carry.scratch;
  const mixed = rows + stride * 6, phases = rows + stride * 8;
  const from = max(carry.keptX - 2, 0), to = min(carry.keptX + carry.keptWidth + 2, carry.width);
  let filled = carry.keptY - 2;
  for (let y = carry.keptY; y < carry.keptY + carry.keptHeight; y++) {
    for (; filled <= y + 2; filled++) differenceRow<T>(carry, filled, from, to, ringRow(rows, stride, filled));
    for (let dy = 0; dy < scale; dy++) {
      const first = y + load<i32>(carry.firstTaps + (<usize>dy << 2));
      mixRows(rows, stride, first, carry.weights + (<usize>dy << 4), mixed, carry.width);
      const line = <usize>((y - carry.keptY) * scale + dy);
      for (let dx = 0; dx < scale; dx++) {
        const tap = carry.keptX + load<i32>(carry.firstTaps + (<usize>dx << 2));
        mixColumns(mixed + 16 + (<usize>(tap + 2) << 2), carry.weights + (<usize>dx << 4), phases + stride * <usize>dx, carry.keptWidth);
      }
      addRow<T>(
        carry.result + line * carry.resultStride, phases, stride, scale, carry.keptWidth,
        carry.target + line * carry.targetStride, carry.most,
      );
    }
  }
}

/** Six rows of differences are there at a time, five of them looked at. */
// @ts-ignore: decorator
@inline
export function ringRow(rows: usize, stride: usize, y: i32): usize {
  return rows + <usize>((y + 12) % 6) * stride;
}

/** Current less before; beyond the picture its edge goes on. Pixel x lies four floats and two pixels into the row. */
function differenceRow<T>(carry: Carry, y: i32, from: i32, to: i32, row: usize): void {
  const line = <usize>min(max(y, 0), carry.height - 1);
  const now = <usize>carry.current + line * <usize>carry.currentStride;
  const before = <usize>carry.before + line * <usize>carry.beforeStride;
  const pixels = row + 16 + 8;
  for (let x = from; x < to; x++) {
    const at = <usize>x << alignof<T>();
    store<f32>(pixels + (<usize>x << 2), <f32>(<i32>load<T>(now + at) - <i32>load<T>(before + at)));
  }
  for (let x: i32 = 1; x <= 2; x++) {
    store<f32>(<usize>(<i32>pixels + ((from - x) << 2)), load<f32>(pixels + (<usize>from << 2)));
    store<f32>(pixels + (<usize>(to + x - 1) << 2), load<f32>(pixels + (<usize>(to - 1) << 2)));
  }
}

function mixRows(rows: usize, stride: usize, first: i32, weights: usize, to: usize, width: i32): void {
  const a = ringRow(rows, stride, first), b = ringRow(rows, stride, first + 1);
  const c = ringRow(rows, stride, first + 2), d = ringRow(rows, stride, first + 3);
  const wa = v128.load_splat<f32>(weights, 0), wb = v128.load_splat<f32>(weights, 4);
  const wc = v128.load_splat<f32>(weights, 8), wd = v128.load_splat<f32>(weights, 12);
  const end = <usize>(width + 12) << 2;
  for (let i: usize = 0; i < end; i += 16) {
    let sum = f32x4.mul(wa, v128.load(a + i));
    sum = madd(wb, v128.load(b + i), sum);
    sum = madd(wc, v128.load(c + i), sum);
    v128.store(to + i, madd(wd, v128.load(d + i), sum));
  }
}

function mixColumns(from: usize, weights: usize, to: usize, width: i32): void {
  const wa = v128.load_splat<f32>(weights, 0), wb = v128.load_splat<f32>(weights, 4);
  const wc = v128.load_splat<f32>(weights, 8), wd = v128.load_splat<f32>(weights, 12);
  for (let x = 0; x < width; x += 4) {
    let sum = f32x4.mul(wa, v128.load(from, 0));
    sum = madd(wb, v128.load(from, 4), sum);
    sum = madd(wc, v128.load(from, 8), sum);
    v128.store(to, madd(wd, v128.load(from, 12), sum));
    from += 16;
    to += 16;
  }
}

/** target = result + the phases' differences, rounded half up and clipped. */
function addRow<T>(
  result: usize, phases: usize, stride: usize, scale: i32, width: i32, target: usize, most: i32,
): void {
  const half = f32x4.splat(0.5);
  let x = 0;
  if (sizeof<T>() == 1 && scale == 2) {
    for (; x + 4 <= width; x += 4) {
      const at = <usize>x << 2;
      const even = i32x4.trunc_sat_f32x4_s(f32x4.floor(f32x4.add(v128.load(phases + at), half)));
      const odd = i32x4.trunc_sat_f32x4_s(f32x4.floor(f32x4.add(v128.load(phases + stride + at), half)));
      const left = v128.shuffle<i32>(even, odd, 0, 4, 1, 5), right = v128.shuffle<i32>(even, odd, 2, 6, 3, 7);
      const sum = i16x8.add(i16x8.narrow_i32x4_s(left, right), v128.load_ext<u8>(result + (<usize>x << 1)));
      v128.store_lane<u64>(target + (<usize>x << 1), i8x16.narrow_i16x8_u(sum, sum), 0);
    }
  }
  for (; x < width; x++) {
    for (let dx = 0; dx < scale; dx++) {
      const at = <usize>(x * scale + dx) << alignof<T>();
      const change = floor(load<f32>(phases + stride * <usize>dx + (<usize>x << 2)) + 0.5);
      store<T>(target + at, <T>min(max(<i32>load<T>(result + at) + <i32>change, 0), most));
    }
  }
}
