/** What networks are put together from: convolutions and their activations, by the names of their weights. */

import { add, conv2d, divide, mean, multiply, plus, prelu, squareRoot, subtract } from "../build.ts";
import { reshape } from "../build-training.ts";
import type { Node } from "../node.ts";
import { probeShape } from "../shape.ts";
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

/** What a normalisation adds to a variance before it divides by its root. */
const leastVariance = 1e-5;

/** A weight of one number a channel, `[c]`, as it multiplies pictures or is added to them: `[1, c, 1, 1]`. */
export function perChannel(weight: Node): Node {
  return reshape(weight, [1, probeShape(weight)[0]!, 1, 1]);
}

/** `name.scale` and `name.shift` `[c]`: 1 and 0 at the start. */
export function normSpecs(name: string, channels: number): readonly WeightSpec[] {
  const shape = [channels];
  return [
    { name: `${name}.scale`, shape, begin: { kind: "constant", value: 1 } },
    { name: `${name}.shift`, shape, begin: { kind: "constant", value: 0 } },
  ];
}

/** Every pixel's channels moved to mean 0 and variance 1, then scaled and moved by the weights of that name (Ba et al., 2016). */
export function normaliseChannels(weight: WeightOf, name: string, picture: Node): Node {
  const centred = subtract(picture, mean(picture, [1]));
  const variance = mean(multiply(centred, centred), [1]);
  const normal = divide(centred, squareRoot(plus(variance, leastVariance)));
  const scaled = multiply(normal, perChannel(weight(`${name}.scale`)));
  return add(scaled, perChannel(weight(`${name}.shift`)));
}
