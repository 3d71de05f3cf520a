/** SESR as a network of any width per layer: the paper's equations, counts and reach. */

import { describe, expect, it } from "vitest";
import { largestDifference } from "../largest-difference.ts";
import { countMacs, countParameters } from "../model/count.ts";
import { conv2d } from "../ops/convolution/conv2d.ts";
import { randomTensor } from "../random/random-tensor.ts";
import { createSeededRandom } from "../random/seeded-random.ts";
import { seededSesr, seededWeights } from "../random/seeded-models.ts";
import { runReference } from "../reference.ts";
import { tensor } from "../tensor.ts";
import type { Tensor } from "../tensor.ts";
import { createNetworkModel, initialWeights } from "./network.ts";
import { paperMacs, paperNetworks, paperParameters } from "./paper-counts.fixture.ts";
import { sesrSizes } from "./sesr-sizes.ts";
import { sesr } from "./sesr.ts";
import { foldWide, widen } from "./wide.ts";

describe.each(paperNetworks)("$name", ({ name, size, scale }) => {
  const model = seededSesr(size, scale);

  it("has the paper's parameters, to the one", () => {
    expect(model.name).toBe(name);
    expect(countParameters(model)).toBe(paperParameters[name]);
  });

  it("has the paper's MACs", () => {
    const [to720, from1080] = paperMacs[name]!;
    const to720Size = { width: 1280 / scale, height: 720 / scale };
    expect(Math.abs(countMacs(model, to720Size) / 1e9 - to720)).toBeLessThan(0.01);
    expect(Math.abs(countMacs(model, { width: 1920, height: 1080 }) / 1e9 - from1080)).toBeLessThan(0.1);
  });

  it("looks m + 4 pixels far", () => {
    expect(model.halo).toBe(sesrSizes[size].blocks + 4);
  });
});

const picture = randomTensor([1, 1, 6, 7], 16 / 255, 235 / 255, createSeededRandom(9));

function map(a: Tensor, value: (x: number, i: number) => number): Tensor {
  return tensor(a.shape, a.data.map(value));
}

/** Section 3 of the paper, line by line, from wide weights, without the graph; sub-pixels in rows. */
function equations(scale: number, weights: Readonly<Record<string, Tensor>>): Tensor {
  const block = (name: string, x: Tensor): Tensor => {
    const [expand, project, bias] = ["expand", "project", "bias"].map((part) => weights[`${name}.${part}`]!);
    const wide = conv2d.reference([x, expand!, tensor([expand!.shape[0]!])], {});
    return conv2d.reference([wide, tensor([...project!.shape, 1, 1], project!.data), bias!], {});
  };
  const pixels = 6 * 7;
  const centred = map(picture, (x) => x - 0.5);
  const f0 = block("first", centred);
  let f = f0;
  for (const at of [0, 1, 2]) {
    const slopes = weights[`middle${at}.slopes`]!.data;
    const sum = map(block(`middle${at}`, f), (x, i) => x + f.data[i]!);
    f = map(sum, (x, i) => (x > 0 ? x : slopes[Math.floor(i / pixels)]! * x));
  }
  const before = block(
    "last",
    map(f, (x, i) => x + f0.data[i]!),
  );
  const o = map(before, (x, i) => x + picture.data[i % pixels]!);
  const result = tensor([1, 1, 6 * scale, 7 * scale]);
  for (const [i, value] of o.data.entries()) {
    const [x, y, channel] = [i % 7, Math.floor(i / 7) % 6, Math.floor(i / pixels)];
    const [dy, dx] = [Math.floor(channel / scale), channel % scale];
    result.data[(y * scale + dy) * 7 * scale + x * scale + dx] = value;
  }
  return result;
}

describe.each([2, 3, 4])("SESR at ×%i", (scale) => {
  it("computes the paper's equations, folded", () => {
    const shape = sesr.check({ ...sesrSizes.m3, scale });
    const specs = sesr.weights(shape);
    const weights = seededWeights(widen(specs), 4);
    const model = createNetworkModel(sesr, shape, "folded", foldWide(specs, weights));
    expect(largestDifference(equations(scale, weights), runReference(model, picture))).toBeLessThan(1e-6);
  });
});

describe("the halo", () => {
  it("is no larger than it must be: a pixel that far away is seen", () => {
    const model = seededSesr();
    const side = 2 * model.halo + 1;
    const before = randomTensor([1, 1, side, side], 0, 1, createSeededRandom(1));
    const after = map(before, (x, i) => (i === 0 ? 1000 : x));
    // The first of the four pixels that the middle pixel becomes.
    const first = 2 * model.halo * (2 * side) + 2 * model.halo;
    const [a, b] = [runReference(model, before), runReference(model, after)];
    expect(a.data[first]).not.toBe(b.data[first]);
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
    const small = randomTensor([1, 1, 9, 9], 16 / 255, 235 / 255, createSeededRandom(2));
    const { data } = runReference(model, small);
    const far = data.map((value, i) => {
      const [y, x] = [Math.floor(i / 18), i % 18];
      return Math.abs(value - small.data[Math.floor(y / 2) * 9 + Math.floor(x / 2)]!);
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
      { blocks: 1, features: 32, width: 0 },
      /shape\.width must be a whole number from 1/,
    ],
    ["another scale", { blocks: 1, features: 8, scale: 5 }, /shape\.scale must be one of 2, 3, 4/],
  ])("refuses %s", (_what, given, message) => {
    expect(() => sesr.check(given)).toThrowError(
      expect.objectContaining({ code: "invalid-option", message: expect.stringMatching(message) }),
    );
  });
});
