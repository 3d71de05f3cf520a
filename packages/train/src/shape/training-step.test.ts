/**
 * The trainer against training steps as graphs, differentiated by `@tatami/graph` and run by its reference and by
 * onnxruntime: the same loss, gradients and weights by three ways that share no arithmetic.
 */

import {
  createTrainingStep,
  isOp,
  runProgram,
  stepNumbers,
  tensor,
  topologicalOrder,
  writeProgramOnnx,
} from "@tatami/graph";
import type { Node, Tensor, TrainingStep } from "@tatami/graph";
import { createWasmProgramEngine } from "@tatami/runtime/programs";
import * as ort from "onnxruntime-web";
import { describe, expect, it } from "vitest";
import type { Recipe, RecipeInit } from "../campaign/recipe.ts";
import { createRecipe } from "../campaign/recipe.ts";
import { smallDataset } from "../data/test-support.ts";
import type { Feed } from "../feed/feed.ts";
import { compileKernels } from "../run/kernels.ts";
import type { KernelBuild } from "../run/kernels.ts";
import { createNetworkTask, networkPlayer, networkLayout, networkObjective } from "../run/network-task.ts";
import { createRun } from "../run/player-trainer.ts";
import { unflatten } from "../run/task.ts";
import { trainedWeights } from "../run/test-support.ts";

type Tensors = Readonly<Record<string, Tensor>>;

/** What the steps left behind: the losses and norms, step by step, and weights and moments. */
interface Outcome {
  readonly losses: readonly number[];
  readonly norms: readonly number[];
  /** After the first step, when the first moment is a tenth of the clipped gradient. */
  readonly early: Tensors;
  readonly late: Tensors;
  /** The smallest number that came to a kink, a PReLU's or the loss's. */
  readonly margin: number;
}

/** One run of the trainer, and all that it was given. */
interface TrainerRun extends Omit<Outcome, "margin"> {
  readonly start: Tensors;
  readonly batches: readonly Tensors[];
  readonly rates: readonly number[];
}

const steps = 3;
// An odd number of pixels: signs that add up to nothing would leave Adam to follow rounding alone.
const crop = 9;
// A norm that these gradients exceed, and an average that leaves its beginning at the second step.
const options = { clipNorm: 0.05, averageDecay: 0.15 };
/** Well above what rounding does to a number on its way through the network. */
const safeMargin = 3e-7;
const kinkName = "kink ";
const builds: KernelBuild[] = ["relaxed", "simd"];

interface Case extends Omit<RecipeInit, "name"> {
  readonly name: string;
}

/** Fewer pixels where there are many channels, so that fewer numbers come near a kink. */
const [few, many] = [{ batch: 1 }, { batch: 3 }];

describe.each<Case>([
  {
    name: "3 blocks of 16 channels, ×2",
    architecture: { blocks: 3, features: 16, width: 16, scale: 2 },
    amsgrad: true,
    ...many,
  },
  {
    name: "3 blocks of 16 channels, ×4",
    architecture: { blocks: 3, features: 16, width: 16, scale: 4 },
    ...many,
  },
  {
    name: "11 blocks of 32 channels, ×2",
    architecture: { blocks: 11, features: 32, width: 32, scale: 2 },
    ...few,
  },
  {
    name: "11 blocks of 32 channels, ×4",
    architecture: { blocks: 11, features: 32, width: 32, scale: 4 },
    amsgrad: true,
    ...few,
  },
  { name: "a width per layer, ×3", architecture: { features: [8, 12, 4, 8], width: 20, scale: 3 }, ...many },
  {
    name: "kernels as they are, ×2",
    architecture: { blocks: 3, features: 16, scale: 2 },
    side: "folded",
    ...many,
  },
])("three steps of $name", ({ name: _name, ...init }) => {
  it.each(builds)("are the same by the %s kernels, by the reference and in onnxruntime", async (build) => {
    const recipe = createRecipe({
      name: "same",
      crop,
      steps: 100,
      warmUp: 2,
      rate: 1e-3,
      ...options,
      ...init,
    });
    const { loss, weights } = networkObjective(recipe).build(recipe.batch);
    const step = createTrainingStep("sesr", loss, weights, { ...options, amsgrad: recipe.amsgrad });
    const watched = { ...step, outputs: { ...step.outputs, ...kinksOf(loss) } };
    for (let seed = 2; ; seed++) {
      expect(seed).toBeLessThan(30);
      const made = await runTrainer(recipe, build, seed);
      const expected = await runSteps(step, made, async (given) => runProgram(watched, given));
      // On the other side of a kink the gradient is another, and rounding alone may put a number there.
      if (expected.margin < safeMargin) continue;
      expectSame(made, expected);
      expectSame(made, await runInOnnxruntime(step, made));
      return;
    }
  });
});

