/**
 * A patch through the whole network, depth first: a row of the result asks for the rows it needs of the layer before,
 * and so on down to the picture, so that what is in the rings stays in the cache whatever the patch's height.
 */

import { directRow, winogradRows } from "./layer-rows";
import { readLuma } from "./read-luma";
import { clearBeside, rowOf } from "./ring";
import { winogradPair } from "./row-pair";
import { Job, Layer, Plan, Ring } from "./structures";
import { FILTER_RADIUS, weighAgainstFilter } from "./weigh-filter";
import { writeLuma } from "./write-luma";

/** Computes the kept part of one job. */
export function runPatch(plan: Plan, job: Job): void {
  setNeeds(plan, job);
  const last = plan.layerCount - 1;
  const layer = layerAt(plan, last);
  const source = ringAt(plan, last);
  const outPixel = <usize>layer.outputs << 2;
  const end = job.keptY + job.keptHeight;
  const step = layer.winograd ? 2 : 1;
  const rowBytes = <usize>((job.keptWidth + 1) & ~1) * outPixel;
  const picture = ringAt(plan, 0);
  const weighing = job.strength != 1;
  for (let y = job.keptY; y < end; y += step) {
    need(plan, job, last, min(y + (layer.kernel >> 1) + step, source.y1));
    if (layer.winograd) winogradPair(plan, layer, source, y, job.keptX, job.keptWidth, plan.row, rowBytes, outPixel);
    else directRow(plan, layer, source, y, job.keptX, job.keptWidth, plan.row, outPixel, 0);
    if (weighing) need(plan, job, 0, min(y + step + FILTER_RADIUS, picture.y1));
    for (let i = 0; i < min(step, end - y); i++) {
      const row = <usize>plan.row + <usize>i * rowBytes;
      if (weighing) weighAgainstFilter(plan, job, picture, row, outPixel, y + i);
      writeLuma(plan, job, picture, row, outPixel, y + i);
    }
  }
}

// @ts-ignore: decorator
@inline
export function layerAt(plan: Plan, index: i32): Layer {
  return changetype<Layer>(<usize>plan.layers + <usize>index * offsetof<Layer>());
}

// @ts-ignore: decorator
@inline
export function ringAt(plan: Plan, index: i32): Ring {
  return changetype<Ring>(<usize>plan.rings + <usize>index * offsetof<Ring>());
}

/** What of every ring the kept part depends on, in steps of four pixels so that tiles lie on one grid. */
function setNeeds(plan: Plan, job: Job): void {
  let reach = 0;
  for (let i = plan.layerCount - 1; i >= 0; i--) {
    reach += layerAt(plan, i).kernel >> 1;
    const ring = ringAt(plan, i);
    // the filter looks at the picture, too
    if (i == 0) reach = max(reach, FILTER_RADIUS);
    ring.x0 = max(job.keptX - reach, 0) & ~3;
    ring.y0 = max(job.keptY - reach, 0) & ~3;
    ring.x1 = min(job.keptX + job.keptWidth + reach, job.width);
    ring.y1 = min(job.keptY + job.keptHeight + reach, job.height);
    ring.produced = ring.y0;
  }
}

/** Makes sure that rows before `end` of ring `index` are there. */
function need(plan: Plan, job: Job, index: i32, end: i32): void {
  const ring = ringAt(plan, index);
  while (ring.produced < end) {
    const y = ring.produced;
    const rows = min(4, ring.y1 - y);
    if (index == 0) {
      for (let i = 0; i < rows; i++) readLuma(plan, job, ring, y + i);
    } else {
      const layer = layerAt(plan, index - 1);
      const source = ringAt(plan, index - 1);
      need(plan, job, index - 1, min(y + rows + (layer.kernel >> 1), source.y1));
      const residual: Ring | null = layer.residual < 0 ? null : ringAt(plan, layer.residual);
      if (layer.winograd) winogradRows(plan, layer, source, residual, ring, y);
      else directRows(plan, layer, source, residual, ring, y, rows);
    }
    clearBeside(ring, y, rows);
    ring.produced = y + 4;
  }
}

function directRows(
  plan: Plan, layer: Layer, source: Ring, residual: Ring | null, target: Ring, y: i32, rows: i32,
): void {
  const pixel = <usize>target.pixel;
  const at = <usize>target.x0 * pixel;
  for (let i = y; i < y + rows; i++) {
    const add = residual ? rowOf(residual, i, plan.zeros) + at : 0;
    directRow(plan, layer, source, i, target.x0, target.x1 - target.x0, rowOf(target, i, 0) + at, pixel, add);
  }
}
