/** Compiled programs, op by op, beside the reference. */

import {
  absolute,
  add,
  clip,
  concat,
  constant,
  conv2d,
  createSeededRandom,
  depthToSpace,
  gradient,
  isPositive,
  largestDifference,
  matrixMultiply,
  mean,
  multiply,
  parameter,
  parametersOf,
  plus,
  prelu,
  randomTensor,
  relu,
  reshape,
  runProgram,
  sigmoid,
  slice,
  spaceToDepth,
  subtract,
  sum,
  tensor,
  times,
  transpose,
} from "@tatami/graph";
import type { Node, Program, Tensor } from "@tatami/graph";
import { binaryCodes, createTrainingKernels, unaryCodes } from "@tatami/kernels";
import { describe, expect, it, test } from "vitest";
import { compileProgram } from "./compile.ts";
import { loadTrainingKernels } from "./load-training-kernels.ts";
import type { Kernel } from "./plan.ts";
import { loadPlan } from "./run-plan.ts";

const compiled = await loadTrainingKernels();

/** What the kernels make of a program. @param weights names of parameters that are given seldom */
function runCompiled(
  program: Program,
  bindings: Readonly<Record<string, Tensor>>,
  weights: readonly string[],
): Readonly<Record<string, Tensor>> {
  const { run } = createTrainingKernels(compiled.module);
  const plan = compileProgram(program, { base: run.heapBase(), weights });
  const loaded = loadPlan(run, plan);
  const vectorOf = ({ layout }: typeof plan.weights): Float32Array => {
    const vector = new Float32Array(layout.count);
    for (const { name, start } of layout.spans) vector.set(bindings[name]!.data, start);
    return vector;
  };
  loaded.setWeights(vectorOf(plan.weights));
  // twice: what a run leaves behind must not show in the next
  for (let time = 0; time < 2; time++) {
    loaded.inputs().set(vectorOf(plan.inputs));
    loaded.run();
    loaded.finish();
  }
  const values = loaded.region(plan.outputs);
  return Object.fromEntries(
    plan.outputs.layout.spans.map(({ name, shape, start, count }) => [
      name,
      tensor(shape, values.slice(start, start + count)),
    ]),
  );
}

function expectSame(
  outputs: Readonly<Record<string, Node>>,
  weights: readonly string[] = [],
  seed = 1,
): void {
  const program = { name: "test", outputs };
  const random = createSeededRandom(seed);
  const bindings = Object.fromEntries(
    parametersOf(program).map(({ arg: { name, shape } }) => [name, randomTensor(shape, -1, 1, random)]),
  );
  const expected = runProgram(program, bindings);
  const seen = runCompiled(program, bindings, weights);
  for (const [name, value] of Object.entries(expected)) {
    const size = Math.max(1, ...value.data.map(Math.abs));
    expect([name, seen[name]!.shape]).toEqual([name, value.shape]);
    expect([name, largestDifference(seen[name]!, value) / size < 2e-5]).toEqual([name, true]);
  }
}

const channelCounts = [1, 3, 4, 5, 16];

