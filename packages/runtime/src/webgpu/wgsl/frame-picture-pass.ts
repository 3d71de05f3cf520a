/** A frame's colours, split into the luma that the network enlarges and what is left of each colour without it. */

import { geometryStruct } from "../layout.ts";
import { floatText, vectorText } from "./number-text.ts";
import { pixelWorkgroup } from "./picture-pass.ts";

/** What a frame is bound as. */
export type FrameBinding = "texture" | "external";

/** Luma of R′G′B′, BT.709 (ITU-R BT.709-6, 3.2): what it is called is a convention, adding it back undoes it exactly. */
export const lumaWeights: readonly [number, number, number] = [0.2126, 0.7152, 0.0722];

/**
 * WGSL of the pass in front of a frame's band.
 *
 * Bindings: 0 geometry; 1 frame; 2 picture; 3 colour, a texture of the whole frame's R′−Y′, G′−Y′, B′−Y′ and alpha;
 * 4 band, whose x is the frame's row that the picture begins at.
 */
export function framePicturePass(from: FrameBinding, centre: number, padding: number): string {
  const type = from === "external" ? "texture_external" : "texture_2d<f32>";
  return `// A frame's R′G′B′ to the centred luma picture, and to colour differences.
// Bindings: 0 geometry, 1 frame (${type}), 2 picture [row][column] bordered by zeros, 3 colour differences, 4 band.
// Algorithm: an invocation a pixel; luma is BT.709's, in the studio range as the network takes it.
${geometryStruct}
@group(0) @binding(0) var<uniform> geometry: Geometry;
@group(0) @binding(1) var frame: ${type};
@group(0) @binding(2) var<storage, read_write> picture: array<f32>;
@group(0) @binding(3) var colour: texture_storage_2d<rgba16float, write>;
@group(0) @binding(4) var<uniform> band: vec4u;

@compute @workgroup_size(${pixelWorkgroup.join(", ")}, 1)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let x = id.x;
  let y = id.y;
  if (x >= geometry.width || y >= geometry.height) {
    return;
  }
  let place = vec2u(x, y + band.x);
  let seen = textureLoad(frame, place${from === "external" ? "" : ", 0"});
  let luma = dot(vec4f(seen.rgb, 0.0), ${vectorText([...lumaWeights, 0])});
  let level = luma * ${floatText(219 / 255)} + ${floatText(16 / 255)};
  picture[(y + ${padding}u) * geometry.pitch + x + ${padding}u] = level - ${floatText(centre)};
  textureStore(colour, place, vec4f(seen.rgb - luma, seen.a));
}
`;
}
