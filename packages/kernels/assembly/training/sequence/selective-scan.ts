/** The scan of a state-space model along the rows of a plane: a decaying state of each head, fed and asked by every pixel. */

import { madd } from "../../simd";
import { exponential } from "../elementwise/exponential";
import { loadTail } from "../elementwise/row-tails";
import { rowOf } from "../plane-rows";
import { Plane } from "../structures";

/** What JavaScript writes into memory; TypeScript has the fields from here (`scripts/describe-memory.js`). */
@unmanaged
export class Scan {
  /** Planes of one size: what asks, what feeds, values, logarithms of decays (a channel a head), and the result. */
  q: Plane;
  k: Plane;
  v: Plane;
  g: Plane;
  target: Plane;
  heads: i32;
  states: i32;
  values: i32;
  /** Whether each head has channels of its own; else all have the same. */
  ownQ: i32;
  ownK: i32;
  ownV: i32;
  /** Whether rows are walked from their ends. A decay then counts between its pixel and the one before. */
  reversed: i32;
  /** Floats: the row's pixels and four more, and `states`. */
  decays: usize;
  state: usize;
}

/**
 * For each row and head: S ← e^g · S + k ⊗ v, y = q · S, pixel by pixel, S = 0 before the first.
 *
 * Padding channels of the target stay as they are.
 */
export function selectiveScan(scan: Scan): void {
  const q = scan.q, k = scan.k, v = scan.v, target = scan.target;
  const states = scan.states, values = scan.values;
  const last = target.width - 1;
  const back = scan.reversed != 0;
  for (let y = 0; y < target.height; y++) {
    for (let head = 0; head < scan.heads; head++) {
      raiseDecays(scan, y, head);
      const walk = start(scan, back ? last : 0, y);
      const fromQ = walk.q + (<usize>(scan.ownQ ? head * states : 0) << 2);
      const fromK = walk.k + (<usize>(scan.ownK ? head * states : 0) << 2);
      const fromV = walk.v + (<usize>(scan.ownV ? head * values : 0) << 2);
      const to = walk.target + (<usize>(head * values) << 2);
      if (values & 3) {
        scanNumbers(scan, fromQ, fromK, fromV, to);
        continue;
      }
      for (let p: usize = 0; p < <usize>values << 2; p += 16) scanVector(scan, fromQ, fromK, fromV + p, to + p);
    }
  }
}

/** Where a walk stands in each plane. */
@unmanaged
class Walk {
  q: usize;
  k: usize;
  v: usize;
  target: usize;
}
const WALK = changetype<Walk>(memory.data(16, 16));

function start(scan: Scan, x: i32, y: i32): Walk {
  WALK.q = pixelOf(scan.q, x, y);
  WALK.k = pixelOf(scan.k, x, y);
  WALK.v = pixelOf(scan.v, x, y);
  WALK.target = pixelOf(scan.target, x, y);
  return WALK;
}

function pixelOf(plane: Plane, x: i32, y: i32): usize {
  return rowOf(plane, y) + <usize>x * <usize>plane.pixel;
}

/** e^g of a head along a row. The one behind the end is for the first step back, which has nothing to let decay. */
function raiseDecays(scan: Scan, y: i32, head: i32): void {
  const g = scan.g;
  const pixel = <usize>g.pixel;
  let from = rowOf(g, y) + (<usize>head << 2);
  const decays = scan.decays;
  for (let x = 0; x < g.width; x++, from += pixel) store<f32>(decays + (<usize>x << 2), load<f32>(from));
  const run = <usize>g.width << 2, rest = run & 15, whole = run - rest;
  for (let i: usize = 0; i < whole; i += 16) v128.store(decays + i, exponential(v128.load(decays + i)));
  if (rest) v128.store(decays + whole, exponential(loadTail(decays + whole, rest)));
  store<f32>(decays + run, 0);
}

/** Four values: eight states at a time, then one at a time. */
function scanVector(scan: Scan, q: usize, k: usize, v: usize, to: usize): void {
  const states = <usize>scan.states;
  let done: usize = 0;
  for (; done + 8 <= states; done += 8) scanEight(scan, q + (done << 2), k + (done << 2), v, to, done > 0);
  for (; done < states; done++) scanOne(scan, q + (done << 2), k + (done << 2), v, to, done > 0);
}

