/** What is planned for any graph: that every number is computed once, by shaders that a device can have. */

import type { Model, Node } from "@tatami/graph";
import {
  concat,
  constant,
  conv2d,
  input,
  isOp,
  multiply,
  opDefinitions,
  randomModel,
  reachOf,
  relu,
  seededMamba,
  seededUnet,
  selectiveScan,
  tensor,
  topologicalOrder,
  unwindow,
  window,
} from "@tatami/graph";
import { describe, expect, it } from "vitest";
import { planGraph } from "./plan.ts";
import { bytesOf, groupsOf } from "./shader.ts";

const shape = { batch: 2, width: 24, height: 16 };

function modelOf(output: Model["output"]): Model {
  return { name: "own", scale: 1, ...reachOf(output), output };
}

/** So many pictures joined; nothing that could be computed inside another. */
function joined(count: number): Node {
  const picture = input();
  const parts = Array.from({ length: count }, () => conv2d(picture, tensor([1, 1, 1, 1])));
  return concat(parts, 1);
}

function scanned(states: number): Node {
  const cut = { size: 8, order: "rows", shift: 0 } as const;
  const picture = input();
  const tokens = window(picture, cut);
  const many = conv2d(tokens, tensor([states, 1, 1, 1]));
  return unwindow(selectiveScan(many, many, tokens, tokens, { states, values: 1 }), picture, cut);
}

describe("planGraph", () => {
  it("computes each value after what it is made of, and binds no more than eight buffers", () => {
    const block = (seed: number): number => 1 + (seed % 2);
    const models = [
      ...Array.from({ length: 60 }, (_, seed) => randomModel(seed, block(seed))),
      seededMamba({ features: 16, states: 8, window: 8 }),
      seededUnet({ depth: 2 }),
    ];
    const met = new Set<string>();
    for (const model of models) {
      for (const { op } of topologicalOrder(model.output)) met.add(op);
      const { input: picture, output, steps } = planGraph(model, shape);
      const known = new Set([picture]);
      for (const { sources, result, constants, code, down } of steps) {
        expect(sources.every((source) => known.has(source))).toBe(true);
        expect(known.has(result)).toBe(false);
        known.add(result);
        const bindings = code.match(/@binding\(/g)!.length;
        expect(bindings).toBe(sources.length + 1 + Math.min(1, constants.length));
        expect(bindings).toBeLessThanOrEqual(8);
        expect(constants.length % 4).toBe(0);
        expect(down).toBeGreaterThan(0);
      }
      expect(known.has(output)).toBe(true);
    }
    const inModels = Object.values(opDefinitions).filter(({ place }) => place !== "step");
    expect([...met].sort()).toEqual(inModels.map(({ op }) => op).sort());
  });

  it("computes what stands in a row in one shader, but what is used twice once", () => {
    const [x, one] = [input(), constant(tensor([1, 1, 1, 1], Float32Array.of(1.5)))];
    const row = relu(multiply(relu(x), one));
    const { steps } = planGraph(modelOf(row), shape);
    expect(steps.map(({ result }) => result.op)).toEqual(["relu"]);
    expect(steps[0]!.code.match(/max\(/g)).toHaveLength(2);
    const twice = multiply(row, row);
    const used = planGraph(modelOf(multiply(twice, relu(twice))), shape).steps;
    expect(used.map(({ result }) => result.op)).toEqual(["relu", "multiply", "multiply"]);
  });

  it("folds what is made of constants, a causal kernel for instance", () => {
    const { steps } = planGraph(seededMamba(), shape);
    const causal = steps.filter(({ label }) => label === "depthwiseConv2d");
    expect(causal).toHaveLength(4);
    // seven taps and a bias, for each of four vectors
    expect(causal.every(({ constants }) => constants.length === 8 * 16)).toBe(true);
    expect(
      steps.some(
        ({ result }) => isOp(result, "concat") && result.sources.every((each) => isOp(each, "constant")),
      ),
    ).toBe(false);
  });

  it("takes four channels as a vector, one as a number", () => {
    const { valueOf, input: picture, steps } = planGraph(seededMamba(), shape);
    expect(bytesOf(valueOf(picture), 2)).toBe(2 * 24 * 16 * 4);
    const first = valueOf(steps.find(({ label }) => label === "conv2d")!.result);
    expect([groupsOf(first), bytesOf(first, 2)]).toEqual([2, 2 * 24 * 16 * 32]);
  });

  it.each([
    ["eight pictures joined", joined(8), /a concat joins 8 pictures at once/],
    ["more states than registers", scanned(65), /a selectiveScan has 65 states, more than 64/],
  ] as const)("refuses %s, and names who does not", (_what, output, message) => {
    expect(() => planGraph(modelOf(output), shape)).toThrowError(
      expect.objectContaining({
        code: "invalid-model",
        message: expect.stringMatching(message),
        fix: expect.stringContaining("wasm, onnx-wasm or cpu"),
      }),
    );
    expect(planGraph(modelOf(joined(7)), shape).steps.at(-1)!.code).toMatch(
      /@binding\(7\) var<storage, read_write>/,
    );
  });
});
