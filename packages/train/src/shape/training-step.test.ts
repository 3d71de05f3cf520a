/**
 * The trainer's kernels against training steps as graphs, differentiated by `@tatami/graph` and run by its reference
 * and by onnxruntime: the same loss, gradients and weights by three ways that share no arithmetic.
 */

import {
  createSesrTrainingLoss,
  createTrainingStep,
  isOp,
  runProgram,
  sesrConfigs,
  stepNumbers,
  tensor,
  topologicalOrder,
  writeProgramOnnx,
} from "@tatami/graph";
import type { Node, Tensor, TrainingStep } from "@tatami/graph";
import * as ort from "onnxruntime-web";
import { describe, expect, test } from "vitest";
import type { Architecture } from "./architecture.ts";
import { createBatchPool } from "../run/batch/batch-pool.ts";
import { CROP_FIELDS, createCropBuffers, createCropCutter } from "../feed/crop.ts";
import type { Dataset } from "../data/dataset.ts";
import { createWideModel } from "./graph-model.ts";
import { createInitialWeights } from "./initial-weights.ts";
import { compileKernels } from "../run/kernels.ts";
import type { KernelBuild } from "../run/kernels.ts";
import { createRecipe } from "../campaign/recipe.ts";
import { noise, smallDataset } from "../data/test-support.ts";
import { createTrainer } from "../run/trainer.ts";

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
/** Fewer pixels where there are many channels, so that fewer numbers come near a kink. */
const batchOf = ({ features }: Architecture): number => (features === 16 ? 3 : 1);
// A norm that these gradients exceed, and an average that leaves its beginning at the second step.
const options = { clipNorm: 0.05, averageDecay: 0.15 };
/** Well above what rounding does to a number on its way through the network. */
const safeMargin = 3e-7;
const kinkName = "kink ";
const builds: KernelBuild[] = ["relaxed", "simd"];

describe.each<Architecture & { amsgrad: boolean }>([
  { blocks: 3, features: 16, width: 16, scale: 2, amsgrad: true },
  { blocks: 3, features: 16, width: 16, scale: 4, amsgrad: false },
  { blocks: 11, features: 32, width: 8, scale: 2, amsgrad: false },
  { blocks: 11, features: 32, width: 8, scale: 4, amsgrad: true },
])("three steps of $blocks blocks of $features channels, ×$scale", ({ amsgrad, ...architecture }) => {
  test.each(builds)("are the same by the %s kernels, by the reference and in onnxruntime", async (build) => {
    const { blocks, features, scale, width } = architecture;
    const named = sesrConfigs.find((each) => each.depth === blocks && each.scale === scale)!;
    const config = { ...named, features, expandedWidth: width };
    const batch = batchOf(architecture);
    const { loss, parameters } = createSesrTrainingLoss(config, { batch, width: crop, height: crop });
    const step = createTrainingStep("sesr", loss, parameters, { ...options, amsgrad });
    const watched = { ...step, outputs: { ...step.outputs, ...kinksOf(loss) } };
    for (let seed = 2; ; seed++) {
      expect(seed).toBeLessThan(30);
      const made = await runTrainer(architecture, build, amsgrad, seed);
      const expected = await runSteps(step, made, async (given) => runProgram(watched, given));
      // On the other side of a kink the gradient is another, and rounding alone may put a number there.
      if (expected.margin < safeMargin) continue;
      expectSame(made, expected);
      expectSame(made, await runInOnnxruntime(step, made));
      return;
    }
  });
});

