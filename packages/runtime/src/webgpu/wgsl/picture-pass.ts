/** Pixels as they were uploaded, to the picture the first layer reads. */

import { geometryStruct } from "../layout.ts";
import { floatText } from "./number-text.ts";

/** How pixels are uploaded: 8-bit levels, rows filled up to whole words; or the model's own numbers. */
export type PictureSource = "bytes" | "floats";

/**
 * WGSL of the pass in front: pixels less the model's centre, into a plane bordered by zeros. So a layer sees its zeros
 * after the subtraction, as the model defines it.
 *
 * Bindings: 0 geometry; 1 pixels; 2 picture.
 */
export function picturePass(from: PictureSource, centre: number, padding: number): string {
  const value =
    from === "bytes"
      ? `let word = pixels[(patch_index * geometry.height + y) * ((geometry.width + 3u) / 4u) + x / 4u];
  let level = f32((word >> (8u * (x % 4u))) & 255u);
  let value = level * geometry.readGain + geometry.readOffset;`
      : `let value = pixels[(patch_index * geometry.height + y) * geometry.width + x];`;
  return `// Pixels from ${from} to the centred picture.
// Bindings: 0 geometry, 1 pixels [patch][row][column]${from === "bytes" ? ", four to a word, rows of whole words" : ""}, 2 picture.
// Layout: picture [patch][row][column], bordered by zeros.
// Algorithm: an invocation a pixel.
${geometryStruct}
@group(0) @binding(0) var<uniform> geometry: Geometry;
@group(0) @binding(1) var<storage, read> pixels: array<${from === "bytes" ? "u32" : "f32"}>;
@group(0) @binding(2) var<storage, read_write> picture: array<f32>;

@compute @workgroup_size(${pixelWorkgroup.join(", ")}, 1)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let patch_index = id.z;
  let x = id.x;
  let y = id.y;
  if (x >= geometry.width || y >= geometry.height) {
    return;
  }
  ${value}
  picture[patch_index * geometry.plane + (y + ${padding}u) * geometry.pitch + x + ${padding}u] = value - ${floatText(centre)};
}
`;
}

/** Invocations a workgroup of the passes that compute a pixel or a word each. */
export const pixelWorkgroup: readonly [number, number] = [16, 8];
