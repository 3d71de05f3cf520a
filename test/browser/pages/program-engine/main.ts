/** The onnx engine of training programs on WebGPU beside the reference, in the page. */

import type { LossBuilder, ResidentRunner, StepResult } from "@tatami/graph";
import {
  absolute,
  clip,
  createSeededRandom,
  initialWeights,
  mean,
  networks,
  parameter,
  stepNumbers,
  subtract,
  weightParameters,
  widen,
} from "@tatami/graph";
import { createCpuProgramEngine, createOnnxProgramEngine } from "@tatami/runtime";
import {
  caseOf,
  differences,
  fillFlat,
  lengthOf,
  prepareCase,
  runOnce,
  splitFlat,
  lossCases,
  networkCases,
} from "@tatami/runtime/program-contract";
import "../share-pipelines.ts";

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

let opened: ReturnType<typeof createOnnxProgramEngine> | undefined;

/** The page's engine, one for all calls: on one device shaders are compiled once. */
function openEngine(): ReturnType<typeof createOnnxProgramEngine> {
  opened ??= createOnnxProgramEngine(software);
  return opened;
}

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

/** Six steps of a small SESR network, weights and moments staying on the GPU, and the same by the reference. */
async function trainResident(): Promise<ResidentOutcome> {
  const gpu = await openEngine();
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

/** The contract's cases by their names, and by how much the GPU is off in each: the largest part. */
async function compareCases(
  from: number,
  to: number,
): Promise<readonly (readonly [name: string, part: number])[]> {
  const gpu = await openEngine();
  const parts: [string, number][] = [];
  for (const each of [...networkCases, ...lossCases].slice(from, to)) {
    const outcomes = [];
    for (const engine of [gpu, createCpuProgramEngine()]) {
      const filled = await prepareCase(engine, each);
      outcomes.push(await runOnce(filled), await runOnce(filled));
      await filled.runner[Symbol.asyncDispose]();
    }
    const [first, second, right] = outcomes;
    const found = [first!, second!].flatMap((outcome) => Object.values(differences(outcome, right!)));
    parts.push([each.name, found.every(Number.isFinite) ? Math.max(...found) : Infinity]);
  }
  return parts;
}

/** The codes of errors when the device is lost between two steps. */
async function loseDevice(): Promise<readonly string[]> {
  const devices: GPUDevice[] = [];
  const { requestDevice } = GPUAdapter.prototype;
  GPUAdapter.prototype.requestDevice = async function (...given) {
    const device = await requestDevice.apply(this, given);
    devices.push(device);
    return device;
  };
  const gpu = await createOnnxProgramEngine(software);
  const each = caseOf(lossCases, "weights that stand still");
  const runner = await gpu.prepareStep!(each.name, each.build, 2);
  await runner.load(splitFlat(runner.weights, fillFlat(runner.weights, each)));
  await runner.setFixed(fillFlat(runner.fixed, each));
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

async function runSteps(runner: ResidentRunner, from: number, to: number): Promise<readonly StepResult[]> {
  const results: Promise<StepResult>[] = [];
  for (let index = from; index < to; index++) {
    const random = createSeededRandom(index);
    for (const tensors of runner.examples)
      for (const name of ["low", "high"]) tensors[name]!.set(Float32Array.from(tensors[name]!, random));
    results.push((await runner.begin(stepNumbers(index, 2e-3, options))).result);
  }
  return Promise.all(results);
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

Object.assign(globalThis, { compareCases, loseDevice, trainResident });
