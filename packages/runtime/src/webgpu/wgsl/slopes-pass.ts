/** How a frame's colours go with its luma, pixel by pixel: what enlarged luma says of enlarged colours. */

import { geometryStruct } from "../layout.ts";
import { floatText } from "./number-text.ts";
import { pixelWorkgroup } from "./picture-pass.ts";

/** Variance of luma that tells nothing, of levels 0 to 1; as `guideChroma` of `@tatami/patches` has it in levels of 219. */
const noise = 4 / 219 ** 2;
/** Weight of what a line does not explain. */
const doubt = 0.2;
/** Keeps flat colours from 0 / 0. */
const tiny = 1e-3 / 219 ** 4;

/**
 * WGSL of the pass between a frame's picture and its assembly.
 *
 * Bindings: 0 geometry; 1 colour, as the pass of the picture leaves it; 2 slopes, a texture of the whole frame's slopes of R′−Y′ and
 * B′−Y′ over the guide; 3 band, whose x is the frame's row that the picture begins at.
 */
export function slopesPass(): string {
  return `// Slopes of colour differences over luma.
// Bindings: 0 geometry, 1 colour differences and guide, 2 slopes, 3 band.
// Algorithm: an invocation a pixel; moments of the 5×5 pixels around, weighted 1 4 6 4 1 each way, clamped to the frame.
${geometryStruct}
@group(0) @binding(0) var<uniform> geometry: Geometry;
@group(0) @binding(1) var colour: texture_2d<f32>;
@group(0) @binding(2) var slopes: texture_storage_2d<rgba16float, write>;
@group(0) @binding(3) var<uniform> band: vec4u;

@compute @workgroup_size(${pixelWorkgroup.join(", ")}, 1)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let x = id.x;
  let y = id.y;
  if (x >= geometry.width || y >= geometry.height) {
    return;
  }
  let place = vec2i(vec2u(x, y + band.x));
  let last = vec2i(textureDimensions(colour)) - 1;
  var weights = array<f32, 5>(0.0625, 0.25, 0.375, 0.25, 0.0625);
  // from the pixel's own values on, which keeps products small
  let here = textureLoad(colour, place, 0);
  var means = vec3f(0.0);
  var squares = vec3f(0.0);
  var products = vec2f(0.0);
  for (var row = 0; row < 5; row++) {
    for (var column = 0; column < 5; column++) {
      let near = clamp(place + vec2i(column, row) - 2, vec2i(0), last);
      let seen = (textureLoad(colour, near, 0) - here).xyz;
      let weighed = weights[row] * weights[column] * seen;
      means += weighed;
      squares += weighed * seen;
      products += weighed.xy * seen.z;
    }
  }
  let variances = max(squares - means * means, vec3f(0.0));
  let covariances = products - means.xy * means.z;
  let explained = covariances * covariances;
  let most = variances.z + ${floatText(noise)};
  let fit = ${floatText(doubt)} * most * variances.xy + ${floatText(1 - doubt)} * explained + ${floatText(tiny)};
  textureStore(slopes, place, vec4f(covariances * explained / (most * fit), 0.0, 0.0));
}
`;
}
