/** SESR as a network of any width per layer: the paper's counts, and the same function as from wide weights. */

import { describe, expect, it } from "vitest";
import { collapse } from "../collapse/collapse.ts";
import { mergedChannelOrder } from "../collapse/merge-depth-to-space.ts";
import { countMacs, countParameters } from "../model/count.ts";
import { largestDifference } from "../largest-difference.ts";
import { randomTensor } from "../random/random-tensor.ts";
import { createSeededRandom } from "../random/seeded-random.ts";
import { runReference } from "../reference.ts";
import { collapseSesrWeights } from "../sesr/collapse-weights.ts";
import { sesrConfigs } from "../sesr/config.ts";
import type { SesrConfig } from "../sesr/config.ts";
import { initialSesrWeights } from "../sesr/initial-weights.ts";
import { createCollapsedSesr, createWideSesr } from "../sesr/network.ts";
import { tensor } from "../tensor.ts";
import type { Tensor } from "../tensor.ts";
import { createNetworkModel, initialWeights } from "./network.ts";
import { paperMacs, paperParameters } from "./paper-counts.fixture.ts";
import { sesr } from "./sesr.ts";

/** Collapsed weights by their names; the last block's channels in the order of one depth-to-space. */
function namedWeights(config: SesrConfig, seed: number): Readonly<Record<string, Tensor>> {
  const { first, middle, last } = collapseSesrWeights(initialSesrWeights(config, seed));
  const { scale } = config;
  const order = scale === 2 ? [0, 1, 2, 3] : mergedChannelOrder(2, 2, 16);
  const reordered = ({ shape, data }: Tensor): Tensor => {
    const run = data.length / order.length;
    return tensor(
      shape,
      Float32Array.from(order.flatMap((from) => Array.from(data.slice(from * run, (from + 1) * run)))),
    );
  };
  return Object.fromEntries([
    ["first.kernel", first.kernel],
    ["first.bias", first.bias],
    ...middle.flatMap((each, at) =>
      Object.entries(each).map(([part, value]): [string, Tensor] => [`middle${at}.${part}`, value]),
    ),
    ["last.kernel", reordered(last.kernel)],
    ["last.bias", reordered(last.bias)],
  ] satisfies [string, Tensor][]);
}

function shapeOf({ depth, features, expandedWidth, scale }: SesrConfig) {
  return sesr.check({ blocks: depth, features, width: expandedWidth, scale });
}

describe.each(sesrConfigs.map((config) => [config.name, config] as const))("%s", (name, config) => {
  const model = createNetworkModel(sesr, shapeOf(config), name, namedWeights(config, 3));

  it("has the paper's parameters and MACs", () => {
    expect(countParameters(model)).toBe(paperParameters[name]);
    const [to720, from1080] = paperMacs[name]!;
    const to720Size = { width: 1280 / config.scale, height: 720 / config.scale };
    expect(Math.abs(countMacs(model, to720Size) / 1e9 - to720)).toBeLessThan(0.01);
    expect(Math.abs(countMacs(model, { width: 1920, height: 1080 }) / 1e9 - from1080)).toBeLessThan(0.1);
    expect(model.halo).toBe(config.depth + 4);
  });

  it("is what collapse makes of the same weights, bit for bit, and what the wide network computes", () => {
    const weights = initialSesrWeights(config, 3);
    const picture = randomTensor([2, 1, 6, 7], 16 / 255, 235 / 255, createSeededRandom(9));
    const collapsed = collapse(createCollapsedSesr(config, collapseSesrWeights(weights)));
    const seen = runReference(model, picture);
    expect(seen).toEqual(runReference(collapsed, picture));
    expect(largestDifference(seen, runReference(createWideSesr(config, weights), picture))).toBeLessThan(
      1e-5,
    );
  });
});

describe("a SESR network", () => {
  it("has a width a layer, and short residuals where two are alike", () => {
    const shape = sesr.check({ features: [8, 12, 12, 4, 8], scale: 3, width: 16 });
    expect(shape).toEqual({ blocks: 4, features: [8, 12, 12, 4, 8], width: 16, scale: 3 });
    const specs = sesr.weights(shape);
    expect(
      specs.flatMap(({ name, shape: sides, block }) =>
        block ? [[name, sides.slice(0, 2), block.residual]] : [],
      ),
    ).toEqual([
      ["first.kernel", [8, 1], false],
      ["middle0.kernel", [12, 8], false],
      ["middle1.kernel", [12, 12], true],
      ["middle2.kernel", [4, 12], false],
      ["middle3.kernel", [8, 4], false],
      ["last.kernel", [9, 8], false],
    ]);
    const model = createNetworkModel(sesr, shape, "unequal", initialWeights(specs, 1));
    expect(countParameters(model)).toBe(200 + 9 * (96 + 144 + 48 + 32) + 25 * 72);
  });

  it("is checked whole, and the same when checked again", () => {
    const shape = sesr.check({ blocks: 5, features: 16 });
    expect(shape).toEqual({ blocks: 5, features: [16, 16, 16, 16, 16, 16], width: 256, scale: 2 });
    expect(sesr.check(shape)).toEqual(shape);
  });

  it("begins near the nearest neighbour's enlargement", () => {
    const shape = sesr.check({ blocks: 5, features: 16 });
    const specs = sesr.weights(shape);
    const model = createNetworkModel(sesr, shape, "begun", initialWeights(specs, 7));
    const picture = randomTensor([1, 1, 9, 9], 16 / 255, 235 / 255, createSeededRandom(2));
    const { data } = runReference(model, picture);
    const far = data.map((value, i) => {
      const [y, x] = [Math.floor(i / 18), i % 18];
      return Math.abs(value - picture.data[Math.floor(y / 2) * 9 + Math.floor(x / 2)]!);
    });
    expect(far.reduce((sum, value) => sum + value, 0) / far.length).toBeLessThan(0.5);
  });

  it.each([
    ["no shape", undefined, /shape must be an object, not undefined/],
    ["an unknown option", { blocks: 3, features: 8, scal: 2 }, /shape\.scal is not an option/],
    ["a number without blocks", { features: 8 }, /shape\.blocks must be a whole number from 1 to 64/],
    [
      "a list of another length",
      { features: [8, 8], blocks: 2 },
      /shape\.blocks must be a whole number from 1 to 1/,
    ],
    ["ends that differ", { features: [8, 8, 16] }, /shape\.features must be .* not "\[8, 8, 16\]"/],
    ["no blocks", { features: [8] }, /shape\.features must be a number, or a list/],
    ["half a channel", { features: [8, 0.5, 8] }, /shape\.features\[1\] must be a whole number/],
    [
      "a width too small",
      { blocks: 1, features: 32, width: 16 },
      /shape\.width must be a whole number from 32/,
    ],
    ["another scale", { blocks: 1, features: 8, scale: 5 }, /shape\.scale must be one of 2, 3, 4/],
  ])("refuses %s", (_what, given, message) => {
    expect(() => sesr.check(given)).toThrowError(
      expect.objectContaining({ code: "invalid-option", message: expect.stringMatching(message) }),
    );
  });
});
