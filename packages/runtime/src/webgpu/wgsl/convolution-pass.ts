/** A convolution from planes to planes: the first layer, and all between it and the last. */

import type { ChainLayer } from "@tatami/kernels";
import { geometryStruct } from "../layout.ts";
import type { LayerVariant } from "../variant.ts";
import { accumulate, each, sumName } from "./accumulate.ts";
import { vectorText, vectorsOf } from "./number-text.ts";
import { blockStart, featureType, weightsBinding } from "./pass-parts.ts";

/**
 * WGSL of a layer that is not the last.
 *
 * Bindings: 0 geometry; 1 source, the picture as floats for a layer of one input, vectors of four channels otherwise;
 * 2 target, vectors of four channels; 3 weights, unless they are literals; 4 residual, where the layer has one.
 */
export function convolutionPass(layer: ChainLayer, variant: LayerVariant, padding: number): string {
  const groups = Math.ceil(layer.outputs / 4);
  const residual = layer.residual !== undefined;
  const feature = featureType(variant);
  return `// Convolution ${layer.kernel}×${layer.kernel}, ${layer.inputs} to ${layer.outputs} channels; bias${layer.slopes ? ", PReLU" : ""}${residual ? ", residual" : ""}.
// Bindings: 0 geometry, 1 source planes, 2 target planes${variant.weights === "literal" ? "" : ", 3 weights"}${residual ? ", 4 residual planes" : ""}.
// Layout: [patch][group of 4 channels][row][column], bordered by zeros.
// Algorithm: an invocation computes ${variant.columns} pixels of a row, all channels; neighbours are loaded once.
${variant.features === "f16" ? "enable f16;\n" : ""}${geometryStruct}
@group(0) @binding(0) var<uniform> geometry: Geometry;
@group(0) @binding(1) var<storage, read> source: array<${layer.inputs === 1 ? "f32" : feature}>;
@group(0) @binding(2) var<storage, read_write> target_planes: array<${feature}>;
${weightsBinding(layer, variant)}${residual ? `@group(0) @binding(4) var<storage, read> residual: array<${feature}>;\n` : ""}
${blockStart(variant, padding)}
${accumulate(layer, variant)}
${each(groups, (group) => `  let to_${group} = (patch_index * ${groups}u + ${group}u) * geometry.plane + at;`)}
${each(variant.columns, (column) => `  if (x + ${column}u < geometry.width) {\n${each(groups, (group) => finish(layer, feature, column, group))}\n  }`)}
}
`;
}

function finish(layer: ChainLayer, feature: string, column: number, group: number): string {
  const sum = sumName(column, group);
  const place = `to_${group} + ${column}u`;
  const active = layer.slopes
    ? `select(${sum} * ${vectorText(vectorsOf(layer.slopes)[group]!)}, ${sum}, ${sum} > vec4f(0.0))`
    : sum;
  const whole = layer.residual === undefined ? active : `${active} + vec4f(residual[${place}])`;
  return `    target_planes[${place}] = ${feature}(${whole});`;
}
