/** The enlarged frame: the network's luma and the enlarged colour differences, drawn. */

import { geometryStruct } from "../layout.ts";
import { lumaWeights } from "./frame-picture-pass.ts";
import { floatText, vectorText } from "./number-text.ts";
import { catmullRomTaps } from "./pass-parts.ts";
import { decisions, reuseStruct, windowStruct } from "./reuse/reuse-uniform.ts";

/** What an assembly shows of patches that were reused. */
export interface AssemblyOptions {
  /** Adds what the input differs by from the one a patch was computed from, enlarged. */
  readonly carry: boolean;
  /** Tints patches that were not computed. */
  readonly tint: boolean;
  /** Border of the picture in pixels. */
  readonly padding: number;
}

/**
 * WGSL of the pass behind a frame's band, a vertex and a fragment stage.
 *
 * Bindings: 0 geometry; 1 luma of the band; 2 colour, the whole frame's differences; 3 band, whose x is the frame's
 * row that the luma begins at; 4 slopes of the whole frame; where patches are carried or tinted 5 reuse and 6 flags; where they are
 * carried 7 windows, 8 kept inputs, 9 picture of the frame. Differences are enlarged by the Catmull–Rom kernel (Keys 1981,
 * a = −1/2), their samples centred on the frame's pixels, and given slope · (luma − the guide enlarged likewise), the slope by a cubic
 * B-spline: `guideChroma` of `@tatami/patches`, for colours that have luma's size.
 */
export function assemblyPass(scale: number, options?: AssemblyOptions): string {
  const { carry = false, tint = false, padding = 0 } = options ?? {};
  const aware = carry || tint;
  const [red, greenWeight, blue] = lumaWeights;
  return `// Enlarged luma and colour differences to R′G′B′.
// Bindings: 0 geometry, 1 luma [row][column] of the band, 2 colour differences and guide of the frame, 3 band, 4 slopes.
// Algorithm: a fragment a pixel of the larger frame; 4×4 neighbours of differences and slopes, clamped to the frame.
${geometryStruct}
@group(0) @binding(0) var<uniform> geometry: Geometry;
@group(0) @binding(1) var<storage, read> luma: array<f32>;
@group(0) @binding(2) var colour: texture_2d<f32>;
@group(0) @binding(3) var<uniform> band: vec4u;
@group(0) @binding(4) var slopes: texture_2d<f32>;
${aware ? reuseBindings(carry) : ""}
@vertex
fn corners(@builtin(vertex_index) index: u32) -> @builtin(position) vec4f {
  return vec4f(f32(index & 1u) * 4.0 - 1.0, f32(index >> 1u) * 4.0 - 1.0, 0.0, 1.0);
}

${catmullRomTaps}

// from so far from grey on red and blue stay on their side of it: 16 levels of Cr and of Cb, BT.709
const own_side = vec2f(${floatText((1.5748 * 16) / 224)}, ${floatText((1.8556 * 16) / 224)});

fn smooth_taps(t: f32) -> vec4f {
  let outer = vec2f(1.0 - t, t);
  let inner = vec2f(t, 1.0 - t);
  let far = outer * outer * outer / 6.0;
  let near = (4.0 - 6.0 * inner * inner + 3.0 * inner * inner * inner) / 6.0;
  return vec4f(far.x, near.x, near.y, far.y);
}

@fragment
fn main(@builtin(position) position: vec4f) -> @location(0) vec4f {
  let place = vec2u(position.xy);
  let at = (vec2f(place) + 0.5) / ${floatText(scale)} - 0.5;
  let first = vec2i(floor(at)) - 1;
  let across = taps(fract(at.x));
  let down = taps(fract(at.y));
  let smooth_across = smooth_taps(fract(at.x));
  let smooth_down = smooth_taps(fract(at.y));
  let last = vec2i(textureDimensions(colour)) - 1;
  // of red and of blue, the guide, alpha
  var coarse = vec4f(0.0);
  var slope = vec2f(0.0);
  for (var row = 0; row < 4; row++) {
    for (var column = 0; column < 4; column++) {
      let near = clamp(first + vec2i(column, row), vec2i(0), last);
      coarse += across[column] * down[row] * textureLoad(colour, near, 0);
      slope += smooth_across[column] * smooth_down[row] * textureLoad(slopes, near, 0).xy;
    }
  }
  ${carry ? "var" : "let"} level = luma[(place.y - band.x * ${scale}u) * geometry.width * ${scale}u + place.x];
${aware ? patchOf(scale) : ""}${carry ? carrying(padding) : ""}  let enlarged = (level - ${floatText(16 / 255)}) * ${floatText(255 / 219)};
  // a colour is not made its complement
  let least = min(vec2f(0.0), 2.0 * (coarse.xy - own_side));
  let most = max(vec2f(0.0), 2.0 * (coarse.xy + own_side));
  let guided = clamp(coarse.xy + slope * (enlarged - 0.5 - coarse.z), least, most);
  // weighted as luma weighs them, the differences of all three add up to nothing
  let green = dot(guided, vec2f(${floatText(-red / greenWeight)}, ${floatText(-blue / greenWeight)}));
  ${tint ? "var" : "let"} difference = vec4f(guided.x, green, guided.y, coarse.w);
${tint ? tinting : ""}  return clamp(vec4f(difference.rgb + enlarged, difference.a), vec4f(0.0), vec4f(1.0));
}
`;
}