async function runTrainer(
  architecture: Architecture,
  build: KernelBuild,
  amsgrad: boolean,
  seed: number,
): Promise<TrainerRun> {
  const batch = batchOf(architecture);
  const dataset = smallDataset(architecture.scale, crop);
  const recipe = createRecipe({
    name: "same",
    architecture,
    batch,
    crop,
    steps: 100,
    warmUp: 2,
    rate: 1e-3,
    amsgrad,
    ...options,
  });
  const compiled = await compileKernels(build);
  await using pool = await createBatchPool({ architecture, batch, crop, dataset, compiled }, 1);
  const initial = createInitialWeights(architecture, 1);
  // Biases and slopes begin at zero, which would hide mistakes in them. The seed leaves no preactivation within
  // rounding of zero: there the two sides of a PReLU's kink would give different gradients, both right.
  noise(initial.length, seed).forEach((value, i) => (initial[i]! += 0.03 * value));
  const trainer = createTrainer(recipe, dataset, compiled, pool, initial);
  const state = (): Tensors => {
    const { weights, average, first, second, largest } = trainer.save();
    return {
      ...wideTensors(architecture, weights),
      ...wideTensors(architecture, first, "/first"),
      ...wideTensors(architecture, second, "/second"),
      ...(amsgrad && wideTensors(architecture, largest, "/largest")),
      ...wideTensors(architecture, average, "/average"),
    };
  };
  const [losses, norms, rates, batches]: [number[], number[], number[], Tensors[]] = [[], [], [], []];
  const start = state();
  let early = start;
  for (let index = 0; index < steps; index++) {
    const report = trainer.step();
    losses.push(report.loss);
    norms.push(report.gradientNorm);
    rates.push(report.rate);
    batches.push(cropPictures(dataset, pool.crops));
    if (index === 0) early = state();
  }
  return { losses, norms, rates, batches, start, early, late: state() };
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

/**
 * A wide vector, weights or anything in their order, as tensors by the names of a training loss's parameters. Taken
 * from the wide model, so that only `createWideModel` knows how the vector is laid out.
 *
 * @param ending put behind each name
 */
function wideTensors(
  architecture: Architecture,
  wide: Float32Array,
  ending = "",
): Readonly<Record<string, Tensor>> {
  const nodes = topologicalOrder(createWideModel("wide", architecture, wide).output);
  const convolutions = nodes.filter((node) => isOp(node, "conv2d"));
  const names = ["first", ...Array.from({ length: architecture.blocks }, (_, at) => `middle${at}`), "last"];
  const named: Record<string, Tensor> = {};
  for (const [at, name] of names.entries()) {
    // A block is two convolutions, the second without sides.
    const [expand, project] = [convolutions[2 * at]!, convolutions[2 * at + 1]!];
    const kernel = constantOf(project.sources[1]);
    named[`${name}.expand${ending}`] = constantOf(expand.sources[1]);
    named[`${name}.project${ending}`] = tensor(kernel.shape.slice(0, 2), kernel.data);
    named[`${name}.bias${ending}`] = constantOf(project.sources[2]);
  }
  for (const [at, node] of nodes.filter((each) => isOp(each, "prelu")).entries()) {
    named[`middle${at}.slopes${ending}`] = constantOf(node.sources[1]);
  }
  return named;
}

/** The crops of a batch as pictures: `low` `[n, 1, crop, crop]` and `high`, scale times as large. */
function cropPictures(dataset: Dataset, crops: Int32Array): { readonly low: Tensor; readonly high: Tensor } {
  const { scale } = dataset;
  const [count, side] = [crops.length / CROP_FIELDS, crop * scale];
  const low = tensor([count, 1, crop, crop]);
  const high = tensor([count, 1, side, side]);
  const cutter = createCropCutter(dataset, crop);
  const buffers = createCropBuffers(scale, crop);
  for (let item = 0; item < count; item++) {
    cutter.cut(crops.subarray(item * CROP_FIELDS, (item + 1) * CROP_FIELDS), buffers);
    low.data.set(buffers.input, item * crop * crop);
    for (let i = 0; i < side * side; i++) {
      const [x, y] = [i % side, Math.floor(i / side)];
      const pixel = Math.floor(y / scale) * crop + Math.floor(x / scale);
      const part = (y % scale) * scale + (x % scale);
      high.data[item * side * side + i] = buffers.truth[pixel * scale * scale + part]!;
    }
  }
  return { low, high };
}

function constantOf(node: Node | undefined): Tensor {
  if (isOp(node, "constant")) return node.arg;
  throw new TypeError("The wide model's weights are not constants.");
}
