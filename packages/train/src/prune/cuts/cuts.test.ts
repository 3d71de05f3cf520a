/** Cuts, rankings and refits: what is left computes what the numbers say it does. */

import { createRandom } from "@tatami/core";
import { countMacs, createSeededRandom, initialWeights, largestDifference, networkOf } from "@tatami/graph";
import { randomTensor, runReference, tensor } from "@tatami/graph";
import type { Tensor } from "@tatami/graph";
import fc from "fast-check";
import { beforeAll, describe, expect, it, test } from "vitest";
import type { CompiledKernels } from "../../run/kernels.ts";
import { compileKernels } from "../../run/kernels.ts";
import { networkModel } from "../../shape/network-model.ts";
import { macsCost } from "../cost.ts";
import { criteria, rankChannels } from "./criterion.ts";
import { architectureOf, groupsOf, keepChannels, prunableNet } from "./net.ts";
import type { PrunedNet } from "./net.ts";
import { createObserver } from "./observe.ts";
import { removeChannels } from "./refit.ts";
import { uniformFeatures } from "../search/uniform.ts";

let compiled: CompiledKernels;
beforeAll(async () => {
  compiled = await compileKernels();
});

const widths = fc.constantFrom(4, 8, 12);
const chains = fc
  .tuple(widths, fc.array(widths, { minLength: 1, maxLength: 4 }))
  .map(([end, inner]) => [end, ...inner, end]);

/** A net with weights of everything, biases and slopes too. */
function netOf(features: readonly number[], seed = 1, scale = 2): PrunedNet {
  const architecture = architectureOf({ features, scale });
  const begun = initialWeights(networkOf("sesr").weights(architecture), seed);
  const random = createSeededRandom(seed + 100);
  const weights = Object.fromEntries(
    Object.entries(begun).map(([name, { shape, data }]) => [
      name,
      { shape, data: data.map((value) => value + 0.1 * (random() - 0.5)) },
    ]),
  );
  return { features, scale, weights };
}

function run(net: PrunedNet, picture: Tensor): Tensor {
  const kind = { name: "net", network: "sesr" as const, architecture: architectureOf(net) };
  return runReference(networkModel(kind, net.weights), picture);
}

const crops = (seed: number, count = 3): readonly Tensor[] => {
  const random = createSeededRandom(seed);
  return Array.from({ length: count }, () => randomTensor([1, 1, 20, 20], 0, 1, random));
};

test("the cost is what the graph counts, for any widths and scale", () => {
  fc.assert(
    fc.property(chains, fc.constantFrom(2, 3, 4), (features, scale) => {
      const kind = { name: "n", network: "sesr" as const, architecture: architectureOf({ features, scale }) };
      const model = networkModel(kind, netOf(features, 1, scale).weights);
      expect(macsCost(scale).of(features)).toBe(countMacs(model, { width: 1, height: 1 }));
    }),
    { numRuns: 30 },
  );
});

test("taking out channels that are nothing changes nothing; any others leave a net of that shape", () => {
  fc.assert(
    fc.property(chains, fc.nat(), fc.nat(), (features, at, seed) => {
      const net = netOf(features, seed);
      const groups = groupsOf(net);
      const group = groups[at % groups.length]!;
      const width = features[group.index]!;
      const gone = seed % width;
      const kept = Array.from({ length: width }, (_, channel) => channel).filter((each) => each !== gone);
      const silent = { ...net, weights: { ...net.weights } };
      for (const name of group.consumers) silence(silent.weights, `${name}.kernel`, gone);
      const picture = randomTensor([1, 1, 9, 8], 0, 1, createSeededRandom(seed));
      const pruned = keepChannels(silent, group, kept);
      expect(pruned.features[group.index]).toBe(width - 1);
      expect(largestDifference(run(pruned, picture), run(silent, picture))).toBeLessThan(1e-5);
    }),
    { numRuns: 25 },
  );
});

