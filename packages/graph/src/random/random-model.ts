/** Random networks, for testing engines, rewrites and file formats against the CPU reference. */

import {
  absolute,
  add,
  clip,
  concat,
  constant,
  conv2d,
  depthToSpace,
  depthwiseConv2d,
  divide,
  exponential,
  input,
  logarithm,
  mean,
  multiply,
  prelu,
  relu,
  scalar,
  selectiveScan,
  sigmoid,
  slice,
  spaceToDepth,
  squareRoot,
  subtract,
  sum,
  unwindow,
  window,
} from "../build.ts";
import { reachOf } from "../model/halo.ts";
import type { Model } from "../model/model.ts";
import type { Node } from "../node.ts";
import { windowOrders } from "../ops/sequence/window-order.ts";
import { randomTensor } from "./random-tensor.ts";
import { createSeededRandom } from "./seeded-random.ts";
import { probeShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";

/**
 * A small valid model, the same for the same seed: every op that models may hold, in an order that no one would
 * choose, with scales 1 to 4 and convolutions behind depth-to-space. Values stay within a few units.
 *
 * @param block more than 1 for models that lay blocks of so many pixels out as channels as well: their pictures
 * have sides that it divides, and their scales are up to 4 times as large. @defaultValue 1
 */
export function randomModel(seed: number, block = 1): Model {
  const random = createSeededRandom(seed);
  const below = (end: number): number => Math.floor(random() * end);
  const builders = createLayers(random, below);
  const picture = input();
  let current: Node = subtract(picture, scalar(random()));
  let earlier: readonly Node[] = [picture];
  // In parts of the picture's own: 1/block behind space-to-depth.
  let scale = 1;
  const resize = (to: number, resized: Node): Node => {
    if (to !== scale) earlier = [];
    scale = to;
    return resized;
  };
  const steps: readonly (() => Node)[] = [
    ...builders.map((layer) => () => layer(current)),
    () => {
      const other = earlier[below(earlier.length)];
      if (!other || ![1, channelsOf(current)].includes(channelsOf(other))) return current;
      return add(current, other);
    },
    () => builders[0]!(concat([...earlier.slice(0, below(7)), current], 1)),
    () => {
      if (scale > 1) return current;
      const grown = scale < 1 ? block : 1 + below(2);
      const kept = 1 + below(3);
      return resize(scale * grown, depthToSpace(convolve(random, current, kept * grown ** 2), grown));
    },
    () => (block > 1 && scale === 1 ? resize(1 / block, spaceToDepth(current, block)) : current),
    () => (block > 1 && scale === 1 ? scanInWindows(random, below, current, block) : current),
  ];
  for (let left = 4 + below(10); left > 0; left--) {
    current = steps[below(steps.length)]!();
    earlier = [...earlier, current];
  }
  const last = (scale < 1 ? block : 1) * (1 + below(2));
  const output = depthToSpace(convolve(random, current, last ** 2), last);
  return { name: `random-${seed}`, scale: Math.round(scale * last), ...reachOf(output), output };
}

/** What keeps the size; a convolution first. */
function createLayers(
  random: () => number,
  below: (end: number) => number,
): readonly ((current: Node) => Node)[] {
  const numbers = (...shape: readonly number[]): Tensor => randomTensor(shape, -1, 1, random);
  return [
    (current) => convolve(random, current, 1 + below(5)),
    (current) => {
      const channels = channelsOf(current);
      // Of one channel it would be an ordinary convolution.
      if (channels === 1) return current;
      return depthwiseConv2d(current, numbers(channels, 1, 1 + 2 * below(2), 3), numbers(channels));
    },
    relu,
    (current) => prelu(current, numbers(channelsOf(current))),
    sigmoid,
    (current) => clip(current, -1 - random(), 1 + random()),
    (current) => multiply(current, constant(numbers(1, channelsOf(current), 1, 1))),
    (current) => multiply(current, scalar(-1)),
    (current) => subtract(current, relu(current)),
    (current) => divide(current, add(absolute(current), scalar(1))),
    (current) => squareRoot(absolute(current)),
    (current) => exponential(clip(current, -1, 1)),
    (current) => logarithm(add(absolute(current), scalar(0.5))),
    (current) => subtract(current, mean(current, [1])),
    (current) => divide(current, add(sum(absolute(current), [1]), scalar(1))),
    (current) => slice(current, 1, 0, 1 + below(channelsOf(current))),
  ];
}

/** Windows of so many pixels with a scan, and what may stand around it there. */
function scanInWindows(
  random: () => number,
  below: (end: number) => number,
  picture: Node,
  size: number,
): Node {
  const cut = { size, order: windowOrders[below(4)]!, shift: below(size) };
  const [heads, states, values] = [1 + below(3), 1 + below(3), 1 + below(4)];
  const tokens = window(picture, cut);
  const mixed = (outputs: number): Node => {
    const kernel = randomTensor([outputs, channelsOf(picture), 1, 1], -0.5, 0.5, random);
    return sigmoid(conv2d(tokens, kernel));
  };
  const v = mixed(heads * values);
  const kernel = randomTensor([heads * values, 1, 1, 3], -1, 1, random);
  const before = heads * values === 1 ? v : depthwiseConv2d(v, kernel);
  const [q, k] = [mixed((below(2) === 0 ? 1 : heads) * states), mixed(states)];
  const g = multiply(mixed(heads), scalar(-1));
  const scanned = selectiveScan(q, k, before, g, { states, values });
  return unwindow(scanned, picture, cut);
}

function convolve(random: () => number, picture: Node, outputs: number): Node {
  const inputs = channelsOf(picture);
  const [height, width] = [1 + 2 * Math.floor(3 * random()), 1 + 2 * Math.floor(3 * random())];
  const limit = Math.sqrt(3 / (inputs * height * width));
  const kernel = randomTensor([outputs, inputs, height, width], -limit, limit, random);
  return conv2d(picture, kernel, randomTensor([outputs], -1, 1, random));
}

function channelsOf(node: Node): number {
  return probeShape(node)[1]!;
}
