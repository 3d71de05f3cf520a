/** How much lighter a neighbourhood has become: what is common to the errors around a pixel, where it is gated out nowhere. */

import { madd } from "../simd";
import { load4 } from "../resize/guide-chroma";
import { FusionJob } from "./fusion-job";

/** Levels that light may change by from one frame to the next. */
export const MOST_LIGHT: f32 = 8;

/** Planes of cells of 4×4 pixels. */
// @ts-ignore: decorator
@inline
export function cellRow(job: FusionJob, plane: i32, y: i32): usize {
  return job.cells + <usize>(plane * job.cellPlane + (y + 2) * job.cellPitch) + 16;
}

/** Plane 4: the light of each cell, its border repeated. Two nested boxes of 5×5 cells: one alone lets a loop grow stripes. */
export function measureLight(job: FusionJob): void {
  sumCells(job);
  for (let plane = 0; plane < 2; plane++) {
    for (let times = 0; times < 2; times++) {
      boxAcross(job, plane, 2);
      boxDown(job, 2, plane);
    }
  }
  divideCells(job);
}

/** Planes 0 and 1: Σ gate · error and Σ gate of each cell. */
function sumCells(job: FusionJob): void {
  const width = job.width, across = width >> 2, down = job.height >> 2;
  let changes = 0;
  for (let cy = 0; cy < down; cy++) {
    const errors = cellRow(job, 0, cy), weights = cellRow(job, 1, cy);
    for (let cx = 0; cx < across; cx++) {
      let error = f32x4.splat(0), weight = f32x4.splat(0);
      let differs: u32 = 0;
      for (let y = 0; y < 4; y++) {
        const at = <usize>((cy * 4 + y) * width + cx * 4);
        const gate = v128.load(job.gate + (at << 2));
        error = madd(gate, f32x4.sub(load4(job.now + at), v128.load(job.mean + (at << 2))), error);
        weight = f32x4.add(weight, gate);
        const now = load<u32>(job.now + at), before = load<u32>(job.before + at);
        differs |= now ^ before;
      }
      store<f32>(errors + (<usize>cx << 2), sumOf(error));
      store<f32>(weights + (<usize>cx << 2), sumOf(weight));
      const changed = differs ? 1 : 0;
      store<u8>(job.changed + <usize>(cy * across + cx), changed);
      changes += changed;
    }
  }
  job.changes = changes;
}

// @ts-ignore: decorator
@inline
export function sumOf(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3));
}

/** Sums over five cells of a row; beyond the picture there are none. */
function boxAcross(job: FusionJob, from: i32, to: i32): void {
  const cells = job.width >> 2, down = job.height >> 2;
  for (let y = 0; y < down; y++) {
    const source = cellRow(job, from, y), target = cellRow(job, to, y);
    for (let x = 0; x < cells; x += 4) {
      const at = source + (<usize>x << 2);
      const sides = f32x4.add(f32x4.add(v128.load(at - 8), v128.load(at - 4)), f32x4.add(v128.load(at, 4), v128.load(at, 8)));
      v128.store(target + (<usize>x << 2), f32x4.add(sides, v128.load(at)));
    }
    v128.store(target + (<usize>cells << 2), f32x4.splat(0));
  }
}

function boxDown(job: FusionJob, from: i32, to: i32): void {
  const cells = job.width >> 2, down = job.height >> 2, pitch = <usize>job.cellPitch;
  for (let y = 0; y < down; y++) {
    const source = cellRow(job, from, y - 2), target = cellRow(job, to, y);
    for (let x = 0; x < cells; x += 4) {
      const at = source + (<usize>x << 2);
      let sum = f32x4.add(v128.load(at), v128.load(at + pitch));
      sum = f32x4.add(sum, v128.load(at + 2 * pitch));
      sum = f32x4.add(sum, v128.load(at + 3 * pitch));
      v128.store(target + (<usize>x << 2), f32x4.add(sum, v128.load(at + 4 * pitch)));
    }
    v128.store(target + (<usize>cells << 2), f32x4.splat(0));
  }
}

function divideCells(job: FusionJob): void {
  const across = job.width >> 2, down = job.height >> 2;
  let bounded = 0;
  for (let y = 0; y < down; y++) {
    const errors = cellRow(job, 0, y), weights = cellRow(job, 1, y), light = cellRow(job, 4, y);
    for (let x = 0; x < across; x++) {
      const weight = load<f32>(weights + (<usize>x << 2));
      let mean: f32 = 0;
      if (weight > 0.001) mean = load<f32>(errors + (<usize>x << 2)) / weight;
      if (Mathf.abs(mean) >= MOST_LIGHT) bounded += 1;
      store<f32>(light + (<usize>x << 2), Mathf.min(Mathf.max(mean, -MOST_LIGHT), MOST_LIGHT));
    }
    store<f32>(light - 4, load<f32>(light));
    store<f32>(light + (<usize>across << 2), load<f32>(light + (<usize>(across - 1) << 2)));
  }
  job.bounded = bounded;
}

/** The light of one row of pixels, between the cells' centres a straight line. */
export function lightRow(job: FusionJob, y: i32, target: usize): void {
  const across = job.width >> 2, down = job.height >> 2;
  const cy = y >> 2, inside = y & 3;
  const other = min(max(inside < 2 ? cy - 1 : cy + 1, 0), down - 1);
  const share = f32x4.splat(inside == 0 || inside == 3 ? 0.375 : 0.125);
  const here = cellRow(job, 4, cy), there = cellRow(job, 4, other), mixed = cellRow(job, 5, 0);
  for (let x = -4; x < across + 1; x += 4) {
    const at = <usize>(x << 2), a = v128.load(here + at);
    v128.store(mixed + at, madd(share, f32x4.sub(v128.load(there + at), a), a));
  }
  const left = f32x4(0.375, 0.125, 0, 0), right = f32x4(0, 0, 0.125, 0.375);
  for (let x = 0; x < across; x++) {
    const at = mixed + (<usize>x << 2);
    const middle = v128.load32_splat(at);
    const before = f32x4.sub(v128.load32_splat(at - 4), middle), after = f32x4.sub(v128.load32_splat(at, 4), middle);
    v128.store(target + (<usize>x << 4), madd(left, before, madd(right, after, middle)));
  }
}
