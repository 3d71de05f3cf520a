/** The onnx engine of training programs on WebGPU beside the reference, in the page. */

import type { LossBuilder, ProgramEngine, ResidentRunner, StepResult } from "@tatami/graph";
import {
  absolute,
  add,
  clip,
  createSeededRandom,
  depthwiseConv2d,
  exponential,
  logarithm,
  initialWeights,
  mean,
  multiply,
  networks,
  parameter,
  sigmoid,
  stepNumbers,
  subtract,
  sum,
  times,
  weightParameters,
  widen,
} from "@tatami/graph";
import { createCpuProgramEngine, createOnnxProgramEngine } from "@tatami/runtime";

/** How far steps on the GPU are from the reference's, as parts. */
export interface ResidentOutcome {
  readonly description: string;
  readonly losses: readonly number[];
  readonly lossDeviation: number;
  readonly normDeviation: number;
  /** By the norm of the difference, for each tensor of the state. */
  readonly stateDeviations: Readonly<Record<string, number>>;
  /** Whether steps from what was saved in between were the same, bit for bit. */
  readonly resumed: boolean;
}

const options = { averageDecay: 0.9 } as const;
const software = { device: "webgpu", acceptSoftwareAdapter: true } as const;

/** M3 with 4 features, on crops of 9×9 pixels. */
const shape = networks.sesr.check({ blocks: 3, features: 4, width: 16 });
const specs = networks.sesr.weights(shape);
const sesr: LossBuilder = (batch) => {
  const { parameters, weight } = weightParameters(specs, { wide: true });
  const [low, high] = [parameter("low", [batch, 1, 9, 9]), parameter("high", [batch, 1, 18, 18])];
  const { output } = networks.sesr.build(shape, weight, low);
  const loss = mean(absolute(subtract(clip(output, 0, 1), high)));
  return { loss, weights: parameters, examples: [low, high] };
};

/** Ops that SESR has not, weights that stand still, and a term. */
const others: LossBuilder = (batch) => {
  const x = parameter("x", [batch, 3, 5, 5]);
  const [kernel, still] = [parameter("kernel", [3, 1, 3, 3]), parameter("still", [1, 3, 1, 1])];
  const features = depthwiseConv2d(x, kernel);
  const gated = multiply(features, sigmoid(add(features, still)));
  const raised = exponential(gated);
  const spread = logarithm(add(raised, sum(raised, [1])));
  const distance = mean(multiply(subtract(spread, x), subtract(spread, x)));
  return {
    loss: distance,
    terms: { twice: times(distance, 2) },
    weights: [kernel],
    fixed: [still],
    examples: [x],
  };
};

/** Six steps of a small SESR network, weights and moments staying on the GPU, and the same by the reference. */
async function trainResident(): Promise<ResidentOutcome> {
  await using gpu = await createOnnxProgramEngine(software);
  const first = Object.entries(initialWeights(widen(specs), 3));
  const start = Object.fromEntries(first.map(([name, { data }]) => [name, data]));
  await using seen = await gpu.prepareStep!("sesr", sesr, 4, options);
  await using right = await createCpuProgramEngine().prepareStep!("sesr", sesr, 4, options);
  await seen.load(start);
  await right.load(start);
  const results = [...(await runSteps(seen, 0, 3))];
  const saved = await seen.save();
  results.push(...(await runSteps(seen, 3, 6)));
  const end = await seen.save();
  await seen.load(saved);
  const again = [
    ...(await runSteps(seen, 3, 6)).map(({ loss }) => loss),
    ...Object.values(await seen.save()).flatMap((each) => [...each]),
  ];
  const once = [
    ...results.slice(3).map(({ loss }) => loss),
    ...Object.values(end).flatMap((each) => [...each]),
  ];
  const expected = await runSteps(right, 0, 6);
  const state = await right.save();
  return {
    description: gpu.description,
    losses: results.map(({ loss }) => loss),
    lossDeviation: furthest(results, expected, "loss"),
    normDeviation: furthest(results, expected, "gradientNorm"),
    stateDeviations: Object.fromEntries(
      Object.entries(state).map(([name, values]) => [name, apart(end[name]!, values)]),
    ),
    resumed: again.length === once.length && again.every((value, i) => value === once[i]),
  };
}

/** Loss, term and gradient of a loss of other ops; the largest part by which one is off. */
async function compareGradients(): Promise<number> {
  await using gpu = await createOnnxProgramEngine(software);
  const [seen, right] = [await runOnce(gpu), await runOnce(createCpuProgramEngine())];
  return Math.max(...seen.map((values, at) => apart(values, right[at]!)));
}

/** The error's code when the device is lost between two steps, and after. */
async function loseDevice(): Promise<readonly string[]> {
  const devices: GPUDevice[] = [];
  const { requestDevice } = GPUAdapter.prototype;
  GPUAdapter.prototype.requestDevice = async function (...given) {
    const device = await requestDevice.apply(this, given);
    devices.push(device);
    return device;
  };
  const gpu = await createOnnxProgramEngine(software);
  const runner = await gpu.prepareStep!("others", others, 2);
  await fill(runner);
  await runner.step(stepNumbers(0, 1e-3));
  devices.at(-1)!.destroy();
  const codes: string[] = [];
  for (let i = 0; i < 2; i++)
    await runner
      .step(stepNumbers(1, 1e-3))
      .catch((error: { readonly code: string }) => codes.push(error.code));
  await gpu[Symbol.asyncDispose]();
  return codes;
}

async function fill(runner: ResidentRunner): Promise<void> {
  const random = createSeededRandom(5);
  const draw = (count: number): Float32Array => Float32Array.from({ length: count }, () => random() - 0.5);
  await runner.load(Object.fromEntries(runner.weights.spans.map(({ name, count }) => [name, draw(count)])));
  await runner.setFixed(draw(runner.fixed.count));
}

async function runOnce(engine: ProgramEngine): Promise<readonly Float32Array[]> {
  await using runner = await engine.prepare("others", others, 3);
  const random = createSeededRandom(7);
  const draw = (): number => random() - 0.5;
  for (const { x } of runner.examples) x!.set(Float32Array.from(x!, draw));
  const weights = new Float32Array(runner.weights.count).map(draw);
  const gradient = new Float32Array(runner.weights.count);
  const { loss, terms } = await runner.run(weights, new Float32Array(runner.fixed.count).map(draw), gradient);
  return [Float32Array.of(loss, terms["twice"]!), gradient];
}

async function runSteps(runner: ResidentRunner, from: number, to: number): Promise<readonly StepResult[]> {
  const results: StepResult[] = [];
  for (let index = from; index < to; index++) {
    const random = createSeededRandom(index);
    for (const tensors of runner.examples)
      for (const name of ["low", "high"]) tensors[name]!.set(Float32Array.from(tensors[name]!, random));
    results.push(await runner.step(stepNumbers(index, 2e-3, options)));
  }
  return results;
}

function furthest(
  seen: readonly StepResult[],
  right: readonly StepResult[],
  what: "loss" | "gradientNorm",
): number {
  return Math.max(...seen.map((result, at) => Math.abs(result[what] / right[at]![what] - 1)));
}

function apart(seen: Float32Array, right: Float32Array): number {
  return lengthOf(right.map((value, i) => value - seen[i]!)) / lengthOf(right);
}

function lengthOf(values: Float32Array): number {
  return Math.sqrt(values.reduce((total, value) => total + value * value, 0));
}

Object.assign(globalThis, { compareGradients, loseDevice, trainResident });
