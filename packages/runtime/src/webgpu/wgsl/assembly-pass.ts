/** The enlarged frame: the network's luma and the enlarged colour differences, drawn. */

import { geometryStruct } from "../layout.ts";
import { floatText } from "./number-text.ts";

/**
 * WGSL of the pass behind a frame's band, a vertex and a fragment stage.
 *
 * Bindings: 0 geometry; 1 luma of the band; 2 colour, the whole frame's differences; 3 band, whose x is the frame's
 * row that the luma begins at. Differences are enlarged by the Catmull–Rom kernel (Keys 1981, a = −1/2), their samples
 * centred on the frame's pixels.
 */
export function assemblyPass(scale: number): string {
  return `// Enlarged luma and colour differences to R′G′B′.
// Bindings: 0 geometry, 1 luma [row][column] of the band, 2 colour differences of the frame, 3 band.
// Algorithm: a fragment a pixel of the larger frame; 4×4 neighbours of the differences, clamped to the frame.
${geometryStruct}
@group(0) @binding(0) var<uniform> geometry: Geometry;
@group(0) @binding(1) var<storage, read> luma: array<f32>;
@group(0) @binding(2) var colour: texture_2d<f32>;
@group(0) @binding(3) var<uniform> band: vec4u;

@vertex
fn corners(@builtin(vertex_index) index: u32) -> @builtin(position) vec4f {
  return vec4f(f32(index & 1u) * 4.0 - 1.0, f32(index >> 1u) * 4.0 - 1.0, 0.0, 1.0);
}

fn taps(t: f32) -> vec4f {
  let outer = vec2f(1.0 + t, 2.0 - t);
  let inner = vec2f(t, 1.0 - t);
  let far = ((-0.5 * outer + 2.5) * outer - 4.0) * outer + 2.0;
  let near = (1.5 * inner - 2.5) * inner * inner + 1.0;
  return vec4f(far.x, near.x, near.y, far.y);
}

@fragment
fn main(@builtin(position) position: vec4f) -> @location(0) vec4f {
  let place = vec2u(position.xy);
  let at = (vec2f(place) + 0.5) / ${floatText(scale)} - 0.5;
  let first = vec2i(floor(at)) - 1;
  let across = taps(fract(at.x));
  let down = taps(fract(at.y));
  let last = vec2i(textureDimensions(colour)) - 1;
  var difference = vec4f(0.0);
  for (var row = 0; row < 4; row++) {
    for (var column = 0; column < 4; column++) {
      let near = clamp(first + vec2i(column, row), vec2i(0), last);
      difference += across[column] * down[row] * textureLoad(colour, near, 0);
    }
  }
  let level = luma[(place.y - band.x * ${scale}u) * geometry.width * ${scale}u + place.x];
  let enlarged = (level - ${floatText(16 / 255)}) * ${floatText(255 / 219)};
  return clamp(vec4f(difference.rgb + enlarged, difference.a), vec4f(0.0), vec4f(1.0));
}
`;
}
