/** The inputs of patches that are about to be computed, kept to compare later frames with. */

import { geometryStruct } from "../../layout.ts";
import { pixelWorkgroup } from "../picture-pass.ts";
import { reuseStruct, windowStruct } from "./reuse-uniform.ts";

/**
 * WGSL of the pass.
 *
 * Bindings: 0 geometry of the frame; 1 reuse; 2 windows; 3 list; 4 picture of the frame; 5 kept inputs, written; 6 ages,
 * which begin anew.
 */
export function keepPass(padding: number): string {
  return `// Windows of the picture to the kept inputs of the patches that the list names.
// Bindings: 0 frame geometry, 1 reuse, 2 windows, 3 list, 4 picture of the frame, 5 kept [patch][row][column], 6 ages.
// Algorithm: an invocation a pixel of a window.
${geometryStruct}
${reuseStruct}
${windowStruct}
@group(0) @binding(0) var<uniform> geometry: Geometry;
@group(0) @binding(1) var<uniform> reuse: Reuse;
@group(0) @binding(2) var<storage, read> windows: array<Window>;
@group(0) @binding(3) var<storage, read> list: array<u32>;
@group(0) @binding(4) var<storage, read> picture: array<f32>;
@group(0) @binding(5) var<storage, read_write> kept: array<f32>;
@group(0) @binding(6) var<storage, read_write> ages: array<u32>;

@compute @workgroup_size(${pixelWorkgroup.join(", ")}, 1)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= reuse.window_width || id.y >= reuse.window_height) {
    return;
  }
  let patch_index = list[id.z];
  if (id.x == 0u && id.y == 0u) {
    ages[patch_index] = 0u;
  }
  let seen = windows[patch_index];
  let place = (seen.y + id.y + ${padding}u) * geometry.pitch + seen.x + id.x + ${padding}u;
  kept[(patch_index * reuse.window_height + id.y) * reuse.window_width + id.x] = picture[place];
}
`;
}
