/** Whole training steps: Adam by hand, steps that learn, and the same in onnxruntime. */

import { describe, expect, it } from "vitest";
import { absolute, mean, multiply } from "../build.ts";
import { parameter } from "../build-training.ts";
import { gradient } from "../gradient.ts";
import { sesrLoss } from "../networks/sesr-loss.fixture.ts";
import { loadOnnxProgram } from "../onnx/run-onnx.fixture.ts";
import { randomTensor } from "../random/random-tensor.ts";
import { runProgram } from "../reference.ts";
import { createSeededRandom } from "../random/seeded-random.ts";
import { seededWeights } from "../random/seeded-models.ts";
import { tensor } from "../tensor.ts";
import type { Tensor } from "../tensor.ts";
import { stepNumbers } from "./step-options.ts";
import type { TrainingStepOptions } from "./step-options.ts";
import { createTrainingStep } from "./training-step.ts";
import type { TrainingStep } from "./training-step.ts";

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
  for (let index = 0; index < count; index++) {
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
    ["clipped by norm", { clipNorm: 0.1 }],
    ["not clipped", { clipNorm: 100 }],
    ["divided by the largest so far", { amsgrad: true }],
    ["averaged", { averageDecay: 0.15 }],
  ])("is Adam's, %s", async (_how, chosen) => {
    const x = parameter("x", [3, 2]);
    const options = { beta1: 0.8, beta2: 0.7, epsilon: 1e-3, ...chosen };
    const step = createTrainingStep("six", mean(multiply(x, x)), [x], options);
    const start = { x: randomTensor([3, 2], -1, 1, createSeededRandom(1)) };
    const run: Run = (bindings) => runProgram(step, bindings);
    const { state } = await runSteps(step, run, { ...start, "x/average": start.x }, 0.3, 5, options);
    const expected = adamByHand([...start.x.data], 0.3, 5, options);
    for (const [name, values] of Object.entries(expected)) {
      if (!Object.hasOwn(state, name)) continue;
      for (const [i, value] of values.entries()) expect(state[name]!.data[i]).toBeCloseTo(value, 5);
    }
    const names = ["x", "x/first", "x/second"];
    if ("amsgrad" in chosen) {
      names.push("x/largest");
      expect(state["x/largest"]).not.toEqual(state["x/second"]);
    }
    if ("averageDecay" in chosen) names.push("x/average");
    expect(Object.keys(state).toSorted()).toEqual(names.toSorted());
  });

  it.each([
    [2, 16],
    [4, 16],
    [2, 32],
  ] as const)(
    "of SESR ×%i with %i channels learns, in onnxruntime as in the reference",
    async (scale, features) => {
      // An odd number of pixels, of which none is clipped: signs that add up to nothing would leave Adam to follow
      // rounding alone.
      const crops = { batch: 3, width: 7, height: 5 };
      const { loss, specs, parameters } = sesrLoss({ blocks: 2, features, width: 36, scale }, crops);
      const step = createTrainingStep("sesr", loss, parameters);
      const random = createSeededRandom(2);
      const start = {
        ...seededWeights(specs, 3),
        low: randomTensor([3, 1, 5, 7], 0.4, 0.6, random),
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

/** Adam on the mean of squares, in float64, as the papers write it. */
function adamByHand(
  x: number[],
  rate: number,
  count: number,
  {
    clipNorm = 1,
    beta1 = 0.9,
    beta2 = 0.999,
    epsilon = 1e-8,
    amsgrad = false,
    averageDecay = 0,
  }: TrainingStepOptions,
): Readonly<Record<string, readonly number[]>> {
  const [first, second, largest] = [x.map(() => 0), x.map(() => 0), x.map(() => 0)];
  const average = [...x];
  for (let t = 1; t <= count; t++) {
    const gradients = x.map((value) => (2 * value) / x.length);
    const scale = Math.min(1, clipNorm / Math.hypot(...gradients));
    for (const [i, each] of gradients.entries()) {
      const g = each * scale;
      first[i] = beta1 * first[i]! + (1 - beta1) * g;
      second[i] = beta2 * second[i]! + (1 - beta2) * g * g;
      largest[i] = Math.max(largest[i]!, second[i]!);
      const size = (amsgrad ? largest : second)[i]! / (1 - beta2 ** t);
      x[i]! -= (rate * first[i]!) / (1 - beta1 ** t) / (Math.sqrt(size) + epsilon);
      const decay = Math.min(averageDecay, t / (t + 9));
      average[i] = decay * average[i]! + (1 - decay) * x[i]!;
    }
  }
  return { x, "x/first": first, "x/second": second, "x/largest": largest, "x/average": average };
}
