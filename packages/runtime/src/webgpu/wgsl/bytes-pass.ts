/** The larger luma as 8-bit levels. */

import { geometryStruct } from "../layout.ts";
import { pixelWorkgroup } from "./picture-pass.ts";

/**
 * WGSL of the pass behind: clipped, rounded half up, four levels to a word; rows of whole words.
 *
 * Bindings: 0 geometry; 1 luma; 2 words.
 */
export function bytesPass(scale: number): string {
  return `// Larger luma to 8-bit levels.
// Bindings: 0 geometry, 1 luma [patch][row][column] of floats, 2 words of four levels, rows of whole words.
// Algorithm: an invocation a word; levels are clipped and rounded half up.
${geometryStruct}
@group(0) @binding(0) var<uniform> geometry: Geometry;
@group(0) @binding(1) var<storage, read> luma: array<f32>;
@group(0) @binding(2) var<storage, read_write> words: array<u32>;

@compute @workgroup_size(${pixelWorkgroup.join(", ")}, 1)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let width = geometry.width * ${scale}u;
  let height = geometry.height * ${scale}u;
  let x = id.x * 4u;
  let y = id.y;
  if (x >= width || y >= height) {
    return;
  }
  let row = id.z * height + y;
  var word = 0u;
  for (var i = 0u; i < 4u; i++) {
    if (x + i < width) {
      let level = luma[row * width + x + i] * geometry.writeGain + geometry.writeOffset;
      word |= u32(clamp(floor(level + 0.5), 0.0, 255.0)) << (8u * i);
    }
  }
  words[row * ((width + 3u) / 4u) + id.x] = word;
}
`;
}
