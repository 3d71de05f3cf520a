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
