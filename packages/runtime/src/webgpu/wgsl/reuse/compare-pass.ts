/** Which patches differ from the input they were last computed from. */

import { geometryStruct } from "../../layout.ts";
import { decisions, reuseStruct, windowStruct } from "./reuse-uniform.ts";

/** Invocations that share a patch. */
const sharing = 64;

/**
 * WGSL of the difference pass: a workgroup a patch.
 *
 * Bindings: 0 geometry of the frame; 1 reuse; 2 windows; 3 picture of the frame; 4 kept inputs; 5 ages, counted up; 6
 * flags, written.
 */
export function comparePass(padding: number): string {
  return `// Differences of patches from the input they were last computed from, and what follows.
// Bindings: 0 frame geometry, 1 reuse, 2 windows, 3 picture of the frame, 4 kept [patch][row][column], 5 ages, 6 flags.
// Algorithm: a workgroup a patch; its invocations take every ${sharing}th pixel of the window, the first one decides.
${geometryStruct}
${reuseStruct}
${windowStruct}
@group(0) @binding(0) var<uniform> geometry: Geometry;
@group(0) @binding(1) var<uniform> reuse: Reuse;
@group(0) @binding(2) var<storage, read> windows: array<Window>;
@group(0) @binding(3) var<storage, read> picture: array<f32>;
@group(0) @binding(4) var<storage, read> kept: array<f32>;
@group(0) @binding(5) var<storage, read_write> ages: array<u32>;
@group(0) @binding(6) var<storage, read_write> flags: array<u32>;

var<workgroup> largest: array<f32, ${sharing}>;
var<workgroup> total: array<f32, ${sharing}>;

@compute @workgroup_size(${sharing})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let patch_index = group.x;
  let seen = windows[patch_index];
  let area = reuse.window_width * reuse.window_height;
  var most = 0.0;
  var sum = 0.0;
  for (var i = local; i < area; i += ${sharing}u) {
    let x = seen.x + i % reuse.window_width + ${padding}u;
    let y = seen.y + i / reuse.window_width + ${padding}u;
    let difference = abs(picture[y * geometry.pitch + x] - kept[patch_index * area + i]);
    most = max(most, difference);
    sum += difference;
  }
  largest[local] = most;
  total[local] = sum;
  for (var step = ${sharing / 2}u; step > 0u; step >>= 1u) {
    workgroupBarrier();
    if (local < step) {
      largest[local] = max(largest[local], largest[local + step]);
      total[local] += total[local + step];
    }
  }
  if (local != 0u) {
    return;
  }
  var decision = ${decisions.carry}u;
  // patches grow old one after another, not all in the same frame
  let limit = max(1u, reuse.max_age - (patch_index * 7u) % ((reuse.max_age + 3u) / 4u));
  if (reuse.forget != 0u) {
    decision = ${decisions.compute}u;
  } else if (largest[0] == 0.0) {
    decision = ${decisions.copy}u;
  } else if (reuse.exact != 0u || largest[0] > reuse.max_difference || total[0] > reuse.sum_difference) {
    decision = ${decisions.compute}u;
  } else if (ages[patch_index] >= limit) {
    decision = ${decisions.compute}u;
  }
  flags[patch_index] = decision;
  ages[patch_index] += 1u;
}
`;
}
