/** What several passes have in common. */

import type { ChainLayer } from "@tatami/kernels";
import type { LayerVariant } from "../variant.ts";
import { packedVectors } from "./weights.ts";

/** The type that pictures between layers are stored in. */
export function featureType({ features }: LayerVariant): string {
  return features === "f16" ? "vec4<f16>" : "vec4f";
}

/** Declares the weights, where they are not literals. */
export function weightsBinding(layer: ChainLayer, { weights }: LayerVariant): string {
  if (weights === "literal") return "";
  const count = packedVectors(layer);
  return weights === "uniform"
    ? `@group(0) @binding(3) var<uniform> weights: array<vec4f, ${count}>;\n`
    : `@group(0) @binding(3) var<storage, read> weights: array<vec4f>;\n`;
}

/** The entry point down to `patch_index`, `x`, `y` of the block's first pixel, and `at`, its place in a plane. */
export function blockStart({ workgroup, columns }: LayerVariant, padding: number): string {
  return `@compute @workgroup_size(${workgroup[0]}, ${workgroup[1]}, 1)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let patch_index = id.z;
  let x = id.x * ${columns}u;
  let y = id.y;
  if (x >= geometry.width || y >= geometry.height) {
    return;
  }
  let at = (y + ${padding}u) * geometry.pitch + x + ${padding}u;`;
}

/** The Catmull–Rom kernel: weights of four neighbours, the second of which lies `t` before the place. */
export const catmullRomTaps: string = `fn taps(t: f32) -> vec4f {
  let outer = vec2f(1.0 + t, 2.0 - t);
  let inner = vec2f(t, 1.0 - t);
  let far = ((-0.5 * outer + 2.5) * outer - 4.0) * outer + 2.0;
  let near = (1.5 * inner - 2.5) * inner * inner + 1.0;
  return vec4f(far.x, near.x, near.y, far.y);
}`;

/**
 * How one workgroup makes a dense list: each invocation counts its own run of elements, `start` up to `end`, and `counts` is summed
 * up so that `counts[local] - count` is where its elements go.
 *
 * @param sharing invocations of the workgroup
 * @param total elements, in WGSL
 * @param isListed whether the `i`th is one of them, in WGSL
 */
export function countRuns(sharing: number, total: string, isListed: string): string {
  return `  let run = (${total} + ${sharing - 1}u) / ${sharing}u;
  let start = min(local * run, ${total});
  let end = min(start + run, ${total});
  var count = 0u;
  for (var i = start; i < end; i++) {
    count += select(0u, 1u, ${isListed});
  }
  counts[local] = count;
  for (var distance = 1u; distance < ${sharing}u; distance <<= 1u) {
    workgroupBarrier();
    var before = 0u;
    if (local >= distance) {
      before = counts[local - distance];
    }
    workgroupBarrier();
    counts[local] += before;
  }
  workgroupBarrier();`;
}
