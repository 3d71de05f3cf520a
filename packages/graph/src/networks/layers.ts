/** What networks are put together from: convolutions and their activations, by the names of their weights. */

import { conv2d, prelu } from "../build.ts";
import type { Node } from "../node.ts";
import type { LinearBlock, WeightSpec } from "./network.ts";

/** A weight by its name. */
export type WeightOf = (name: string) => Node;

/** How a convolution's kernel begins, and whether it is trained wide. */
export interface ConvolutionOptions {
  /** Of the kernel's start. @defaultValue 1 */
  readonly gain?: number;
  readonly block?: LinearBlock;
}

/** `name.kernel` `[o, i, side, side]`, and `name.bias` `[o]`, which begins as zeros. */
export function convolutionSpecs(
  name: string,
  inputs: number,
  outputs: number,
  side: number,
  { gain, block }: ConvolutionOptions = {},
): readonly WeightSpec[] {
  return [
    {
      name: `${name}.kernel`,
      shape: [outputs, inputs, side, side],
      begin: { kind: "uniform", ...(gain !== undefined && { gain }) },
      ...(block && { block }),
    },
    { name: `${name}.bias`, shape: [outputs], begin: { kind: "constant", value: 0 } },
  ];
}

/** `name.slopes` `[c]`, all of them `value` at the start. */
export function slopesSpec(name: string, channels: number, value: number): WeightSpec {
  return { name: `${name}.slopes`, shape: [channels], begin: { kind: "constant", value } };
}

/** The convolution of that name. */
export function convolve(weight: WeightOf, name: string, picture: Node): Node {
  return conv2d(picture, weight(`${name}.kernel`), weight(`${name}.bias`));
}

/** The convolution of that name and the PReLU behind it. */
export function convolveAndBend(weight: WeightOf, name: string, picture: Node): Node {
  return prelu(convolve(weight, name, picture), weight(`${name}.slopes`));
}
