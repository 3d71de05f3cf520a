import { describe, expect, it } from "vitest";
import {
  add,
  concat,
  constant,
  conv2d,
  depthToSpace,
  input,
  mean,
  node,
  relu,
  scalar,
  slice,
  spaceToDepth,
  subtract,
  sum,
} from "../build.ts";
import { haloOf, reachOf } from "./halo.ts";
import type { Model } from "./model.ts";
import type { Node } from "../node.ts";
import { probeSize } from "../probe.ts";
import { wideSesr } from "../collapse/wide-sesr.fixture.ts";
import { paperNetworks } from "../networks/paper-counts.fixture.ts";
import { seededSesr } from "../random/seeded-models.ts";
import { tensor } from "../tensor.ts";
import { topologicalOrder } from "../rewrite/topological-order.ts";
import { verify, verifyOrThrow } from "./verify.ts";

const kernel = (outputs: number, inputs = 1) => tensor([outputs, inputs, 3, 3]);

function model(output: Node, scale: number, halo = haloOf(output)): Model {
  return { name: "test", scale, halo, output };
}

/** Without the builder's check. */
function shuffled(picture: Node): Node {
  return { op: "depthToSpace", sources: [picture], arg: { block: 2 } };
}

function enlarged(picture: Node): Node {
  return depthToSpace(conv2d(picture, kernel(4)), 2);
}

describe("verify", () => {
  it.each(paperNetworks)("finds nothing wrong with $name, wide or as it runs", ({ size, scale }) => {
    expect(verify(wideSesr(size, scale, 1).wide)).toEqual([]);
    expect(verify(seededSesr(size, scale))).toEqual([]);
  });

  const picture = input();
  const good = enlarged(picture);
  const halfBuilt: Node = {
    op: "conv2d",
    sources: [picture, constant(kernel(4, 2)), constant(tensor([4]))],
    arg: {},
  };
  const evenKernel: Node = {
    op: "conv2d",
    sources: [picture, constant(tensor([4, 1, 2, 2])), constant(tensor([4]))],
    arg: {},
  };
  const broken = tensor([4, 1, 3, 3]);
  broken.data[7] = NaN;
  const cycle: { op: "relu"; sources: Node[]; arg: Record<string, never> } = {
    op: "relu",
    sources: [],
    arg: {},
  };
  cycle.sources.push(add(picture, picture), { op: "relu", sources: [cycle], arg: {} });
  const rows = slice(conv2d(picture, kernel(8)), 2, 0, probeSize.height);

  const halved = depthToSpace(conv2d(spaceToDepth(picture, 2), kernel(4, 4)), 2);

  it.each<readonly [string, Model, RegExp]>([
    ["a fractional scale", model(good, 1.5), /scale is 1\.5/],
    ["no input", model(constant(tensor([2, 1, 9, 13])), 1), /0 inputs, not 1/],
    [
      "two inputs",
      model(depthToSpace(concat([picture, input(), picture, picture], 1), 2), 2),
      /2 inputs, not 1/,
    ],
    ["three channels in", model(conv2d(input(3), kernel(1, 3)), 1), /input has 3 channels/],
    ["NaN weights", model(depthToSpace(conv2d(picture, broken), 2), 2), /\[4, 1, 3, 3\] has NaN at index 7/],
    [
      "sources that do not fit",
      model(shuffled(halfBuilt), 2, 1),
      /picture has 1 channels, kernel .* takes 2/,
    ],
    ["an even kernel", model(shuffled(evenKernel), 2, 1), /sides are 2 and 2, not odd/],
    ["four channels out", model(conv2d(picture, kernel(4)), 1), /becomes \[n, 4, h, w\]/],
    [
      "another scale than it says",
      model(good, 4),
      /becomes \[n, 1, 2h, 2w\], not \[n, 1, 4h, 4w\] as scale 4 says/,
    ],
    ["a halo too small", model(good, 2, 0), /halo of 0, its graph looks 1 pixels far/],
    ["a cycle", model(cycle, 1, 0), /cycle through a relu node/],
    [
      "an op that there is not",
      model({ ...relu(picture), op: "tanh" as "relu" }, 1, 0),
      /There is no op "tanh"/,
    ],
    [
      "pixels moved",
      model(depthToSpace(slice(rows, 1, 0, 4), 2), 2),
      /slice works along axis 2 of \[n, 8, h, w\]/,
    ],
    ["a mean over pixels", model(subtract(picture, mean(picture, [2, 3])), 1), /mean works along axis 2 of/],
    ["a sum over items", model(subtract(picture, sum(picture, [1, 0])), 1), /sum works along axis 0 of/],
    ["no alignment", model(halved, 1, 4), /alignment of 1, its graph wants windows at multiples of 2 pixels/],
    [
      "a wrong alignment",
      { ...model(halved, 1, 6), alignment: 3 },
      /alignment of 3, .* multiples of 2 pixels/,
    ],
    ["a halo between", { ...model(halved, 1, 3), alignment: 2 }, /halo of 3, which is no multiple of .* 2/],
  ])("finds %s", (_what, wrong, message) => {
    const errors = verify(wrong);
    expect(errors.map((error) => error.message)).toContainEqual(expect.stringMatching(message));
    for (const error of errors) {
      expect(error.code).toBe("invalid-model");
      expect(error.fix).toMatch(/\.$/);
    }
    expect(() => verifyOrThrow(wrong)).toThrowError(expect.objectContaining({ code: "invalid-model" }));
  });

  it("takes windows of blocks, when the model says so", () => {
    for (const alignment of [2, 4]) {
      const right: Model = { name: "halved", scale: 1, halo: 4, alignment, output: halved };
      expect(verify(right)).toEqual([]);
    }
    expect(reachOf(halved)).toEqual({ halo: 2, alignment: 2 });
  });

  it("says everything that is wrong, and once", () => {
    const errors = verify(model(shuffled(halfBuilt), 0.5, 0));
    expect(errors.map((error) => error.message)).toEqual([
      expect.stringMatching(/scale/),
      expect.stringMatching(/kernel/),
    ]);
  });
});

describe("builders", () => {
  it("check shapes when a node is made, not when it is run", () => {
    expect(() => conv2d(input(2), kernel(4))).toThrowError(
      expect.objectContaining({ code: "invalid-model" }),
    );
    expect(() => subtract(input(2), input(3))).toThrowError(/cannot repeat \[n, 3, h, w\] to \[n, 2, h, w\]/);
    expect(() => add(scalar(1), input())).toThrowError(/cannot repeat/);
    expect(() => node("relu", [], {})).toThrowError(/takes 1 source, not 0/);
    expect(() => constant(tensor([3], new Float32Array(2)))).toThrowError(/\[3\] holds 2 numbers/);
  });
});

describe("topologicalOrder", () => {
  it("walks graphs deeper than any stack", () => {
    let deep: Node = input();
    for (let i = 0; i < 100_000; i++) deep = { op: "relu", sources: [deep], arg: {} };
    expect(topologicalOrder(deep)).toHaveLength(100_001);
  });

  it("visits a shared node once, before its users", () => {
    const shared = relu(input());
    const order = topologicalOrder(add(shared, shared));
    expect(order.map((each) => each.op)).toEqual(["input", "relu", "add"]);
  });
});
