/** A frame's colours, split into the luma that the network enlarges and what is left of red and blue without it. */

import { geometryStruct } from "../layout.ts";
import { floatText, vectorText } from "./number-text.ts";
import { pixelWorkgroup } from "./picture-pass.ts";

/** What a frame is bound as. */
export type FrameBinding = "texture" | "external";

/** What a frame is to this pass. */
export interface FrameKind {
  readonly binding: FrameBinding;
  /** Whether its colours were enlarged from half its size, as a video's of 4:2:0 are. */
  readonly halvedColours: boolean;
}

/** Luma of R′G′B′, BT.709 (ITU-R BT.709-6, 3.2): what it is called is a convention, adding it back undoes it exactly. */
export const lumaWeights: readonly [number, number, number] = [0.2126, 0.7152, 0.0722];

/**
 * WGSL of the pass in front of a frame's band.
 *
 * Bindings: 0 geometry; 1 frame; 2 picture; 3 colour, a texture of the whole frame's R′−Y′, B′−Y′, guide and alpha: the guide is luma as
 * coarse as colours are, less a half, where 16 bits are finest; 4 band, whose x is the frame's row that the picture begins at.
 */
export function framePicturePass(kind: FrameKind, centre: number, padding: number): string {
  const external = kind.binding === "external";
  const type = external ? "texture_external" : "texture_2d<f32>";
  return `// A frame's R′G′B′ to the centred luma picture, and to colour differences.
// Bindings: 0 geometry, 1 frame (${type}), 2 picture [row][column] bordered by zeros, 3 colour differences and guide, 4 band.
// Algorithm: an invocation a pixel; luma is BT.709's, in the studio range as the network takes it.
${geometryStruct}
@group(0) @binding(0) var<uniform> geometry: Geometry;
@group(0) @binding(1) var frame: ${type};
@group(0) @binding(2) var<storage, read_write> picture: array<f32>;
@group(0) @binding(3) var colour: texture_storage_2d<rgba16float, write>;
@group(0) @binding(4) var<uniform> band: vec4u;

fn seen_at(place: vec2u) -> vec4f {
  return textureLoad(frame, place${external ? "" : ", 0"});
}

fn luma_of(seen: vec4f) -> f32 {
  return dot(seen, ${vectorText([...lumaWeights, 0])});
}

@compute @workgroup_size(${pixelWorkgroup.join(", ")}, 1)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let x = id.x;
  let y = id.y;
  if (x >= geometry.width || y >= geometry.height) {
    return;
  }
  let place = vec2u(x, y + band.x);
  let seen = seen_at(place);
  let luma = luma_of(seen);
  let level = luma * ${floatText(219 / 255)} + ${floatText(16 / 255)};
  picture[(y + ${padding}u) * geometry.pitch + x + ${padding}u] = level - ${floatText(centre)};
${kind.halvedColours ? coarseGuide : "  let guide = luma;\n"}  textureStore(colour, place, vec4f(seen.r - luma, seen.b - luma, guide - 0.5, seen.a));
}
`;
}

/** Luma as a decoder's colours are: halved by averaging and doubled by straight lines, wherever samples lie. */
const coarseGuide = `  let last = vec2i(textureDimensions(frame)) - 1;
  var weights = array<f32, 5>(0.0625, 0.25, 0.375, 0.25, 0.0625);
  var guide = 0.0;
  for (var row = 0; row < 5; row++) {
    for (var column = 0; column < 5; column++) {
      let near = vec2u(clamp(vec2i(place) + vec2i(column, row) - 2, vec2i(0), last));
      guide += weights[row] * weights[column] * luma_of(seen_at(near));
    }
  }
`;