/** A step of a state: what is left of it, and what comes in. */
// @ts-ignore: decorator
@inline
export function step(state: v128, decay: v128, k: usize, value: v128): v128 {
  return madd(v128.load_splat<f32>(k), value, f32x4.mul(state, decay));
}

function scanEight(scan: Scan, q: usize, k: usize, v: usize, to: usize, more: bool): void {
  const back = scan.reversed != 0;
  const qStep = stepOf(scan.q, back), kStep = stepOf(scan.k, back), vStep = stepOf(scan.v, back);
  const toStep = stepOf(scan.target, back), decayStep: usize = back ? 0 - 4 : 4;
  let decays = back ? scan.decays + (<usize>scan.target.width << 2) : scan.decays;
  let a = f32x4.splat(0), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
  for (let left = scan.target.width; left > 0; left--) {
    const decay = v128.load_splat<f32>(decays), value = v128.load(v);
    a = step(a, decay, k, value);
    b = step(b, decay, k + 4, value);
    c = step(c, decay, k + 8, value);
    d = step(d, decay, k + 12, value);
    e = step(e, decay, k + 16, value);
    f = step(f, decay, k + 20, value);
    g = step(g, decay, k + 24, value);
    h = step(h, decay, k + 28, value);
    let y = f32x4.mul(v128.load_splat<f32>(q), a), z = f32x4.mul(v128.load_splat<f32>(q + 4), b);
    y = madd(v128.load_splat<f32>(q + 8), c, y);
    z = madd(v128.load_splat<f32>(q + 12), d, z);
    y = madd(v128.load_splat<f32>(q + 16), e, y);
    z = madd(v128.load_splat<f32>(q + 20), f, z);
    y = madd(v128.load_splat<f32>(q + 24), g, y);
    z = madd(v128.load_splat<f32>(q + 28), h, z);
    y = f32x4.add(y, z);
    if (more) y = f32x4.add(y, v128.load(to));
    v128.store(to, y);
    q += qStep;
    k += kStep;
    v += vStep;
    to += toStep;
    decays += decayStep;
  }
}

function scanOne(scan: Scan, q: usize, k: usize, v: usize, to: usize, more: bool): void {
  const back = scan.reversed != 0;
  const qStep = stepOf(scan.q, back), kStep = stepOf(scan.k, back), vStep = stepOf(scan.v, back);
  const toStep = stepOf(scan.target, back), decayStep: usize = back ? 0 - 4 : 4;
  let decays = back ? scan.decays + (<usize>scan.target.width << 2) : scan.decays;
  let state = f32x4.splat(0);
  for (let left = scan.target.width; left > 0; left--) {
    state = step(state, v128.load_splat<f32>(decays), k, v128.load(v));
    let y = f32x4.mul(v128.load_splat<f32>(q), state);
    if (more) y = f32x4.add(y, v128.load(to));
    v128.store(to, y);
    q += qStep;
    k += kStep;
    v += vStep;
    to += toStep;
    decays += decayStep;
  }
}

/** Values that are no multiple of four, one by one. */
function scanNumbers(scan: Scan, firstQ: usize, firstK: usize, firstV: usize, first: usize): void {
  const back = scan.reversed != 0;
  const qStep = stepOf(scan.q, back), kStep = stepOf(scan.k, back), vStep = stepOf(scan.v, back);
  const toStep = stepOf(scan.target, back), decayStep: usize = back ? 0 - 4 : 4;
  const states = <usize>scan.states << 2, state = scan.state;
  for (let p: usize = 0; p < <usize>scan.values << 2; p += 4) {
    let decays = back ? scan.decays + (<usize>scan.target.width << 2) : scan.decays;
    let q = firstQ, k = firstK, v = firstV + p, to = first + p;
    memory.fill(state, 0, states);
    for (let left = scan.target.width; left > 0; left--) {
      const decay = load<f32>(decays), value = load<f32>(v);
      let sum: f32 = 0;
      for (let s: usize = 0; s < states; s += 4) {
        const next = load<f32>(state + s) * decay + load<f32>(k + s) * value;
        store<f32>(state + s, next);
        sum += load<f32>(q + s) * next;
      }
      store<f32>(to, sum);
      q += qStep;
      k += kStep;
      v += vStep;
      to += toStep;
      decays += decayStep;
    }
  }
}

/** Bytes to a walk's next pixel. */
// @ts-ignore: decorator
@inline
export function stepOf(plane: Plane, back: bool): usize {
  return back ? 0 - <usize>plane.pixel : <usize>plane.pixel;
}
