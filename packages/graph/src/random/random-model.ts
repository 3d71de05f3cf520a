/** Random networks, for testing engines, rewrites and file formats against the CPU reference. */

import {
  add,
  clip,
  concat,
  constant,
  conv2d,
  depthToSpace,
  input,
  multiply,
  prelu,
  relu,
  scalar,
  slice,
  subtract,
} from "../build.ts";
import { haloOf } from "../model/halo.ts";
import type { Model } from "../model/model.ts";
import type { Node } from "../node.ts";
import { randomTensor } from "./random-tensor.ts";
import { createSeededRandom } from "./seeded-random.ts";
import { probeShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";

/**
 * A small valid model, the same for the same seed: every op, in an order that no one would choose, with
 * scales 1 to 4 and convolutions behind depth-to-space. Values stay within a few units.
 */
export function randomModel(seed: number): Model {
  const random = createSeededRandom(seed);
  const below = (end: number): number => Math.floor(random() * end);
  const numbers = (...shape: readonly number[]): Tensor => randomTensor(shape, -1, 1, random);
  const convolve = (picture: Node, outputs: number): Node => {
    const inputs = channelsOf(picture);
    const [height, width] = [1 + 2 * below(3), 1 + 2 * below(3)];
    const limit = Math.sqrt(3 / (inputs * height * width));
    const kernel = randomTensor([outputs, inputs, height, width], -limit, limit, random);
    return conv2d(picture, kernel, numbers(outputs));
  };
  const picture = input();
  let scale = 1;
  let current: Node = subtract(picture, scalar(random()));
  let earlier: readonly Node[] = [picture];
  const grow = (): Node => {
    const block = 1 + below(2);
    const kept = 1 + below(3);
    const grown = depthToSpace(convolve(current, kept * block ** 2), block);
    scale *= block;
    if (block > 1) earlier = [];
    return grown;
  };
  const steps: readonly (() => Node)[] = [
    () => convolve(current, 1 + below(5)),
    () => relu(current),
    () => prelu(current, numbers(channelsOf(current))),
    () => clip(current, -1 - random(), 1 + random()),
    () => multiply(current, constant(numbers(1, channelsOf(current), 1, 1))),
    () => multiply(current, scalar(-1)),
    () => subtract(current, relu(current)),
    () => {
      const other = earlier[below(earlier.length)];
      if (!other || ![1, channelsOf(current)].includes(channelsOf(other))) return current;
      return add(current, other);
    },
    () => convolve(concat([...earlier.slice(0, below(7)), current], 1), 2),
    () => slice(current, 1, 0, 1 + below(channelsOf(current))),
    () => (scale === 1 ? grow() : current),
  ];
  for (let left = 3 + below(8); left > 0; left -= 1) {
    current = steps[below(steps.length)]!();
    earlier = [...earlier, current];
  }
  const last = 1 + below(2);
  const output = depthToSpace(convolve(current, last ** 2), last);
  return { name: `random-${seed}`, scale: scale * last, halo: haloOf(output), output };
}

function channelsOf(node: Node): number {
  return probeShape(node)[1]!;
}