function reuseBindings(carry: boolean): string {
  return `${reuseStruct}
@group(0) @binding(5) var<uniform> reuse: Reuse;
@group(0) @binding(6) var<storage, read> flags: array<u32>;
${
  carry
    ? `${windowStruct}
@group(0) @binding(7) var<storage, read> windows: array<Window>;
@group(0) @binding(8) var<storage, read> kept: array<f32>;
@group(0) @binding(9) var<storage, read> picture: array<f32>;
`
    : ""
}`;
}

/** Columns of kept parts are equally wide but for the first and the last, which have a halo more. */
function patchOf(scale: number): string {
  return `  let pixel = place / ${scale}u;
  let column = min((max(pixel.x, reuse.halo) - reuse.halo) / reuse.inner_width, reuse.columns - 1u);
  let row = min((max(pixel.y, reuse.halo) - reuse.halo) / reuse.inner_height, reuse.rows - 1u);
  let patch_index = row * reuse.columns + column;
`;
}

function carrying(padding: number): string {
  return `  if (flags[patch_index] == ${decisions.carry}u) {
    let seen = windows[patch_index];
    var drift = 0.0;
    for (var dy = 0; dy < 4; dy++) {
      for (var dx = 0; dx < 4; dx++) {
        let near = vec2u(clamp(first + vec2i(dx, dy), vec2i(0), last));
        let inside = near - vec2u(seen.x, seen.y);
        let now = picture[(near.y + ${padding}u) * geometry.pitch + near.x + ${padding}u];
        let before = kept[(patch_index * reuse.window_height + inside.y) * reuse.window_width + inside.x];
        drift += across[dx] * down[dy] * (now - before);
      }
    }
    level += drift;
  }
`;
}

/** Forty levels of Cb and Cr, as R′G′B′ show them (BT.709): green for what was copied, orange for what was carried. */
const tinting = `  if (flags[patch_index] == ${decisions.copy}u) {
    difference += ${tintOf(-40 / 224, -40 / 224)};
  } else if (flags[patch_index] == ${decisions.carry}u) {
    difference += ${tintOf(-40 / 224, 40 / 224)};
  }
`;

function tintOf(cb: number, cr: number): string {
  return vectorText([1.5748 * cr, -0.1873 * cb - 0.4681 * cr, 1.8556 * cb, 0]);
}
