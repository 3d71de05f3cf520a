/** A convolution of a network on 8-bit integers: the first layer, and all between it and the last. */

import type { IntegerChain, Steps } from "../../integers/quantise-chain.ts";
import { mostInteger } from "../../integers/quantise-chain.ts";
import { geometryStruct } from "../layout.ts";
import type { LayerVariant } from "../variant.ts";
import { accumulateIntegers, packIntegerWeights } from "./accumulate-integers.ts";
import { accumulate, each, sumName } from "./accumulate.ts";
import { vectorText, vectorsOf } from "./number-text.ts";
import { blockStart, weightsBinding } from "./pass-parts.ts";

/**
 * WGSL of a layer that is not the last: as `convolutionPass`, but four channels of a pixel are one word of 8-bit integers,
 * except in the picture and in the planes that the last layer reads.
 *
 * Bindings: 0 geometry; 1 source, the picture as floats for the first layer, words otherwise; 2 target, words, or vectors of
 * four channels for the last layer; 3 weights, unless they are literals; 4 residual, words, where the layer has one.
 */
export function integerConvolutionPass(
  plan: IntegerChain,
  index: number,
  variant: LayerVariant,
  padding: number,
): string {
  const layer = plan.chain.layers[index]!;
  const integers = plan.layers[index];
  const groups = Math.ceil(layer.outputs / 4);
  const residual = layer.residual !== undefined;
  const stored = plan.steps[index] ? "u32" : "vec4f";
  return `// Convolution ${layer.kernel}×${layer.kernel} of ${integers ? "8-bit integers" : "floats"}, ${layer.inputs} to ${layer.outputs} channels; bias${layer.slopes ? ", PReLU" : ""}${residual ? ", residual" : ""}${plan.steps[index] ? ", rounding to 8 bits" : ""}.
// Bindings: 0 geometry, 1 source planes, 2 target planes${variant.weights === "literal" ? "" : ", 3 weights"}${residual ? ", 4 residual planes" : ""}.
// Layout: [patch][group of 4 channels][row][column], bordered by zeros.
// Algorithm: an invocation computes ${variant.columns} pixels of a row, all channels; neighbours are loaded once.
requires packed_4x8_integer_dot_product;
${geometryStruct}
@group(0) @binding(0) var<uniform> geometry: Geometry;
@group(0) @binding(1) var<storage, read> source: array<${integers ? "u32" : "f32"}>;
@group(0) @binding(2) var<storage, read_write> target_planes: array<${stored}>;
${integers ? integerWeightsBinding(packIntegerWeights(layer, integers).length / 4, variant) : weightsBinding(layer, variant)}${residual ? "@group(0) @binding(4) var<storage, read> residual: array<u32>;\n" : ""}
${blockStart(variant, padding)}
${integers ? accumulateIntegers(layer, integers, variant) : accumulate(layer, variant)}
${each(groups, (group) => `  let to_${group} = (patch_index * ${groups}u + ${group}u) * geometry.plane + at;`)}
${each(variant.columns, (column) => `  if (x + ${column}u < geometry.width) {\n${each(groups, (group) => finish(plan, index, column, group))}\n  }`)}
}
`;
}

function integerWeightsBinding(count: number, { weights }: LayerVariant): string {
  if (weights === "literal") return "";
  return weights === "uniform"
    ? `@group(0) @binding(3) var<uniform> weights: array<vec4u, ${count}>;\n`
    : `@group(0) @binding(3) var<storage, read> weights: array<vec4u>;\n`;
}

function finish(plan: IntegerChain, index: number, column: number, group: number): string {
  const { bias, slopes, residual } = plan.chain.layers[index]!;
  const integers = plan.layers[index];
  const name = sumName(column, group);
  const place = `to_${group} + ${column}u`;
  const vector = (numbers: ArrayLike<number>): string => vectorText(vectorsOf(numbers)[group]!);
  const sum = integers ? `vec4f(${name}) * ${vector(integers.sumSteps)} + ${vector(bias)}` : name;
  const lines = [`    let value_${group} = ${sum};`];
  let result = `value_${group}`;
  if (slopes) result = `select(${result} * ${vector(slopes)}, ${result}, ${result} > vec4f(0.0))`;
  if (residual !== undefined)
    result += ` + vec4f(unpack4xI8(residual[${place}])) * ${vector(plan.steps[residual]!)}`;
  const steps = plan.steps[index];
  lines.push(`    target_planes[${place}] = ${steps ? packed(result, steps, vector) : result};`);
  return lines.join("\n");
}

function packed(value: string, steps: Steps, vector: (numbers: ArrayLike<number>) => string): string {
  const inverse = steps.map((step) => 1 / step);
  const scaled = `round((${value}) * ${vector(inverse)})`;
  return `pack4xI8(vec4i(clamp(${scaled}, vec4f(-${mostInteger}.0), vec4f(${mostInteger}.0))))`;
}
