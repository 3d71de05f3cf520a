/** Programs as files, in onnxruntime, against the reference. */

import { describe, expect, it } from "vitest";
import { add, allAxes, constant, input, scalar, sum } from "../build.ts";
import { isPositive, parameter } from "../build-training.ts";
import { gradient } from "../gradient.ts";
import { largestDifference } from "../largest-difference.ts";
import type { Node } from "../node.ts";
import { differentiatedOps, opCase } from "../ops/op-cases.fixture.ts";
import type { Program } from "../program.ts";
import { runProgram } from "../reference.ts";
import { tensor } from "../tensor.ts";
import type { Tensor } from "../tensor.ts";
import { loadOnnxProgram, opTypesOf } from "./run-onnx.fixture.ts";
import { writeProgramOnnx } from "./write-program-onnx.ts";

/** SpaceToDepth, Sign, PRelu and FusedMatMul are not among them. */
const onWebGpu: ReadonlySet<string> = new Set([
  "Abs",
  "Add",
  "Cast",
  "Clip",
  "Concat",
  "Conv",
  "ConvTranspose",
  "CumSum",
  "DepthToSpace",
  "Div",
  "Exp",
  "Expand",
  "Greater",
  "GreaterOrEqual",
  "LessOrEqual",
  "Log",
  "MatMul",
  "Mul",
  "Neg",
  "Pad",
  "ReduceMean",
  "ReduceSum",
  "Relu",
  "Reshape",
  "Shape",
  "Sigmoid",
  "Slice",
  "Sqrt",
  "Sub",
  "Transpose",
  "Where",
]);

const sizes = { n: 2, c: 3, o: 2, h: 4, w: 5, tall: 3, wide: 5 };

async function expectAgreement(program: Program, bindings: Record<string, Tensor>): Promise<void> {
  await using loaded = await loadOnnxProgram(program);
  const seen = await loaded.run(bindings);
  const expected = runProgram(program, bindings);
  expect(Object.keys(seen).toSorted()).toEqual(Object.keys(expected).toSorted());
  for (const [name, value] of Object.entries(expected)) {
    expect(largestDifference(seen[name]!, value)).toBeLessThan(1e-5);
  }
}

describe("writeProgramOnnx", () => {
  it.each(differentiatedOps)("%s and its gradient run in onnxruntime as in the reference", async (op) => {
    const { values, build } = opCase(op, sizes, 1);
    const sources = values.map(({ shape }, at) => parameter(`source ${at}`, shape));
    const result = build(sources);
    const loss = sum(result, allAxes(result));
    const named = gradient(loss, sources).map((each, at): [string, Node] => [`gradient ${at}`, each]);
    const outputs = { result, ...Object.fromEntries(named) };
    const bindings = Object.fromEntries(values.map((value, at) => [`source ${at}`, value]));
    await expectAgreement({ name: op, outputs }, bindings);
  });

  it("uses no op that onnxruntime's WebGPU engine lacks", () => {
    const seen = new Set<string>();
    for (const op of differentiatedOps) {
      const { values, build } = opCase(op, sizes, 1);
      const sources = values.map(({ shape }, at) => parameter(`source ${at}`, shape));
      const result = build(sources);
      const named = gradient(sum(result, allAxes(result)), sources).map(
        (each, at) => [`${at}`, each] as const,
      );
      const file = writeProgramOnnx({ name: op, outputs: { result, ...Object.fromEntries(named) } });
      for (const type of opTypesOf(file)) seen.add(type);
    }
    expect([...seen].filter((op) => !onWebGpu.has(op))).toEqual([]);
    expect([...onWebGpu].filter((op) => !seen.has(op))).toEqual([]);
  });

  it("gives a parameter, a constant, and one value twice", async () => {
    const x = parameter("x", [3]);
    const positive = isPositive(x);
    const outputs = { same: x, known: constant(tensor([2])), once: positive, again: positive };
    await expectAgreement({ name: "odd", outputs }, { x: tensor([3], Float32Array.of(-1, 0, 1)) });
  });

  it("hands on a parameter under its own name", async () => {
    const x = parameter("x", [3]);
    const bindings = { x: tensor([3], Float32Array.of(-1, 0, 1)) };
    await expectAgreement({ name: "handed on", outputs: { x, positive: isPositive(x) } }, bindings);
    await expectAgreement({ name: "nothing else", outputs: { x } }, bindings);
  });

  it.each([
    ["an input", { y: input() }, /has an input node/],
    [
      "two parameters of one name",
      { y: add(parameter("x", [1]), parameter("x", [1])) },
      /two values called "x"/,
    ],
    ["an output called like a parameter", { x: isPositive(parameter("x", [1])) }, /two values called "x"/],
    [
      "a parameter called like a value of the file",
      { y: add(parameter("add_0", [1, 1, 1, 1]), scalar(1)) },
      /values are called like "add_0"/,
    ],
  ])("refuses %s", (_what, outputs: Record<string, Node>, message) => {
    expect(() => writeProgramOnnx({ name: "wrong", outputs })).toThrowError(
      expect.objectContaining({ code: "invalid-model", message: expect.stringMatching(message) }),
    );
  });
});
