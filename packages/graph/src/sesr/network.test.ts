/** SESR's structure, against the paper's equations. */

import { describe, expect, it } from "vitest";
import { add, conv2d as convolution, input } from "../build.ts";
import { countParameters } from "../model/count.ts";
import { largestDifference } from "../largest-difference.ts";
import { conv2d } from "../ops/convolution/conv2d.ts";
import { randomTensor } from "../random/random-tensor.ts";
import { runReference } from "../reference.ts";
import { createSeededRandom } from "../random/seeded-random.ts";
import { tensor } from "../tensor.ts";
import type { Tensor } from "../tensor.ts";
import { collapseSesrWeights } from "./collapse-weights.ts";
import { sesrConfig } from "./config.ts";
import { initialSesrWeights } from "./initial-weights.ts";
import { createCollapsedSesr, createWideSesr } from "./network.ts";
import type { WideBlockWeights } from "./weights.ts";

const picture = randomTensor([1, 1, 6, 7], 16 / 255, 235 / 255, createSeededRandom(9));

function map(a: Tensor, value: (x: number, i: number) => number): Tensor {
  return tensor(a.shape, a.data.map(value));
}

/** Section 3 of the paper, line by line, without the graph. */
function equations(scale: 2 | 4): Tensor {
  const { first, middle, last } = initialSesrWeights(sesrConfig("m3", scale), 4);
  const block = ({ expand, expandBias, project, bias }: WideBlockWeights, x: Tensor): Tensor => {
    const wide = conv2d.reference([x, expand, expandBias!], {});
    return conv2d.reference([wide, tensor([...project.shape, 1, 1], project.data), bias], {});
  };
  const pixels = 6 * 7;
  const centred = map(picture, (x) => x - 0.5);
  const f0 = block(first, centred);
  let f = f0;
  for (const each of middle) {
    const sum = map(block(each, f), (x, i) => x + f.data[i]!);
    f = map(sum, (x, i) => (x > 0 ? x : each.slopes.data[Math.floor(i / pixels)]! * x));
  }
  const before = block(
    last,
    map(f, (x, i) => x + f0.data[i]!),
  );
  const o = map(before, (x, i) => x + picture.data[i % pixels]!);
  const result = tensor([1, 1, 6 * scale, 7 * scale]);
  for (const [i, value] of o.data.entries()) {
    const [x, y, channel] = [i % 7, Math.floor(i / 7) % 6, Math.floor(i / pixels)];
    // Two shuffles by 2: the first by the channel's two high bits, the second by its low ones.
    const [dy, dx] =
      scale === 2
        ? [channel >> 1, channel & 1]
        : [(channel >> 3) * 2 + ((channel >> 1) & 1), ((channel >> 2) & 1) * 2 + (channel & 1)];
    result.data[(y * scale + dy) * 7 * scale + x * scale + dx] = value;
  }
  return result;
}

describe.each([2, 4] as const)("SESR at ×%i", (scale) => {
  const config = sesrConfig("m3", scale);
  const weights = initialSesrWeights(config, 4);

  it("computes the paper's equations, wide and collapsed", () => {
    const want = equations(scale);
    expect(largestDifference(want, runReference(createWideSesr(config, weights), picture))).toBeLessThan(
      1e-6,
    );
    const collapsed = createCollapsedSesr(config, collapseSesrWeights(weights));
    expect(largestDifference(want, runReference(collapsed, picture))).toBeLessThan(1e-5);
  });

  it("changes little of the picture before it is trained", () => {
    const result = runReference(createWideSesr(config, weights), picture);
    for (const value of result.data) expect(value > -1 && value < 2).toBe(true);
  });
});

describe("the halo", () => {
  it("is no larger than it must be: a pixel that far away is seen", () => {
    const config = sesrConfig("m3", 2);
    const model = createCollapsedSesr(config, collapseSesrWeights(initialSesrWeights(config, 4)));
    const side = 2 * model.halo + 1;
    const before = randomTensor([1, 1, side, side], 0, 1, createSeededRandom(1));
    const after = map(before, (x, i) => (i === 0 ? 1000 : x));
    // The first of the four pixels that the middle pixel becomes.
    const first = 2 * model.halo * (2 * side) + 2 * model.halo;
    const [a, b] = [runReference(model, before), runReference(model, after)];
    expect(a.data[first]).not.toBe(b.data[first]);
  });
});

describe("countParameters", () => {
  it("counts a kernel used twice once", () => {
    const first = convolution(input(1), tensor([1, 1, 3, 3]));
    const second = { ...first, sources: [first, ...first.sources.slice(1)] };
    const model = { name: "shared", scale: 1, halo: 2, output: add(second, first) };
    expect(countParameters(model)).toBe(9);
  });
});
