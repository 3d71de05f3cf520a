/** Windows of a frame's picture, one behind the other, as the network takes them. */

import { geometryStruct } from "../layout.ts";
import { pixelWorkgroup } from "./picture-pass.ts";
import { windowStruct } from "./reuse/reuse-uniform.ts";

/**
 * WGSL of the pass in front of patches.
 *
 * Bindings: 0 geometry of a window; 1 geometry of the frame; 2 windows; 3 list; 4 picture of the frame; 5 pictures of
 * windows, written.
 */
export function gatherPass(padding: number): string {
  return `// Windows of the frame's picture that the list names, to pictures one behind the other.
// Bindings: 0 window geometry, 1 frame geometry, 2 windows, 3 list, 4 picture of the frame, 5 pictures of windows.
// Layout: both bordered by zeros.
// Algorithm: an invocation a pixel of a window.
${geometryStruct}
${windowStruct}
@group(0) @binding(0) var<uniform> geometry: Geometry;
@group(0) @binding(1) var<uniform> frame: Geometry;
@group(0) @binding(2) var<storage, read> windows: array<Window>;
@group(0) @binding(3) var<storage, read> list: array<u32>;
@group(0) @binding(4) var<storage, read> picture: array<f32>;
@group(0) @binding(5) var<storage, read_write> gathered: array<f32>;

@compute @workgroup_size(${pixelWorkgroup.join(", ")}, 1)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= geometry.width || id.y >= geometry.height) {
    return;
  }
  let seen = windows[list[id.z]];
  let place = (seen.y + id.y + ${padding}u) * frame.pitch + seen.x + id.x + ${padding}u;
  gathered[id.z * geometry.plane + (id.y + ${padding}u) * geometry.pitch + id.x + ${padding}u] = picture[place];
}
`;
}
