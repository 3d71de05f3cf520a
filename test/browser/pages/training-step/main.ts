/** SESR's training step in onnxruntime-web's WebGPU engine beside the CPU reference, in the page. */

import {
  absolute,
  clip,
  concat,
  createSeededRandom,
  createTrainingStep,
  gradient,
  initialWeights,
  largestDifference,
  mean,
  multiply,
  networkOf,
  parameter,
  randomTensor,
  relu,
  runProgram,
  slice,
  stepNumbers,
  subtract,
  sum,
  tensor,
  weightParameters,
  widen,
  writeProgramOnnx,
} from "@tatami/graph";
import type { Tensor, TrainingStep } from "@tatami/graph";
import * as ort from "onnxruntime-web/webgpu";

type Tensors = Readonly<Record<string, Tensor>>;

/** What some steps showed. */
export interface TrainingOutcome {
  /** Bytes of the ONNX file. */
  readonly bytes: number;
  readonly losses: readonly number[];
  /** Largest difference of a loss from the reference's, as a part of it. */
  readonly lossDeviation: number;
  /** The same for each weight and moment after the last step, by the norm of the difference. */
  readonly deviations: Readonly<Record<string, number>>;
}

/** Does `count` steps of a small SESR network on one batch, on the GPU and by the reference. */
async function trainOnWebGpu(
  scale: 2 | 4,
  features: number,
  depth: number,
  count: number,
): Promise<TrainingOutcome> {
  const sesr = networkOf("sesr");
  const shape = sesr.check({ blocks: depth, features, width: features + 4, scale });
  const specs = sesr.weights(shape);
  const [batch, height, width] = [3, 5, 7];
  const { parameters, weight } = weightParameters(specs, { wide: true });
  const low = parameter("low", [batch, 1, height, width]);
  const high = parameter("high", [batch, 1, height * scale, width * scale]);
  const { output } = sesr.build(shape, weight, low);
  const loss = mean(absolute(subtract(clip(output, 0, 1), high)));
  const step = createTrainingStep("sesr", loss, parameters);
  const random = createSeededRandom(1);
  const given = {
    low: randomTensor([batch, 1, height, width], 0, 1, random),
    high: randomTensor([batch, 1, height * scale, width * scale], 0, 1, random),
  };
  const start = { ...initialWeights(widen(specs), 2), ...given };
  const file = writeProgramOnnx(step);
  const session = await loadSession(file);
  const seen = await runSteps(step, start, count, (bindings) => runSession(session, bindings));
  await session.release();
  const expected = await runSteps(step, start, count, async (bindings) => runProgram(step, bindings));
  const apart = seen.losses.map((value, at) => Math.abs(value / expected.losses[at]! - 1));
  const deviations = Object.entries(expected.state).map(([name, { data }]) => {
    const difference = data.map((value, i) => value - seen.state[name]!.data[i]!);
    return [name, lengthOf(difference) / lengthOf(data)] as const;
  });
  return {
    bytes: file.length,
    losses: seen.losses,
    lossDeviation: Math.max(...apart),
    deviations: Object.fromEntries(deviations),
  };
}

/**
 * The gradients of a graph of the ops that SESR has not, on the GPU and by the reference.
 *
 * @returns the largest difference between them
 */
async function differentiateOtherOps(): Promise<number> {
  const x = parameter("x", [2, 5, 4, 3]);
  const parts = concat([slice(relu(x), 1, 1, 4), x], 1);
  const loss = sum(multiply(parts, parts), [0, 1, 2, 3]);
  const program = { name: "others", outputs: { loss, slope: gradient(loss, [x])[0]! } };
  const session = await loadSession(writeProgramOnnx(program));
  const bindings = { x: randomTensor([2, 5, 4, 3], -1, 1, createSeededRandom(3)) };
  const seen = await runSession(session, bindings);
  await session.release();
  const expected = runProgram(program, bindings);
  return Math.max(...Object.keys(expected).map((name) => largestDifference(seen[name]!, expected[name]!)));
}

async function loadSession(file: Uint8Array): Promise<ort.InferenceSession> {
  ort.env.logLevel = "error";
  ort.env.wasm.numThreads = 1;
  return await ort.InferenceSession.create(file, {
    executionProviders: ["webgpu"],
    extra: {
      // No node may fall back to the CPU in silence: where the GPU lacks an op, this is an error.
      session: { disable_cpu_ep_fallback: "1" },
      // It would make SpaceToDepth of slices, which this engine lacks.
      optimization: { disable_specified_optimizers: "SliceConcatToSpaceToDepthFusion" },
    },
  });
}

async function runSteps(
  step: TrainingStep,
  start: Tensors,
  count: number,
  run: (bindings: Tensors) => Promise<Tensors>,
): Promise<{ readonly losses: readonly number[]; readonly state: Tensors }> {
  let state: Tensors = Object.fromEntries(
    step.state.map(({ input, shape }) => [input, start[input] ?? tensor(shape)]),
  );
  const losses: number[] = [];
  for (let index = 0; index < count; index++) {
    const numbers = Object.entries(stepNumbers(index, 2e-3)).map(
      ([name, value]) => [name, tensor([1], Float32Array.of(value))] as const,
    );
    const outputs = await run({ ...start, ...state, ...Object.fromEntries(numbers) });
    losses.push(outputs["loss"]!.data[0]!);
    state = Object.fromEntries(step.state.map(({ input, output }) => [input, outputs[output]!]));
  }
  return { losses, state };
}

async function runSession(session: ort.InferenceSession, bindings: Tensors): Promise<Tensors> {
  const feeds = session.inputNames.map((name) => {
    const { shape, data } = bindings[name]!;
    return [name, new ort.Tensor("float32", data, [...shape])] as const;
  });
  const outputs = Object.entries(await session.run(Object.fromEntries(feeds)));
  return Object.fromEntries(
    outputs.map(([name, { dims, data }]) => [name, tensor(dims, data as Float32Array)]),
  );
}

function lengthOf(values: Float32Array): number {
  return Math.sqrt(values.reduce((total, value) => total + value * value, 0));
}

Object.assign(globalThis, { differentiateOtherOps, trainOnWebGpu });
