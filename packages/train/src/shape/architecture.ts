/** The shape of a SESR network (arXiv 2103.09404, section 4): a chain of linear blocks. */

import { checkInteger, checkOneOf } from "@tatami/core";

/** What a network is built from. */
export interface Architecture {
  /** Linear 3×3 blocks between the two 5×5 ones: 3 for M3, 5 for M5. */
  readonly blocks: number;
  /** Channels between blocks: 16, or 32 for XL, 8 for a micro network. */
  readonly features: number;
  /** Hidden channels of a block while it is trained; 256 for M3, M5, M7. They are gone after folding. */
  readonly width: number;
  readonly scale: number;
}

/** One linear block, folded: a convolution. */
export interface Layer {
  /** Side of the square kernel. */
  readonly kernel: number;
  readonly inputs: number;
  readonly outputs: number;
  /** Whether the block adds its input to its output before the activation. */
  readonly residual: boolean;
}

/** The layers in order: 5×5 in, `blocks` × 3×3, 5×5 out to scale² channels. */
export function layersOf(architecture: Architecture): readonly Layer[] {
  const { blocks, features, scale } = architecture;
  const middle = { kernel: 3, inputs: features, outputs: features, residual: true };
  return [
    { kernel: 5, inputs: 1, outputs: features, residual: false },
    ...Array.from({ length: blocks }, () => middle),
    { kernel: 5, inputs: features, outputs: scale * scale, residual: false },
  ];
}

/** Weights of the folded convolutions; biases and slopes are not counted, as in the paper. */
export function countParameters(architecture: Architecture): number {
  return layersOf(architecture).reduce(
    (sum, { kernel, inputs, outputs }) => sum + kernel * kernel * inputs * outputs,
    0,
  );
}

/** Multiply-accumulates to make one picture of 1280×720 from its low-resolution input. */
export function countMacs720p(architecture: Architecture): number {
  return (countParameters(architecture) * 1280 * 720) / architecture.scale ** 2;
}

/** @throws TatamiError `invalid-option` for a network the kernels cannot train. */
export function checkArchitecture(architecture: Architecture): Architecture {
  checkInteger("architecture.blocks", architecture.blocks, 1, 64);
  checkOneOf("architecture.features", architecture.features, [8, 16, 32]);
  checkOneOf("architecture.width", architecture.width % 4 === 0 ? architecture.width : -1, [
    architecture.width,
  ]);
  checkOneOf("architecture.scale", architecture.scale, [2, 4]);
  return architecture;
}
