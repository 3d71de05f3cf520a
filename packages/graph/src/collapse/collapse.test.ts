/** Whole networks, before and after. */

import { describe, expect, it } from "vitest";
import { largestDifference } from "../largest-difference.ts";
import type { Model } from "../model/model.ts";
import { randomTensor } from "../random/random-tensor.ts";
import { runReference } from "../reference.ts";
import { createSeededRandom } from "../random/seeded-random.ts";
import { collapseSesrWeights } from "../sesr/collapse-weights.ts";
import { sesrConfigs } from "../sesr/config.ts";
import { initialSesrWeights } from "../sesr/initial-weights.ts";
import { createCollapsedSesr, createWideSesr } from "../sesr/network.ts";
import { topologicalOrder } from "../topological-order.ts";
import { collapse } from "./collapse.ts";

function counts(model: Model): Record<string, number> {
  const found: Record<string, number> = {};
  for (const { op } of topologicalOrder(model.output)) found[op] = (found[op] ?? 0) + 1;
  return found;
}

describe.each(sesrConfigs.map((config) => [config.name, config] as const))("%s", (_name, config) => {
  const weights = initialSesrWeights(config, 11);
  const wide = createWideSesr(config, weights);
  const collapsed = collapse(wide);
  // Studio-range luma; odd sides, and more than one picture.
  const picture = randomTensor([2, 1, 7, 9], 16 / 255, 235 / 255, createSeededRandom(5));

  it("is, collapsed, a plain chain with one long residual and one shuffle", () => {
    const { constant: _, ...found } = counts(collapsed);
    expect(found).toEqual({
      input: 1,
      subtract: 1,
      conv2d: config.depth + 2,
      prelu: config.depth,
      add: 2,
      depthToSpace: 1,
    });
    expect(collapsed).toMatchObject({ name: config.name, scale: config.scale, halo: config.depth + 4 });
  });

  it("computes the same within 1e-5, by rewriting or on weights alone", () => {
    const want = runReference(wide, picture);
    expect(want.shape).toEqual([2, 1, 7 * config.scale, 9 * config.scale]);
    expect(largestDifference(want, runReference(collapsed, picture))).toBeLessThan(1e-5);
    const byWeights = createCollapsedSesr(config, collapseSesrWeights(weights));
    expect(largestDifference(want, runReference(byWeights, picture))).toBeLessThan(1e-5);
    expect(runReference(collapse(byWeights), picture)).toEqual(runReference(collapsed, picture));
  });

  it("comes back as it is when it is collapsed already", () => {
    expect(collapse(collapsed)).toBe(collapsed);
  });
});