async function runTrainer(recipe: Recipe, build: KernelBuild, seed: number): Promise<TrainerRun> {
  // Biases and slopes begin at zero, which would hide mistakes in them. The seed leaves no preactivation within
  // rounding of zero: there the two sides of a PReLU's kink would give different gradients, both right.
  const initial = trainedWeights(recipe, seed, 0.03);
  const task = createNetworkTask(recipe, smallDataset(recipe.architecture.scale, crop), initial);
  const batches: Tensors[] = [];
  const feed: Feed = {
    fill(random, examples) {
      task.feed.fill(random, examples);
      batches.push(joinExamples(examples, recipe));
    },
  };
  await using engine = await createWasmProgramEngine({ build });
  await using run = await createRun({ ...task, feed }, engine, await compileKernels(build));
  const layout = networkLayout(recipe);
  const state = (): Tensors => {
    const { vectors } = run.save().players[networkPlayer]!;
    const named = Object.entries(vectors).map(([vector, values]) => {
      const ending = vector === "weights" ? "" : `/${vector}`;
      const tensors = Object.entries(unflatten(layout, values));
      return Object.fromEntries(tensors.map(([name, each]) => [`${name}${ending}`, each]));
    });
    return Object.assign({}, ...named) as Tensors;
  };
  const [losses, norms, rates]: [number[], number[], number[]] = [[], [], []];
  const start = state();
  let early = start;
  for (let index = 0; index < steps; index++) {
    const { loss, gradientNorm, rate } = (await run.step()).players[networkPlayer]!;
    losses.push(loss);
    norms.push(gradientNorm);
    rates.push(rate);
    if (index === 0) early = state();
  }
  return { losses, norms, rates, batches, start, early, late: state() };
}

/** Examples one behind the other, as the graph takes them. */
function joinExamples(
  examples: readonly Readonly<Record<string, Float32Array>>[],
  { architecture }: Recipe,
): Tensors {
  const join = (name: string, side: number): Tensor => {
    const joined = tensor([examples.length, 1, side, side]);
    examples.forEach((example, item) => joined.data.set(example[name]!, item * side * side));
    return joined;
  };
  return { low: join("low", crop), high: join("high", crop * architecture.scale) };
}

/** The same steps by a program that some engine runs. */
async function runSteps(
  step: TrainingStep,
  { start, batches, rates }: TrainerRun,
  run: (given: Tensors) => Promise<Tensors>,
): Promise<Outcome> {
  const [losses, norms]: [number[], number[]] = [[], []];
  let state = start;
  let early = start;
  let margin = Infinity;
  for (const [index, rate] of rates.entries()) {
    const numbers = Object.entries(stepNumbers(index, rate, options)).map(
      ([name, value]) => [name, tensor([1], Float32Array.of(value))] as const,
    );
    const given = await run({ ...state, ...batches[index]!, ...Object.fromEntries(numbers) });
    losses.push(given["loss"]!.data[0]!);
    norms.push(given["gradientNorm"]!.data[0]!);
    state = Object.fromEntries(step.state.map(({ input, output }) => [input, given[output]!]));
    if (index === 0) early = state;
    for (const [name, { data }] of Object.entries(given)) {
      if (name.startsWith(kinkName)) margin = data.reduce((least, x) => Math.min(least, Math.abs(x)), margin);
    }
  }
  return { losses, norms, early, late: state, margin };
}

async function runInOnnxruntime(step: TrainingStep, made: TrainerRun): Promise<Outcome> {
  const session = await ort.InferenceSession.create(writeProgramOnnx(step), {
    executionProviders: ["wasm"],
    logSeverityLevel: 3,
  });
  const outcome = await runSteps(step, made, (given) => runSession(session, given));
  await session.release();
  return outcome;
}

/** What comes to the kinks of a loss, to be looked at. */
function kinksOf(loss: Node): Readonly<Record<string, Node>> {
  const kinked = topologicalOrder(loss).filter((node) => isOp(node, "prelu") || isOp(node, "absolute"));
  return Object.fromEntries(kinked.map((node, at) => [`${kinkName}${at}`, node.sources[0]!]));
}

async function runSession(session: ort.InferenceSession, given: Tensors): Promise<Tensors> {
  const feeds = session.inputNames.map((name) => {
    const { shape, data } = given[name]!;
    return [name, new ort.Tensor("float32", data, [...shape])] as const;
  });
  const results = await session.run(Object.fromEntries(feeds));
  return Object.fromEntries(
    Object.entries(results).map(([name, { dims, data }]) => [name, tensor(dims, data as Float32Array)]),
  );
}

function expectSame(seen: TrainerRun, expected: Outcome): void {
  expect(Math.min(...expected.norms)).toBeGreaterThan(options.clipNorm);
  for (let index = 0; index < steps; index++) {
    expect(Math.abs(seen.losses[index]! / expected.losses[index]! - 1)).toBeLessThan(1e-5);
    expect(Math.abs(seen.norms[index]! / expected.norms[index]! - 1)).toBeLessThan(1e-4);
  }
  for (const when of ["early", "late"] as const) {
    expect(Object.keys(seen[when]).toSorted()).toEqual(Object.keys(expected[when]).toSorted());
    let [apart, whole] = [0, 0];
    for (const [name, { data }] of Object.entries(expected[when])) {
      const difference = lengthOf(data.map((value, i) => value - seen[when][name]!.data[i]!));
      // Adam makes whole steps of the smallest gradients, the rounding in them included.
      const tolerance = /first|second|largest/.test(name.split("/")[1] ?? "") ? 1e-5 : 1e-4;
      expect([name, difference / lengthOf(data) < tolerance]).toEqual([name, true]);
      if (name.includes("/")) continue;
      apart += difference ** 2;
      whole += lengthOf(data) ** 2;
    }
    expect(Math.sqrt(apart / whole)).toBeLessThan(1e-5);
  }
}

function lengthOf(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}
