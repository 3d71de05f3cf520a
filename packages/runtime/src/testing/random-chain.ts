/** Random chains of convolutions, for testing engines that run nothing else. */

import type { Model, Node } from "@tatami/graph";
import {
  add,
  conv2d,
  createSeededRandom,
  depthToSpace,
  haloOf,
  input,
  prelu,
  randomTensor,
  relu,
  scalar,
  subtract,
} from "@tatami/graph";

/** What a chain is made of. */
export interface ChainShape {
  readonly seed: number;
  readonly scale: number;
  /** One for each layer but the last. */
  readonly layers: readonly {
    readonly outputs: number;
    readonly kernel: number;
    readonly activation: "prelu" | "relu" | "none";
    /** Add the newest earlier output of as many channels, where there is one. */
    readonly residual: boolean;
  }[];
  readonly lastKernel: number;
  /** Subtracted from the picture in front. */
  readonly centre: number | undefined;
  readonly addPicture: boolean;
}

/** The network of a shape: weights drawn from its seed, so that values stay within a few units. */
export function chainModel(shape: ChainShape): Model {
  const random = createSeededRandom(shape.seed);
  const convolve = (source: Node, inputs: number, outputs: number, kernel: number): Node => {
    const limit = Math.sqrt(3 / (inputs * kernel * kernel));
    const weights = randomTensor([outputs, inputs, kernel, kernel], -limit, limit, random);
    return conv2d(source, weights, randomTensor([outputs], -0.2, 0.2, random));
  };
  const picture = input();
  let current: Node = shape.centre === undefined ? picture : subtract(picture, scalar(shape.centre));
  let channels = 1;
  const outputs: { readonly node: Node; readonly channels: number }[] = [];
  for (const layer of shape.layers) {
    current = convolve(current, channels, layer.outputs, layer.kernel);
    channels = layer.outputs;
    if (layer.activation === "relu") current = relu(current);
    if (layer.activation === "prelu") current = prelu(current, randomTensor([channels], -0.5, 1.5, random));
    const earlier = layer.residual
      ? outputs.findLast((output) => output.channels === layer.outputs)
      : undefined;
    if (earlier) current = add(current, earlier.node);
    outputs.push({ node: current, channels });
  }
  current = convolve(current, channels, shape.scale ** 2, shape.lastKernel);
  if (shape.addPicture) current = add(current, picture);
  const output = depthToSpace(current, shape.scale);
  return { name: `chain-${shape.seed}`, scale: shape.scale, halo: haloOf(output), output };
}
