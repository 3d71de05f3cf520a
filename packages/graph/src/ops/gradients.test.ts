/** Every op's gradient against differences of its reference. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as build from "../build.ts";
import * as training from "../build-training.ts";
import { expectGradient } from "../derivative.fixture.ts";
import { gradient } from "../gradient.ts";
import type { Node } from "../node.ts";
import { runProgram } from "../reference.ts";
import { tensor } from "../tensor.ts";
import { opDefinitions } from "./index.ts";
import { differentiatedOps, opCase, opSizes } from "./op-cases.fixture.ts";

describe("the gradient of", () => {
  it.each(differentiatedOps)("%s is what its differences show", (op) => {
    fc.assert(
      fc.property(opSizes, fc.integer(), (sizes, seed) => expectGradient(opCase(op, sizes, seed), seed + 1)),
      { numRuns: 40 },
    );
  });

  it("every op is tried here, but for those through which none passes", () => {
    const none = ["input", "constant", "parameter", "isPositive", "sign", "isWithin"];
    expect(differentiatedOps.toSorted()).toEqual(
      Object.keys(opDefinitions)
        .filter((op) => !none.includes(op))
        .toSorted(),
    );
  });

  it.each([
    ["relu", build.relu, [0, 0, 1]],
    ["absolute", build.absolute, [-1, 0, 1]],
    ["clip to 0..1", (x: Node) => build.clip(x, 0, 1), [0, 1, 1, 1, 0]],
    ["isPositive", training.isPositive, [0, 0, 0]],
    ["sign", training.sign, [0, 0, 0]],
    ["isWithin 0..1", (x: Node) => training.isWithin(x, 0, 1), [0, 0, 0]],
  ])("%s is settled where it has a kink", (_op, make, expected) => {
    const values = expected.length === 3 ? [-2, 0, 2] : [-0.5, 0, 0.5, 1, 1.5];
    const x = training.parameter("x", [values.length]);
    const [found] = gradient(build.sum(make(x), [0]), [x]);
    const given = { x: tensor([values.length], Float32Array.from(values)) };
    const { dx } = runProgram({ name: "kinks", outputs: { dx: found! } }, given);
    expect(dx!.data.map((value) => value + 0)).toEqual(Float32Array.from(expected));
  });
});