describe.each(channelCounts)("pictures of %d channels", (channels) => {
  const picture = parameter("picture", [1, channels, 5, 7]);
  const other = parameter("other", [1, channels, 5, 7]);

  it("element by element", () => {
    expectSame({
      sum: add(picture, other),
      difference: subtract(picture, other),
      product: multiply(picture, other),
      relu: relu(picture),
      clip: clip(picture, -0.3, 0.4),
      absolute: absolute(picture),
      positive: isPositive(picture),
      plus: plus(picture, 0.5),
      times: times(picture, -3),
      inverse: plus(times(picture, -1), 1),
      one: subtract(picture, parameter("number", [1, 1, 1, 1])),
      channel: multiply(picture, parameter("vector", [1, channels, 1, 1])),
      pixel: multiply(picture, parameter("mask", [1, 1, 5, 7])),
      oneRow: multiply(picture, parameter("row", [1, 1, 1, 7])),
    });
  });

  it("sums and means", () => {
    expectSame({
      all: sum(picture, [0, 1, 2, 3]),
      mean: mean(picture),
      pixels: sum(picture, [2, 3]),
      alsoItems: sum(picture, [0, 2, 3]),
      channels: mean(picture, [1]),
      rows: sum(picture, [2]),
      columns: mean(picture, [3]),
      items: sum(picture, [0]),
    });
  });

  it("moved", () => {
    const blocks = parameter("blocks", [1, channels * 4, 3, 5]);
    expectSame({
      joined: concat([picture, other, picture], 1),
      tall: concat([picture, other], 2),
      part: slice(picture, 1, 0, Math.ceil(channels / 2)),
      strip: slice(picture, 3, 2, 5),
      large: depthToSpace(blocks, 2),
      small: spaceToDepth(parameter("even", [1, channels, 4, 6]), 2),
      flat: reshape(picture, [channels, 35]),
      turned: transpose(picture, [0, 1, 3, 2]),
      again: relu(reshape(reshape(picture, [35 * channels]), [1, channels, 5, 7])),
    });
  });

  it("PReLU, and its gradient", () => {
    const active = prelu(picture, parameter("slopes", [channels]));
    const loss = mean(multiply(active, other));
    const [ofPicture, ofSlopes] = gradient(loss, [
      picture,
      parametersOf({ name: "x", outputs: { active } })[1]!,
    ]);
    expectSame({ active, added: add(active, other), ofPicture: ofPicture!, ofSlopes: ofSlopes! }, ["slopes"]);
  });

  it("SiLU, and its gradient, each in one call", () => {
    const active = multiply(picture, sigmoid(picture));
    const [ofPicture] = gradient(sum(multiply(active, other), [0, 1, 2, 3]), [picture]);
    const outputs = { active, ofPicture: ofPicture! };
    expectSame(outputs, []);
    const plan = compileProgram({ name: "silu", outputs }, { base: 0 });
    const codes = (kernel: Kernel): readonly number[] =>
      plan.onRun.filter((call) => call.kernel === kernel).map(({ args }) => args[0]!);
    expect(codes("unary").filter((code) => code === unaryCodes.silu || code === unaryCodes.sigmoid)).toEqual([
      unaryCodes.silu,
    ]);
    expect(codes("binary").filter((code) => code === binaryCodes.siluGradient)).toHaveLength(1);
    // a sigmoid that is wanted besides is computed besides
    expectSame({ ...outputs, gate: sigmoid(picture), slope: multiply(other, sigmoid(picture)) }, []);
  });

  it.each([
    [1, 1],
    [3, 3],
    [5, 5],
    [7, 7],
    [3, 5],
    [1, 3],
  ])("a convolution of %d×%d, and its gradients", (height, width) => {
    for (const outputs of channelCounts) {
      const kernel = parameter("kernel", [outputs, channels, height, width]);
      const bias = parameter("bias", [outputs]);
      const result = conv2d(picture, kernel, bias);
      const goal = parameter("goal", [1, outputs, 5, 7]);
      const loss = mean(multiply(result, goal));
      const [ofPicture, ofKernel, ofBias] = gradient(loss, [picture, kernel, bias]);
      const all = { result, loss, ofPicture: ofPicture!, ofKernel: ofKernel!, ofBias: ofBias! };
      expectSame(all, ["kernel", "bias"]);
      // a kernel that differs from run to run
      expectSame(all, []);
    }
  });
});

test("losses and their gradients", () => {
  const [a, b] = [parameter("a", [1, 4, 6, 5]), parameter("b", [1, 4, 6, 5])];
  const losses = {
    first: mean(absolute(subtract(clip(a, -0.5, 0.5), b))),
    second: mean(multiply(subtract(a, b), subtract(a, b))),
    sum: sum(absolute(subtract(a, b)), [0, 1, 2, 3]),
  };
  for (const [name, loss] of Object.entries(losses)) {
    const [ofA, ofB] = gradient(loss, [a, b]);
    expectSame({ [name]: loss, ofA: ofA!, ofB: ofB! });
  }
});

test("matrices, also transposed ones, of any size", () => {
  const [a, b] = [parameter("a", [5, 7]), parameter("b", [7, 3])];
  const product = matrixMultiply(a, b);
  const [ofA, ofB] = gradient(sum(multiply(product, product), [0, 1]), [a, b]);
  expectSame({
    product,
    ofA: ofA!,
    ofB: ofB!,
    both: matrixMultiply(transpose(b, [1, 0]), transpose(a, [1, 0])),
    plain: add(transpose(a, [1, 0]), constant(tensor([7, 5], new Float32Array(35).fill(2)))),
  });
});
