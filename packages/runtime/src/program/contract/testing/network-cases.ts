/** Losses of networks: convolutions of all kinds, normalisations, activations, U-shapes. */

import type { NetworkName, Node } from "@tatami/graph";
import {
  absolute,
  add,
  clip,
  concat,
  constant,
  cumulativeSum,
  createSeededRandom,
  depthToSpace,
  depthwiseConv2d,
  divide,
  exponential,
  logarithm,
  mean,
  multiply,
  networkOf,
  parameter,
  plus,
  prelu,
  randomTensor,
  relu,
  scalar,
  seededWeights,
  selectiveScan,
  sigmoid,
  slice,
  spaceToDepth,
  subtract,
  sum,
  tensor,
  times,
  unwindow,
  weightParameters,
  widen,
  window,
} from "@tatami/graph";
import type { ProgramCase } from "./program-case.ts";
import { channelNorm, createLearner, squaredError } from "./program-case.ts";

/** A network of the library, L1 of its clipped output; its linear blocks trained wide. */
const shipped = (
  what: NetworkName,
  given: object,
  [width, height]: readonly [number, number],
  name = `${what} at ${width}×${height}`,
): ProgramCase => {
  const found = networkOf(what);
  const shape = found.check(given);
  const [specs, scale] = [found.weights(shape), found.scaleOf(shape)];
  return {
    name,
    build: (batch) => {
      const { parameters, weight } = weightParameters(specs, { wide: true });
      const low = parameter("low", [batch, 1, height, width]);
      const high = parameter("high", [batch, 1, height * scale, width * scale]);
      const { output } = found.build(shape, weight, low);
      const loss = mean(absolute(subtract(clip(output, 0, 1), high)));
      return { loss, weights: parameters, examples: [low, high] };
    },
    values: Object.fromEntries(
      Object.entries(seededWeights(widen(specs), 7)).map(([label, { data }]) => [label, data]),
    ),
    ranges: { low: [0, 1], high: [0, 1] },
  };
};

/** SESR: kernels that are products of two, folded before the examples come in. */
const sesr = (
  features: number | readonly number[],
  scale: number,
  width: number,
  height: number,
): ProgramCase =>
  shipped(
    "sesr",
    { blocks: 2, features, width: 16, scale },
    [width, height],
    `sesr ×${scale}, ${String(features)} channels, at ${width}×${height}`,
  );

/** A chain of convolutions, each [outputs, height, width] of its kernel, a PReLU behind each. */
const chain = (
  name: string,
  inputs: number,
  layers: readonly (readonly [number, number, number])[],
  examples = 3,
): ProgramCase => ({
  name,
  batch: examples,
  build: (batch) => {
    const net = createLearner();
    const x = parameter("x", [batch, inputs, 7, 9]);
    let current: Node = x;
    for (const [at, [outputs, height, width]] of layers.entries())
      current = prelu(
        net.conv(`layer${at}`, current, outputs, height, width),
        net.weight(`slopes${at}`, outputs),
      );
    const y = parameter("y", [batch, layers.at(-1)![0], 7, 9]);
    return { loss: squaredError(current, y), weights: net.weights, examples: [x, y] };
  },
});

/** A picture made by one of several networks from `x`, against `y`. */
const network = (
  name: string,
  [channels, height, width]: readonly [number, number, number],
  outputs: number,
  build: (net: ReturnType<typeof createLearner>, x: Node) => Node,
  ranges: ProgramCase["ranges"] = {},
): ProgramCase => ({
  name,
  ranges,
  build: (batch) => {
    const net = createLearner();
    const x = parameter("x", [batch, channels, height, width]);
    const y = parameter("y", [batch, outputs, height, width]);
    return { loss: squaredError(build(net, x), y), weights: net.weights, examples: [x, y] };
  },
});

const silu = (source: Node): Node => multiply(source, sigmoid(source));

