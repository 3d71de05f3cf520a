/** A network's strength: its larger luma is weighed against the bicubic filter. */

import { enlargingFilter, filterRadius } from "@tatami/core";
import { geometryStruct } from "../layout.ts";
import { each } from "./accumulate.ts";
import { floatText } from "./number-text.ts";
import { pixelWorkgroup } from "./picture-pass.ts";

/** Pixels in a row that the filter looks at, whatever the phase. */
const taps = 2 * filterRadius + 1;

/**
 * WGSL of the pass behind the last layer: luma = filter + strength · (luma − filter), in place; the filter is Keys'
 * with a = −1/2, beyond the picture its edge goes on.
 *
 * Bindings: 0 geometry; 1 strength, in x; 2 the centred picture; 3 larger luma.
 */
export function strengthPass(scale: number, centre: number, padding: number): string {
  const { weights, firstTaps } = enlargingFilter(scale);
  /** Four of five neighbours called by a letter and their place, mixed as a phase wants it. */
  const mix = (phase: number, name: (tap: number) => string): string =>
    [0, 1, 2, 3]
      .map(
        (tap) => `${floatText(weights[phase * 4 + tap]!)} * ${name(firstTaps[phase]! + filterRadius + tap)}`,
      )
      .join(" + ");
  return `// Larger luma weighed against the bicubic filter, ×${scale}.
// Bindings: 0 geometry, 1 strength, 2 centred picture, 3 larger luma, read and written.
// Layout: picture [patch][row][column], bordered by zeros that are not looked at; luma [patch][row][column] without a border.
// Algorithm: an invocation a pixel of the picture: 5×5 neighbours, mixed down, then across, for ${scale} × ${scale} of the larger one.
${geometryStruct}
@group(0) @binding(0) var<uniform> geometry: Geometry;
@group(0) @binding(1) var<uniform> strength: vec4f;
@group(0) @binding(2) var<storage, read> picture: array<f32>;
@group(0) @binding(3) var<storage, read_write> luma: array<f32>;

@compute @workgroup_size(${pixelWorkgroup.join(", ")}, 1)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let x = i32(id.x);
  let y = i32(id.y);
  let last = vec2i(i32(geometry.width), i32(geometry.height)) - 1;
  if (x > last.x || y > last.y) {
    return;
  }
${each(taps, (i) => `  let column_${i} = u32(clamp(x + ${i - filterRadius}, 0, last.x)) + ${padding}u;`)}
${each(taps, (i) => `  let row_${i} = id.z * geometry.plane + (u32(clamp(y + ${i - filterRadius}, 0, last.y)) + ${padding}u) * geometry.pitch;`)}
${each(taps, (j) => each(taps, (i) => `  let p_${j}_${i} = picture[row_${j} + column_${i}];`))}
${each(
  scale,
  (dy) => `  {
    let at = (((id.z * geometry.height + id.y) * ${scale}u + ${dy}u) * geometry.width + id.x) * ${scale}u;
${each(taps, (i) => `    let m_${i} = ${mix(dy, (j) => `p_${j}_${i}`)};`)}
${each(
  scale,
  (dx) => `    let filtered_${dx} = ${mix(dx, (i) => `m_${i}`)} + ${floatText(centre)};
    luma[at + ${dx}u] = filtered_${dx} + strength.x * (luma[at + ${dx}u] - filtered_${dx});`,
)}
  }`,
)}
}
`;
}