/** A copy in which nothing is read of one input channel. */
function silence(weights: Record<string, Tensor>, name: string, channel: number): void {
  const { shape, data } = weights[name]!;
  const [outputs, inputs] = shape as readonly [number, number];
  const taps = data.length / outputs / inputs;
  const copy = tensor(shape, data.slice());
  for (let output = 0; output < outputs; output++)
    copy.data.fill(0, (output * inputs + channel) * taps, (output * inputs + channel + 1) * taps);
  weights[name] = copy;
}

test("moments are those of the patches, to single precision", () => {
  const net = netOf([8, 4, 8]);
  const some = crops(3);
  const { moments, channels, side } = createObserver(compiled, some)(net, ["middle0"])["middle0"]!;
  // middle0 reads the first convolution: what is seen there, pixel by pixel
  const n = channels * side * side + 1;
  const first = { ...net.weights };
  const expected = new Float64Array(n * n);
  let places = 0;
  for (const crop of some) {
    const seen = convolveFirst(first, crop);
    for (let y = 1; y < 19; y++)
      for (let x = 1; x < 19; x++) {
        const patch: number[] = [];
        for (let c = 0; c < channels; c++)
          for (let dy = -1; dy <= 1; dy++)
            for (let dx = -1; dx <= 1; dx++) patch.push(seen[(c * 20 + y + dy) * 20 + x + dx]!);
        patch.push(1);
        for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) expected[i * n + j]! += patch[i]! * patch[j]!;
        places++;
      }
  }
  const largest = Math.max(...moments.map((moment, i) => Math.abs(moment - expected[i]! / places)));
  expect(largest).toBeLessThan(1e-6);
});

function convolveFirst(weights: PrunedNet["weights"], { data }: Tensor): Float32Array {
  const kernel = weights["first.kernel"]!;
  const outputs = kernel.shape[0]!;
  const seen = new Float32Array(outputs * 400);
  for (let c = 0; c < outputs; c++)
    for (let y = 0; y < 20; y++)
      for (let x = 0; x < 20; x++) {
        let sum = weights["first.bias"]!.data[c]!;
        for (let dy = -2; dy <= 2; dy++)
          for (let dx = -2; dx <= 2; dx++) {
            if (y + dy < 0 || y + dy > 19 || x + dx < 0 || x + dx > 19) continue;
            sum += kernel.data[c * 25 + (dy + 2) * 5 + dx + 2]! * (data[(y + dy) * 20 + x + dx]! - 0.5);
          }
        seen[(c * 20 + y) * 20 + x] = sum;
      }
  return seen;
}

describe("a refit", () => {
  it("makes up for a channel that is a copy of another", () => {
    const net = netOf([8, 8, 8]);
    const weights: Record<string, Tensor> = { ...net.weights };
    for (const part of ["kernel", "bias", "slopes"]) {
      const { shape, data } = weights[`middle0.${part}`]!;
      const each = data.length / 8;
      const copy = data.slice();
      copy.copyWithin(7 * each, 2 * each, 3 * each);
      weights[`middle0.${part}`] = { shape, data: copy };
    }
    const twin = { ...net, weights };
    const group = groupsOf(twin)[1]!;
    const observation = createObserver(compiled, crops(5))(twin, group.consumers);
    const kept = [0, 1, 2, 3, 4, 5, 6];
    const [picture] = crops(9, 1);
    const before = run(twin, picture!);
    expect(largestDifference(run(keepChannels(twin, group, kept), picture!), before)).toBeGreaterThan(1e-2);
    expect(
      largestDifference(run(removeChannels(twin, group, kept, observation), picture!), before),
    ).toBeLessThan(1e-3);
  });

  it("changes what is seen less than cutting alone, for every group", () => {
    const net = netOf([12, 8, 12, 12], 4);
    const some = crops(6);
    for (const group of groupsOf(net)) {
      const observation = createObserver(compiled, some)(net, group.consumers);
      const kept = Array.from({ length: net.features[group.index]! - 4 }, (_, at) => at);
      const lost = (pruned: PrunedNet): number =>
        some.reduce((sum, crop) => {
          const [a, b] = [run(pruned, crop).data, run(net, crop).data];
          return sum + a.reduce((all, value, i) => all + (value - b[i]!) ** 2, 0);
        }, 0);
      const cut = lost(keepChannels(net, group, kept));
      expect(lost(removeChannels(net, group, kept, observation))).toBeLessThan(0.7 * cut);
    }
  });
});

