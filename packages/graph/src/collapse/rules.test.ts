/** Every rule of collapse keeps what a graph computes, and applies only where it may. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { add, concat, constant, conv2d, depthToSpace, input, multiply, prelu, relu } from "../build.ts";
import { isOp } from "../is-op.ts";
import { largestDifference } from "../largest-difference.ts";
import type { Node } from "../node.ts";
import { randomTensor } from "../random/random-tensor.ts";
import { runReference } from "../reference.ts";
import { rewrite } from "../rewrite/rewrite.ts";
import type { Rewrite } from "../rewrite/rewrite.ts";
import { createSeededRandom } from "../random/seeded-random.ts";
import type { Tensor } from "../tensor.ts";
import { topologicalOrder } from "../rewrite/topological-order.ts";
import { absorbResidual } from "./absorb-residual.ts";
import { foldConstants } from "./fold-constants.ts";
import { mergeDepthToSpace, mergedChannelOrder } from "./merge-depth-to-space.ts";
import { mergeProjection } from "./merge-projection.ts";

const seed = fc.integer();
const side = fc.constantFrom(1, 3, 5);
const few = fc.integer({ min: 1, max: 4 });

/** Random tensors in -1..1, one stream of numbers for each seed. */
function source(from: number): (...shape: readonly number[]) => Tensor {
  const random = createSeededRandom(from);
  return (...shape) => randomTensor(shape, -1, 1, random);
}

function ops(graph: Node): readonly string[] {
  return topologicalOrder(graph)
    .map((node) => node.op)
    .filter((op) => op !== "constant");
}

/** Rewrites with one rule; the ops left are as said, and the picture's fate is the same. */
function expectSame(graph: Node, rule: Rewrite, left: readonly string[], picture: Tensor): void {
  const rewritten = rewrite(graph, [rule]);
  expect(ops(rewritten)).toEqual(left);
  expect(largestDifference(runReference(graph, picture), runReference(rewritten, picture))).toBeLessThan(
    1e-5,
  );
}

describe("merge-projection", () => {
  it("keeps the function, biases and borders included", () => {
    fc.assert(
      fc.property(few, few, side, side, fc.integer({ min: 4, max: 12 }), seed, (i, o, kh, kw, p, from) => {
        const make = source(from);
        const wide = conv2d(input(i), make(p, i, kh, kw), make(p));
        const graph = conv2d(wide, make(o, p, 1, 1), make(o));
        // At most 4 outputs and at least 4 channels between: merging never grows the network.
        expectSame(graph, mergeProjection, ["input", "conv2d"], make(2, i, 6, 5));
      }),
    );
  });

  it("leaves a narrow waist alone, where one kernel would cost more", () => {
    const make = source(1);
    const graph = conv2d(conv2d(input(16), make(2, 16, 3, 3)), make(32, 2, 1, 1));
    expect(rewrite(graph, [mergeProjection])).toBe(graph);
  });

  it("leaves a k×k convolution behind a 1×1 one alone: its border would be wrong", () => {
    const make = source(2);
    const graph = conv2d(conv2d(input(1), make(8, 1, 1, 1), make(8)), make(1, 8, 3, 3));
    expect(rewrite(graph, [mergeProjection])).toBe(graph);
  });

  it("does not reach over an activation", () => {
    const make = source(3);
    const graph = conv2d(relu(conv2d(input(1), make(8, 1, 3, 3))), make(1, 8, 1, 1));
    expect(rewrite(graph, [mergeProjection])).toBe(graph);
  });
});

describe("absorb-residual", () => {
  it("keeps the function, whichever way round the sum is", () => {
    fc.assert(
      fc.property(few, side, side, fc.boolean(), seed, (c, kh, kw, turned, from) => {
        const make = source(from);
        const picture = relu(input(c));
        const convolution = conv2d(picture, make(c, c, kh, kw), make(c));
        const graph = turned ? add(picture, convolution) : add(convolution, picture);
        expectSame(graph, absorbResidual, ["input", "relu", "conv2d"], make(2, c, 5, 6));
      }),
    );
  });

  it("leaves the sum with any other picture alone", () => {
    const make = source(1);
    const picture = input(2);
    const graph = add(conv2d(relu(picture), make(2, 2, 3, 3)), picture);
    expect(rewrite(graph, [absorbResidual])).toBe(graph);
    const repeated = add(conv2d(input(1), make(4, 1, 3, 3)), input(1));
    expect(rewrite(repeated, [absorbResidual])).toBe(repeated);
  });
});

describe("merge-depth-to-space", () => {
  it("keeps the function exactly, for any two blocks and with a repeated residual", () => {
    const block = fc.integer({ min: 1, max: 3 });
    fc.assert(
      fc.property(
        block,
        block,
        fc.integer({ min: 1, max: 2 }),
        fc.boolean(),
        seed,
        (a, b, kept, residual, from) => {
          const make = source(from);
          const picture = input(1);
          const channels = a * a * b * b * kept;
          const convolution = conv2d(picture, make(channels, 1, 3, 3), make(channels));
          const graph = depthToSpace(depthToSpace(residual ? add(convolution, picture) : convolution, a), b);
          const rewritten = rewrite(graph, [mergeDepthToSpace]);
          expect(ops(rewritten).filter((op) => op === "depthToSpace")).toHaveLength(1);
          const sample = make(2, 1, 3, 4);
          expect(runReference(rewritten, sample)).toEqual(runReference(graph, sample));
        },
      ),
    );
  });

  it("orders SESR's channels as the paper's code lays them out", () => {
    expect(mergedChannelOrder(2, 2, 16)).toEqual([0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15]);
  });

  it("leaves channels alone that no weights order", () => {
    const shuffled = depthToSpace(depthToSpace(relu(input(16)), 2), 2);
    expect(rewrite(shuffled, [mergeDepthToSpace])).toBe(shuffled);
    const make = source(1);
    const picture = input(16);
    const sum = depthToSpace(depthToSpace(add(conv2d(picture, make(16, 16, 1, 1)), relu(picture)), 2), 2);
    expect(rewrite(sum, [mergeDepthToSpace])).toBe(sum);
  });
});

describe("fold-constants", () => {
  it("computes what no picture changes, and nothing else", () => {
    fc.assert(
      fc.property(few, seed, (c, from) => {
        const make = source(from);
        const folded = multiply(prelu(constant(make(1, c, 1, 1)), make(c)), constant(make(1, 1, 1, 1)));
        const graph = add(relu(input(2 * c)), concat([folded, relu(folded)], 1));
        expectSame(graph, foldConstants, ["input", "relu", "add"], make(2, 2 * c, 3, 3));
      }),
    );
  });
});

describe("rewrite", () => {
  it("stops rules that never end", () => {
    const swap: Rewrite = {
      name: "swap",
      apply: (node) => (isOp(node, "add") ? add(node.sources[1]!, node.sources[0]!) : undefined),
    };
    const picture = input(1);
    expect(() => rewrite(add(relu(picture), picture), [swap])).toThrowError(
      expect.objectContaining({ code: "internal", message: expect.stringMatching(/swap came to no end/) }),
    );
  });

  it("keeps shared nodes shared", () => {
    const make = source(1);
    const shared = conv2d(conv2d(input(1), make(8, 1, 3, 3)), make(2, 8, 1, 1));
    const rewritten = rewrite(add(relu(shared), shared), [mergeProjection]);
    expect(rewritten.sources[0]!.sources[0]).toBe(rewritten.sources[1]);
  });
});
