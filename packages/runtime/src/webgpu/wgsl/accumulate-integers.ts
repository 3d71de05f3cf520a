/** The inner part of a convolution on 8-bit integers: sums of a block of pixels, four products to an instruction. */

import type { ChainLayer } from "@tatami/kernels";
import type { IntegerLayer } from "../../integers/quantise-chain.ts";
import type { LayerVariant } from "../variant.ts";
import { paddedInputs } from "../variant.ts";
import { each, rowStart, sumName } from "./accumulate.ts";

/**
 * Declares `sum_<column>_<group>`, vectors of four outputs' exact sums, without the bias.
 *
 * Expects in scope what `accumulate` does; `source` holds four channels of a pixel to a word, `weights` four inputs of
 * four outputs to a vector.
 */
export function accumulateIntegers(
  layer: ChainLayer,
  integers: IntegerLayer,
  { columns, weights }: LayerVariant,
): string {
  const { kernel } = layer;
  const groups = Math.ceil(layer.outputs / 4);
  const inputGroups = paddedInputs(layer) / 4;
  const packed = packIntegerWeights(layer, integers);
  const load = each(
    columns + kernel - 1,
    (column) => `      let pixel_${column} = source[start + ${column}u];`,
  );
  const add = (x: number, group: number, lanes: readonly string[]): string =>
    each(columns, (column) => {
      const products = lanes.map((lane) => `dot4I8Packed(pixel_${column + x}, ${lane})`);
      return `      ${sumName(column, group)} += vec4i(${products.join(", ")});`;
    });
  const step = (inputGroup: number, row: number): string =>
    each(kernel, (x) =>
      each(groups, (group) => {
        const first = (((inputGroup * kernel + row) * kernel + x) * groups + group) * 4;
        const words = packed.subarray(first, first + 4);
        return words.every((word) => word === 0) ? "" : add(x, group, [...words].map(wordText));
      }),
    );
  const sums = each(columns, (column) =>
    each(groups, (group) => `  var ${sumName(column, group)} = vec4i();`),
  );
  const body =
    weights === "literal"
      ? each(inputGroups, (group) =>
          each(
            kernel,
            (row) => `  {\n${rowStart(layer, `${group}u`, `${row}u`)}\n${load}\n${step(group, row)}\n  }`,
          ),
        )
      : `  for (var group = 0u; group < ${inputGroups}u; group++) {
    for (var row = 0u; row < ${kernel}u; row++) {
      let first = (group * ${kernel}u + row) * ${kernel * groups}u;
${rowStart(layer, "group", "row")}
${load}
${each(kernel, (x) =>
  each(groups, (group) => {
    const name = `weight_${x}_${group}`;
    const lanes = [..."xyzw"].map((lane) => `${name}.${lane}`);
    return `      let ${name} = weights[first + ${x * groups + group}u];\n${add(x, group, lanes)}`;
  }),
)}
    }
  }`;
  return `${sums}\n${body}`;
}

/** `[input group][row][column][output]`, four inputs to a word, the first in its lowest byte; 0 beyond the layer's channels. */
export function packIntegerWeights(layer: ChainLayer, { weights }: IntegerLayer): Uint32Array<ArrayBuffer> {
  const { kernel, inputs, outputs } = layer;
  const padded = Math.ceil(outputs / 4) * 4;
  const packed = new Int8Array(paddedInputs(layer) * kernel * kernel * padded);
  let at = 0;
  for (let first = 0; first < inputs; first += 4)
    for (let tap = 0; tap < kernel * kernel; tap++)
      for (let output = 0; output < padded; output++)
        for (let input = first; input < first + 4; input++, at++)
          if (input < inputs && output < outputs)
            packed[at] = weights[(output * inputs + input) * kernel * kernel + tap]!;
  return new Uint32Array(packed.buffer);
}

function wordText(word: number): string {
  return `0x${word.toString(16)}u`;
}
