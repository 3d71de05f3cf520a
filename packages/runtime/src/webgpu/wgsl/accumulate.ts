/** The inner part of every convolution: the sums of one block of pixels, all output channels at once. */

import type { ChainLayer } from "@tatami/kernels";
import type { LayerVariant } from "../variant.ts";
import { paddedInputs } from "../variant.ts";
import { vectorText, vectorsOf } from "./number-text.ts";
import { weightAt } from "./weights.ts";

/**
 * Declares `sum_<column>_<group>` and adds up the convolution, its bias included.
 *
 * Expects in scope: `at`, the block's first pixel in its plane; `patch_index`; `geometry`; `source`, a plane of floats where
 * the layer has one input and planes of vectors of four channels elsewhere; `weights`, unless they are literals. All
 * neighbours of a block's row are loaded once and used for every pixel and every output.
 */
export function accumulate(layer: ChainLayer, variant: LayerVariant): string {
  const groups = Math.ceil(layer.outputs / 4);
  const bias = vectorsOf(layer.bias);
  const sums = each(variant.columns, (column) =>
    each(groups, (group) => `  var ${sumName(column, group)} = ${vectorText(bias[group]!)};`),
  );
  const body = variant.weights === "literal" ? straightLine(layer, variant) : loops(layer, variant);
  return `${sums}\n${body}`;
}

/** The sum of a block's column, four channels of it. */
export function sumName(column: number, group: number): string {
  return `sum_${column}_${group}`;
}

/** Lines for 0..count-1. */
export function each(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join("\n");
}

function straightLine(layer: ChainLayer, variant: LayerVariant): string {
  const { kernel } = layer;
  const groups = Math.ceil(layer.outputs / 4);
  const lanes = Math.min(paddedInputs(layer), 4);
  const row = (inputGroup: number, y: number): string => `  {
${rowStart(layer, `${inputGroup}u`, `${y}u`)}
${loadRow(layer, variant)}
${each(kernel, (x) =>
  each(groups, (group) =>
    each(lanes, (lane) => {
      const weight = [0, 1, 2, 3].map((o) => weightAt(layer, group * 4 + o, inputGroup * 4 + lane, y, x));
      // pruned weights cost nothing
      if (weight.every((value) => value === 0)) return "";
      return addProducts(layer, variant, x, group, lane, vectorText(weight));
    }),
  ),
)}
  }`;
  return each(paddedInputs(layer) / lanes, (inputGroup) => each(kernel, (y) => row(inputGroup, y)));
}

function loops(layer: ChainLayer, variant: LayerVariant): string {
  const { kernel } = layer;
  const groups = Math.ceil(layer.outputs / 4);
  const lanes = Math.min(paddedInputs(layer), 4);
  const step = kernel * groups * lanes;
  return `  for (var group = 0u; group < ${paddedInputs(layer) / lanes}u; group++) {
    for (var row = 0u; row < ${kernel}u; row++) {
      let first = (group * ${kernel}u + row) * ${step}u;
${rowStart(layer, "group", "row")}
${loadRow(layer, variant)}
${each(kernel, (x) =>
  each(groups, (group) =>
    each(lanes, (lane) => {
      const name = `weight_${x}_${group}_${lane}`;
      return `      let ${name} = weights[first + ${(x * groups + group) * lanes + lane}u];
${addProducts(layer, variant, x, group, lane, name)}`;
    }),
  ),
)}
    }
  }`;
}

/** Declares `start`, the first neighbour of a block's row, for an input group and a row of the kernel as WGSL. */
export function rowStart(layer: ChainLayer, group: string, row: string): string {
  const reach = (layer.kernel - 1) / 2;
  const plane = layer.inputs === 1 ? "patch_index" : `(patch_index * ${paddedInputs(layer) / 4}u + ${group})`;
  return `      let start = ${plane} * geometry.plane + at + ${row} * geometry.pitch - ${reach}u * geometry.pitch - ${reach}u;`;
}

function loadRow(layer: ChainLayer, { columns }: LayerVariant): string {
  const type = layer.inputs === 1 ? "f32" : "vec4f";
  return each(
    columns + layer.kernel - 1,
    (column) => `      let pixel_${column} = ${type}(source[start + ${column}u]);`,
  );
}

function addProducts(
  layer: ChainLayer,
  { columns }: LayerVariant,
  x: number,
  group: number,
  lane: number,
  weight: string,
): string {
  const component = layer.inputs === 1 ? "" : `.${"xyzw"[lane]}`;
  return each(columns, (column) => {
    const sum = sumName(column, group);
    return `      ${sum} = fma(vec4f(pixel_${column + x}${component}), ${weight}, ${sum});`;
  });
}
