/** Whole training steps: Adam by hand, steps that learn, and the same in onnxruntime. */

import { describe, expect, it } from "vitest";
import { multiply, subtract } from "../build.ts";
import { absolute, mean, parameter } from "../build-training.ts";
import { gradient } from "../gradient.ts";
import { loadOnnxProgram } from "../onnx/run-onnx.fixture.ts";
import { randomTensor } from "../random-tensor.ts";
import { runProgram } from "../reference.ts";
import { createSeededRandom } from "../seeded-random.ts";
import { sesrConfig } from "../sesr/config.ts";
import { initialSesrWeights } from "../sesr/initial-weights.ts";
import { createSesrTrainingLoss, nameSesrWeights } from "../sesr/training-loss.ts";
import { tensor } from "../tensor.ts";
import type { Tensor } from "../tensor.ts";
import { createTrainingStep, stepNumbers } from "./training-step.ts";
import type { TrainingStep, TrainingStepOptions } from "./training-step.ts";

type Bindings = Readonly<Record<string, Tensor>>;
type Run = (bindings: Bindings) => Bindings | Promise<Bindings>;

/** Some steps on the same batch; what the last gave, and every step's loss. */
async function runSteps(
  step: TrainingStep,
  run: Run,
  start: Bindings,
  rate: number,
  count: number,
  options?: TrainingStepOptions,
): Promise<{ readonly losses: number[]; readonly state: Bindings; readonly norm: number }> {
  let state: Record<string, Tensor> = Object.fromEntries(
    step.state.map(({ input, shape }) => [input, start[input] ?? tensor(shape)]),
  );
  const losses: number[] = [];
  let norm = 0;
  for (let index = 0; index < count; index += 1) {
    const numbers = Object.entries(stepNumbers(index, rate, options)).map(
      ([name, value]) => [name, tensor([1], Float32Array.of(value))] as const,
    );
    const given = await run({ ...start, ...Object.fromEntries(numbers), ...state });
    losses.push(given["loss"]!.data[0]!);
    norm = given["gradientNorm"]!.data[0]!;
    state = Object.fromEntries(step.state.map(({ input, output }) => [input, given[output]!]));
  }
  return { losses, state, norm };
}

describe("a training step", () => {
  it.each([
    ["clipped", 0.1],
    ["not clipped", 100],
  ])("is Adam's, its gradient %s by norm", async (_how, clipNorm) => {
    const random = createSeededRandom(1);
    const x = parameter("x", [5]);
    const y = parameter("y", [5]);
    const loss = mean(absolute(subtract(x, y)));
    const start = { x: randomTensor([5], -1, 1, random), y: randomTensor([5], 2, 3, random) };
    const options = { clipNorm, beta1: 0.8, beta2: 0.9, epsilon: 1e-3 };
    const step = createTrainingStep("five", loss, [x], options);
    const run: Run = (bindings) => runProgram(step, bindings);
    const { state, norm } = await runSteps(step, run, start, 0.01, 4, options);
    // Every x is below its y at each step, so the gradient is −1/5 for each.
    expect(norm).toBeCloseTo(Math.sqrt(5) / 5, 6);
    const g = (-1 / 5) * Math.min(1, clipNorm / norm);
    let [first, second, moved] = [0, 0, 0];
    for (let t = 1; t <= 4; t += 1) {
      first = 0.8 * first + 0.2 * g;
      second = 0.9 * second + 0.1 * g * g;
      moved -= (0.01 * first) / (1 - 0.8 ** t) / (Math.sqrt(second / (1 - 0.9 ** t)) + 1e-3);
    }
    for (const [i, value] of state["x"]!.data.entries())
      expect(value).toBeCloseTo(start.x.data[i]! + moved, 6);
    expect(state["x/first"]!.data[0]).toBeCloseTo(first, 6);
    expect(state["x/second"]!.data[0]).toBeCloseTo(second, 6);
  });

  it.each([
    [2, 16],
    [4, 16],
    [2, 32],
  ] as const)(
    "of SESR ×%i with %i channels learns, in onnxruntime as in the reference",
    async (scale, features) => {
      const config = { ...sesrConfig("m3", scale), depth: 2, features, expandedWidth: 12 };
      // An odd number of pixels: signs that add up to nothing would leave Adam to follow rounding alone.
      const crops = { batch: 3, width: 7, height: 5 };
      const { loss, parameters } = createSesrTrainingLoss(config, crops);
      const step = createTrainingStep("sesr", loss, parameters);
      const random = createSeededRandom(2);
      const start = {
        ...nameSesrWeights(initialSesrWeights(config, 3)),
        low: randomTensor([3, 1, 5, 7], 0, 1, random),
        high: randomTensor([3, 1, 5 * scale, 7 * scale], 0, 1, random),
      };
      await using loaded = await loadOnnxProgram(step);
      const seen = await runSteps(step, (bindings) => loaded.run(bindings), start, 2e-3, 6);
      const expected = await runSteps(step, (bindings) => runProgram(step, bindings), start, 2e-3, 6);
      expect(expected.losses.at(-1)).toBeLessThan(0.98 * expected.losses[0]!);
      for (const [at, value] of expected.losses.entries()) {
        expect(Math.abs(seen.losses[at]! / value - 1)).toBeLessThan(1e-5);
      }
      for (const { input } of step.state) {
        const [one, other] = [seen.state[input]!.data, expected.state[input]!.data];
        const difference = lengthOf(one.map((value, i) => value - other[i]!));
        expect([input, difference / lengthOf(other) < 1e-5]).toEqual([input, true]);
      }
    },
  );

  it.each([
    ["nothing to learn", [], {}, "invalid-model", /no parameters to learn/],
    ["a name that is taken", [parameter("loss", [2])], {}, "invalid-model", /two values called "loss"/],
    ["a clip to no length", [parameter("x", [2])], { clipNorm: 0 }, "invalid-option", /clipNorm/],
    ["a mean that never moves", [parameter("x", [2])], { beta2: 1 }, "invalid-option", /beta2/],
  ] as const)("refuses %s", (_what, parameters, options, code, message) => {
    const loss = mean(absolute(parameters[0] ?? parameter("x", [2])));
    expect(() => createTrainingStep("wrong", loss, parameters, options)).toThrowError(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });
});

describe("gradient", () => {
  it("can be differentiated again: x³ is 3x², then 6x", () => {
    const x = parameter("x", [1]);
    const [first] = gradient(multiply(multiply(x, x), x), [x]);
    const [second] = gradient(first!, [x]);
    const outputs = { first: first!, second: second! };
    const given = runProgram({ name: "cube", outputs }, { x: tensor([1], Float32Array.of(5)) });
    expect([given["first"]!.data[0], given["second"]!.data[0]]).toEqual([75, 30]);
  });

  it("is zero for what the loss does not need, and refuses a loss of many numbers", async () => {
    const [x, other] = [parameter("x", [2]), parameter("other", [3, 2])];
    const outputs = { zero: gradient(mean(x), [other])[0]! };
    expect(runProgram({ name: "zero", outputs }, {})).toEqual({ zero: tensor([3, 2]) });
    expect(() => gradient(x, [x])).toThrowError(/The loss has shape \[2\], not one number/);
  });
});

function lengthOf(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}
