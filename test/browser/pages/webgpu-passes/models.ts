/** Networks for the WebGPU tests: the papers' shapes with seeded weights, and one whose layers are all different. */

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
  seededSesr,
  subtract,
} from "@tatami/graph";

/** A model by its size and scale: `m5-x2`; or `unequal`, or `wide-x2`. */
export function testModel(name: string): Model {
  if (name === "unequal") return unequalModel();
  if (name === "wide-x2") return wideModel();
  const [size, scale] = name.split("-x");
  return seededSesr(size as "m3", Number(scale) as 2);
}

/** Layers of 1, 3, 5 and 7 taps and of 6 to 10 channels, ×3. */
function unequalModel(): Model {
  const { numbers, convolve } = createLayers(17);
  const picture = input();
  const first = prelu(convolve(subtract(picture, scalar(0.4)), 1, 10, 7), numbers([10], 1.5));
  const second = relu(convolve(first, 10, 6, 1));
  const third = add(convolve(second, 6, 10, 5), first);
  const last = add(convolve(third, 10, 9, 3), picture);
  const output = depthToSpace(last, 3);
  return { name: "unequal", scale: 3, halo: haloOf(output), output };
}

/** As many channels as the largest network that ships, in few layers, ×2. */
function wideModel(): Model {
  const { numbers, convolve } = createLayers(18);
  const first = prelu(convolve(input(), 1, 32, 5), numbers([32], 0.4));
  const second = add(prelu(convolve(first, 32, 32, 3), numbers([32], 0.4)), first);
  const output = depthToSpace(convolve(second, 32, 4, 5), 2);
  return { name: "wide-x2", scale: 2, halo: haloOf(output), output };
}

/** Convolutions of seeded weights. */
function createLayers(seed: number) {
  const random = createSeededRandom(seed);
  const numbers = (shape: readonly number[], limit: number) =>
    randomTensor([...shape], -limit, limit, random);
  const convolve = (source: Node, inputs: number, outputs: number, kernel: number) =>
    conv2d(
      source,
      numbers([outputs, inputs, kernel, kernel], Math.sqrt(3 / (inputs * kernel * kernel))),
      numbers([outputs], 0.2),
    );
  return { numbers, convolve };
}
