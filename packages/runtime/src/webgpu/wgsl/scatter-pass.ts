/** What is kept of enlarged windows, to its place in the enlarged frame. */

import { geometryStruct } from "../layout.ts";
import { pixelWorkgroup } from "./picture-pass.ts";
import { windowStruct } from "./reuse/reuse-uniform.ts";

/**
 * WGSL of the pass behind patches. What it does not write stays from the frame before.
 *
 * Bindings: 0 geometry of a window; 1 geometry of the frame; 2 windows; 3 list; 4 enlarged windows; 5 enlarged luma of
 * the frame, written where the listed windows are kept.
 */
export function scatterPass(scale: number): string {
  return `// Kept parts of enlarged windows to the enlarged frame's luma.
// Bindings: 0 window geometry, 1 frame geometry, 2 windows, 3 list, 4 luma of windows [window][row][column], 5 luma of the frame.
// Algorithm: an invocation a pixel of an enlarged window.
${geometryStruct}
${windowStruct}
@group(0) @binding(0) var<uniform> geometry: Geometry;
@group(0) @binding(1) var<uniform> frame: Geometry;
@group(0) @binding(2) var<storage, read> windows: array<Window>;
@group(0) @binding(3) var<storage, read> list: array<u32>;
@group(0) @binding(4) var<storage, read> enlarged: array<f32>;
@group(0) @binding(5) var<storage, read_write> luma: array<f32>;

@compute @workgroup_size(${pixelWorkgroup.join(", ")}, 1)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let seen = windows[list[id.z]];
  let x = id.x + seen.x * ${scale}u;
  let y = id.y + seen.y * ${scale}u;
  let width = geometry.width * ${scale}u;
  let inside = id.x < width && id.y < geometry.height * ${scale}u
    && x >= seen.kept_x * ${scale}u && x < (seen.kept_x + seen.kept_width) * ${scale}u
    && y >= seen.kept_y * ${scale}u && y < (seen.kept_y + seen.kept_height) * ${scale}u;
  if (inside) {
    luma[y * frame.width * ${scale}u + x] = enlarged[(id.z * geometry.height * ${scale}u + id.y) * width + id.x];
  }
}
`;
}
