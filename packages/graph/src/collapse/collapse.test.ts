/** Whole networks, before and after. */

import { describe, expect, it } from "vitest";
import { largestDifference } from "../largest-difference.ts";
import { countMacs } from "../model/count.ts";
import type { Model } from "../model/model.ts";
import { printModel } from "../model/print.ts";
import { createNetworkModel } from "../networks/network.ts";
import { paperNetworks } from "../networks/paper-counts.fixture.ts";
import { sesr } from "../networks/sesr.ts";
import { readOnnx } from "../onnx/read/read-onnx.ts";
import { writeOnnx } from "../onnx/write-onnx.ts";
import { randomTensor } from "../random/random-tensor.ts";
import { runReference } from "../reference.ts";
import { createSeededRandom } from "../random/seeded-random.ts";
import { topologicalOrder } from "../rewrite/topological-order.ts";
import { collapse } from "./collapse.ts";
import { wideSesr } from "./wide-sesr.fixture.ts";

function counts(model: Model): Record<string, number> {
  const found: Record<string, number> = {};
  for (const { op } of topologicalOrder(model.output)) found[op] = (found[op] ?? 0) + 1;
  return found;
}

// Studio-range luma; odd sides, and more than one picture.
const picture = randomTensor([2, 1, 7, 9], 16 / 255, 235 / 255, createSeededRandom(5));

describe.each(paperNetworks)("$name", ({ name, size, scale }) => {
  const { wide, shape, folded } = wideSesr(size, scale, 11);
  const collapsed = collapse(wide);

  it("is, collapsed, a plain chain with one long residual and one shuffle", () => {
    const { constant: _, ...found } = counts(collapsed);
    expect(found).toEqual({
      input: 1,
      subtract: 1,
      conv2d: shape.blocks + 2,
      prelu: shape.blocks,
      add: 2,
      depthToSpace: 1,
    });
    expect(wide.halo).toBe(shape.blocks + 4);
    expect(collapsed).toMatchObject({ name, scale, halo: shape.blocks + 4 });
  });

  it("computes the same within 1e-5", () => {
    const want = runReference(wide, picture);
    expect(want.shape).toEqual([2, 1, 7 * scale, 9 * scale]);
    expect(largestDifference(want, runReference(collapsed, picture))).toBeLessThan(1e-5);
  });

  it("is the network of the folded weights, bit for bit", () => {
    const network = createNetworkModel(sesr, shape, name, folded);
    expect(printModel(collapsed)).toBe(printModel(network));
    expect(runReference(collapsed, picture)).toEqual(runReference(network, picture));
    expect(collapse(network)).toBe(network);
  });

  it("comes back as it is when it is collapsed already", () => {
    expect(collapse(collapsed)).toBe(collapsed);
  });
});

describe("a wide network", () => {
  it("is collapsed alike when it was read from a file", () => {
    const { wide } = wideSesr("m3", 4, 2);
    const read = collapse(readOnnx(writeOnnx(wide)).model);
    expect(printModel(read)).toBe(printModel(collapse(wide)));
    expect(runReference(read, picture)).toEqual(runReference(collapse(wide), picture));
  });

  it("costs 41.775 GMAC a step of 32 pictures of 64×64 for M5, 1.772 folded", () => {
    const { wide } = wideSesr("m5", 2, 1);
    const cost = (model: Model): number => (countMacs(model, { width: 64, height: 64 }) * 32) / 1e9;
    expect(cost(wide)).toBeCloseTo(41.775, 3);
    expect(cost(collapse(wide))).toBeCloseTo(1.772, 3);
  });
});