describe("rankings", () => {
  it("by sparsity are the paper's: most weights below the layer's mean size go first (equations 1 and 2)", () => {
    const net = netOf([4, 4, 4]);
    const kernel = tensor([4, 4, 3, 3]);
    // filter f has 9·f large weights of 36: S = 1 − f/4
    for (let filter = 0; filter < 4; filter++) kernel.data.fill(1, filter * 36, filter * 36 + 9 * filter);
    const own = { ...net, weights: { ...net.weights, "middle0.kernel": kernel } };
    expect(rankChannels("sparsity", own, groupsOf(own)[1]!, {}, createRandom(1))).toEqual([0, 1, 2, 3]);
    expect(rankChannels("l1", own, groupsOf(own)[1]!, {}, createRandom(1))).toEqual([0, 1, 2, 3]);
  });

  it("by contribution put first what nobody reads, in any group", () => {
    const net = netOf([8, 8, 8]);
    for (const group of groupsOf(net)) {
      const silent = { ...net, weights: { ...net.weights } };
      for (const name of group.consumers) silence(silent.weights, `${name}.kernel`, 5);
      const observation = createObserver(compiled, crops(2))(silent, group.consumers);
      expect(rankChannels("contribution", silent, group, observation, createRandom(1))[0]).toBe(5);
    }
  });

  it("name every channel once", () => {
    const net = netOf([12, 8, 12]);
    for (const criterion of criteria)
      for (const group of groupsOf(net)) {
        const observation = createObserver(compiled, crops(2, 1))(net, group.consumers);
        const ranked = rankChannels(criterion, net, group, observation, createRandom(3));
        expect(ranked.toSorted((a, b) => a - b)).toEqual(
          Array.from({ length: net.features[group.index]! }, (_, at) => at),
        );
      }
  });
});

test("equal shares cost no more than the budget, differ by one step, and could not be wider", () => {
  const { of } = macsCost(2);
  fc.assert(
    fc.property(
      fc.constantFrom(16, 32),
      fc.integer({ min: 2, max: 11 }),
      fc.double({ min: 0.05, max: 1, noNaN: true }),
      (width, blocks, share) => {
        const features = Array.from({ length: blocks + 1 }, () => width);
        const budget = share * of(features);
        const widthsLeft = uniformFeatures(features, budget, of);
        if (!widthsLeft) {
          expect(of(features.map(() => 4))).toBeGreaterThan(budget);
          return;
        }
        expect(of(widthsLeft)).toBeLessThanOrEqual(budget);
        expect(Math.max(...widthsLeft) - Math.min(...widthsLeft)).toBeLessThanOrEqual(4);
        expect(widthsLeft[0]).toBe(widthsLeft.at(-1));
        expect(widthsLeft.every((each) => each % 4 === 0)).toBe(true);
        if (widthsLeft.some((each) => each < width))
          expect(of(features.map(() => Math.min(width, Math.min(...widthsLeft) + 4)))).toBeGreaterThan(
            budget,
          );
      },
    ),
  );
});

test("only a SESR of two blocks or more can be pruned", () => {
  const weights = {};
  expect(() => prunableNet({ network: "mlp", architecture: { scale: 2 }, weights })).toThrow("SESR");
  const one = { blocks: 1, features: [8, 8], width: 8, scale: 2 };
  expect(() => prunableNet({ network: "sesr", architecture: one, weights })).toThrow("SESR");
});
