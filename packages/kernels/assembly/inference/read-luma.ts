/** The picture's rows as the network takes them. */

import { rowOf } from "./ring";
import { Job, Plan, Ring } from "./structures";

/** One row of the window into the picture's ring. */
export function readLuma(plan: Plan, job: Job, ring: Ring, y: i32): void {
  const to = rowOf(ring, y, 0);
  const from = <usize>job.source + <usize>y * <usize>job.sourceStride;
  const centre = plan.centre;
  if (job.form == 1) {
    for (let x = ring.x0; x < ring.x1; x++) {
      store<f32>(to + (<usize>x << 2), load<f32>(from + (<usize>x << 2)) - centre);
    }
    return;
  }
  const gain = job.gain, offset = job.offset;
  if (job.form == 2) {
    for (let x = ring.x0; x < ring.x1; x++) {
      store<f32>(to + (<usize>x << 2), <f32>load<u16>(from + (<usize>x << 1)) * gain + offset - centre);
    }
    return;
  }
  for (let x = ring.x0; x < ring.x1; x++) {
    store<f32>(to + (<usize>x << 2), <f32>load<u8>(from + <usize>x) * gain + offset - centre);
  }
}
