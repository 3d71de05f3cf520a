/** What the WebGPU tests compute on: pictures, jobs, and how far results differ. */

import type { AnyPlane, PatchJob } from "@tatami/core";
import { createDeepPlane, createPlane, createPlaneLike, scaleSize } from "@tatami/core";
import type { Tensor } from "@tatami/graph";
import { createSeededRandom, randomTensor, tensor } from "@tatami/graph";

/** Numbers far from any luma, for an executable's whole batch. */
export function poison(batch: number, height: number, width: number): Tensor {
  const all = tensor([batch, 1, height, width]);
  all.data.fill(9);
  return all;
}

/** Every row and column differs from its neighbours, to the very edges. */
export function ramp(count: number, height: number, width: number): Tensor {
  const picture = tensor([count, 1, height, width]);
  picture.data.forEach(
    (_, i) => (picture.data[i] = (i % width) / width + Math.floor(i / width) / height / 9),
  );
  return picture;
}

/** Of one job after another: some may be computed together, others not. */
const strengths = [1, 1, 0.35, 0, 1.5];

/** A window inside a larger plane of noise, into a poisoned target of which a part is kept; of some range and strength. */
export function jobOf(width: number, height: number, scale: number, index: number, bits = 8): PatchJob {
  const frame = { width: width + 5, height: height + 3 };
  const source: AnyPlane = bits > 8 ? createDeepPlane(frame, bits) : createPlane(frame);
  const noise = randomTensor(
    [frame.width * frame.height],
    0,
    2 ** bits - 0.01,
    createSeededRandom(index + 3),
  ).data;
  source.data.set(noise);
  const target = createPlaneLike<AnyPlane>(source, scaleSize(frame, scale));
  target.data.fill(7);
  const window = { x: 3, y: 2, width, height };
  const kept = { x: 3 + (width >> 2), y: 2, width: width - (width >> 2), height: Math.max(1, height - 1) };
  const strength = strengths[index % strengths.length]!;
  return { source, target, window, kept, fullRange: index % 3 === 1, strength };
}

/** A job that writes elsewhere. */
export function copyOf(job: PatchJob): PatchJob {
  return { ...job, target: { ...job.target, data: job.target.data.slice() } as AnyPlane };
}

/** The largest difference of numbers. */
export function largest(seen: ArrayLike<number>, expected: ArrayLike<number>): number {
  let most = seen.length === expected.length ? 0 : Infinity;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(seen[i]! - expected[i]!);
    // NaN must not pass as "not larger"
    if (!(difference <= most)) most = difference;
  }
  return most;
}
