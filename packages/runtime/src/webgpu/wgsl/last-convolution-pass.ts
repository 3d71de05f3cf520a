/** The last layer: its channels become the pixels of a larger picture. */

import type { Chain } from "@tatami/kernels";
import { geometryStruct } from "../layout.ts";
import type { LayerVariant } from "../variant.ts";
import { accumulate, each, sumName } from "./accumulate.ts";
import { floatText } from "./number-text.ts";
import { blockStart, featureType, weightsBinding } from "./pass-parts.ts";

/**
 * WGSL of the last layer: convolution, the picture's addition, pixel shuffle.
 *
 * Bindings: 0 geometry; 1 source, vectors of four channels; 2 luma, the larger picture, rows of width · scale floats with
 * nothing between them, not clipped; 3 weights, unless they are literals; 4 the centred picture, where it is added.
 */
export function lastConvolutionPass(chain: Chain, variant: LayerVariant, padding: number): string {
  const { scale, centre, addPicture } = chain;
  const layer = chain.layers.at(-1)!;
  const pixel = (column: number, dy: number): string =>
    each(scale, (dx) => {
      const channel = dy * scale + dx;
      const sum = `${sumName(column, channel >> 2)}.${"xyzw"[channel % 4]}`;
      return `    luma[row_${dy} + ${column * scale + dx}u] = ${sum}${addPicture ? ` + picture_${column}` : ""};`;
    });
  return `// Last convolution ${layer.kernel}×${layer.kernel}, ${layer.inputs} to ${layer.outputs} channels${addPicture ? ", picture addition" : ""}, pixel shuffle ×${scale}.
// Bindings: 0 geometry, 1 source planes, 2 larger luma${variant.weights === "literal" ? "" : ", 3 weights"}${addPicture ? ", 4 centred picture" : ""}.
// Layout: source [patch][group of 4 channels][row][column], bordered by zeros; luma [patch][row][column] without a border.
// Algorithm: an invocation computes ${variant.columns} pixels of a row: ${variant.columns * scale} × ${scale} of the larger picture.
${variant.features === "f16" ? "enable f16;\n" : ""}${geometryStruct}
@group(0) @binding(0) var<uniform> geometry: Geometry;
@group(0) @binding(1) var<storage, read> source: array<${featureType(variant)}>;
@group(0) @binding(2) var<storage, read_write> luma: array<f32>;
${weightsBinding(layer, variant)}${addPicture ? "@group(0) @binding(4) var<storage, read> picture: array<f32>;\n" : ""}
${blockStart(variant, padding)}
${accumulate(layer, variant)}
${each(scale, (dy) => `  let row_${dy} = ((patch_index * geometry.height + y) * ${scale}u + ${dy}u) * geometry.width * ${scale}u + x * ${scale}u;`)}
${each(
  variant.columns,
  (column) => `  if (x + ${column}u < geometry.width) {
${addPicture ? `    let picture_${column} = picture[patch_index * geometry.plane + at + ${column}u] + ${floatText(centre)};\n` : ""}${each(scale, (dy) => pixel(column, dy))}
  }`,
)}
}
`;
}