/** Networks. */
export const networkCases: readonly ProgramCase[] = [
  sesr(4, 2, 9, 7),
  sesr(16, 2, 5, 3),
  sesr(16, 4, 7, 9),
  sesr([3, 8, 3], 3, 7, 5),
  shipped("edsr", { features: 6, blocks: 2, residualScale: 0.5 }, [7, 9]),
  shipped("unet", { base: 5, depth: 2 }, [12, 8]),
  shipped("mlp", { features: 12, depth: 2 }, [7, 9]),
  shipped("critic", { features: 5 }, [12, 8]),
  // deeper than all others: what rounding makes of sums of many parts is a little more
  ...[
    shipped("mamba", { features: 16, rounds: 2, states: 8, window: 4 }, [8, 12]),
    shipped("mamba", { features: 4, rounds: 3, states: 3, rank: "full", window: 2, orders: 2 }, [6, 4]),
  ].map((each): ProgramCase => ({ ...each, tolerance: 3e-5 })),
  chain("kernels of 3×3, 5×5, 1×1 and 3×5; 1, 3, 4, 5 and 16 channels", 1, [
    [3, 3, 3],
    [4, 5, 5],
    [5, 1, 1],
    [16, 3, 5],
    [1, 3, 3],
  ]),
  chain("kernels of 5×3, 1×3 and 7×1; 16, 5, 3 and 4 channels", 16, [
    [5, 5, 3],
    [3, 1, 3],
    [4, 7, 1],
  ]),
  chain(
    "channels and examples that are multiples of 3",
    3,
    [
      [16, 3, 3],
      [6, 3, 3],
      [8, 5, 3],
      [15, 3, 3],
      [4, 1, 3],
      [9, 3, 3],
      [12, 3, 3],
      [6, 1, 1],
      [4, 3, 1],
    ],
    6,
  ),
  chain("1×1 convolutions of 16, 16 and 4 channels", 4, [
    [16, 1, 1],
    [16, 1, 1],
    [4, 1, 1],
  ]),
  network("a U-shape: space to depth, depth to space, skips, a concat", [3, 6, 10], 3, (net, x) => {
    const whole = relu(net.conv("whole", x, 5, 3));
    const half = relu(net.conv("half", spaceToDepth(whole, 2), 8, 3));
    const deep = add(half, net.conv("deep", half, 8, 3));
    const up = depthToSpace(net.conv("up", deep, 12, 1), 2);
    return add(net.conv("last", concat([up, whole, x], 1), 3, 3), x);
  }),
  network("pixels of the lowest resolution, laid out three deep", [1, 6, 9], 1, (net, x) =>
    depthToSpace(net.conv("b", relu(net.conv("a", spaceToDepth(x, 3), 9, 3)), 9, 1), 3),
  ),
  network("depthwise convolutions of 3×3 and 5×1", [4, 7, 9], 4, (net, x) => {
    const first = depthwiseConv2d(x, net.weight("a.kernel", 4, 1, 3, 3), net.weight("a.bias", 4));
    return depthwiseConv2d(net.conv("between", relu(first), 4, 1), net.weight("b.kernel", 4, 1, 5, 1));
  }),
  network("a normalisation over channels, scaled and moved", [3, 7, 9], 5, (net, x) => {
    const normal = channelNorm(net.conv("a", x, 5, 3));
    const scaled = multiply(normal, net.weight("scale", 1, 5, 1, 1));
    return net.conv("b", add(scaled, net.weight("shift", 1, 5, 1, 1)), 5, 1);
  }),
  network("a normalisation over pixels", [3, 7, 9], 4, (net, x) => {
    const features = net.conv("a", x, 4, 3);
    const centred = subtract(features, mean(features, [2, 3]));
    const spread = mean(absolute(centred), [2, 3]);
    return net.conv("b", divide(centred, plus(spread, 0.1)), 4, 1);
  }),
  network("SiLU, and a gate of pooled channels", [3, 7, 9], 4, (net, x) => {
    const features = silu(net.conv("a", x, 4, 3));
    const gate = sigmoid(net.conv("gate", mean(features, [2, 3]), 4, 1));
    return multiply(features, gate);
  }),
  network("softplus: exponential and logarithm", [3, 5, 5], 3, (net, x) =>
    logarithm(plus(exponential(net.conv("a", x, 3, 3)), 1)),
  ),
  network("softmax over channels", [3, 7, 9], 5, (net, x) => {
    const raised = exponential(net.conv("a", x, 5, 3));
    return divide(raised, sum(raised, [1]));
  }),
  network("PReLU with slopes on 1, 3 and 16 channels", [1, 7, 9], 1, (net, x) => {
    const one = prelu(x, net.weight("one", 1));
    const three = prelu(net.conv("a", one, 3, 3), net.weight("three", 3));
    return net.conv("c", prelu(net.conv("b", three, 16, 3), net.weight("sixteen", 16)), 1, 1);
  }),
  network("channels and pixels cut out and put together again", [4, 7, 9], 4, (net, x) => {
    const features = net.conv("a", x, 6, 3);
    const channels = concat([slice(features, 1, 4, 6), slice(features, 1, 0, 2)], 1);
    const rows = concat([slice(channels, 2, 3, 7), slice(channels, 2, 0, 3)], 2);
    return concat([slice(rows, 3, 1, 9), slice(rows, 3, 0, 1)], 3);
  }),
  network(
    "shifted windows, a causal convolution in them, and a scan from the last token",
    [3, 6, 9],
    4,
    (net, x) => {
      const cut = { size: 3, order: "columns-reversed", shift: 1 } as const;
      const tokens = window(net.conv("in", x, 8, 3), cut);
      const causal = concat([net.weight("taps", 8, 1, 1, 2), constant(tensor([8, 1, 1, 1]))], 3);
      const v = silu(depthwiseConv2d(tokens, causal, net.weight("bias", 8)));
      const [q, k] = [net.conv("q", v, 5, 1), net.conv("k", v, 10, 1)];
      const g = multiply(exponential(net.conv("g", v, 2, 1)), scalar(-1));
      const scanned = selectiveScan(q, k, v, g, { states: 5, values: 4, reversed: true });
      return net.conv("out", unwindow(scanned, x, cut), 4, 1);
    },
  ),
  network("sums up to each row and from each column on", [3, 6, 9], 3, (net, x) => {
    const features = times(net.conv("a", x, 3, 3), 0.1);
    return add(cumulativeSum(features, 2), cumulativeSum(features, 3, true));
  }),
  network("constants of a known network, features of both compared", [3, 7, 9], 4, (net, x) => {
    const random = createSeededRandom(5);
    const known = constant(randomTensor([1, 4, 1, 1], -1, 1, random));
    return multiply(subtract(net.conv("a", x, 4, 3), known), known);
  }),
];
