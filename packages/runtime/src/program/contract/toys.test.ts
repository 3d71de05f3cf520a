/** Small trainings whose end is known, on every engine, each against the reference's. */

import type { Node, ProgramEngine, StepRunner, TrainingLoss } from "@tatami/graph";
import {
  add,
  concat,
  constant,
  conv2d,
  createSeededRandom,
  mean,
  multiply,
  parameter,
  prelu,
  reshape,
  runProgram,
  sigmoid,
  spectralNorm,
  subtract,
  sum,
  tensor,
  times,
} from "@tatami/graph";
import { describe, expect, it } from "vitest";
import { createCpuProgramEngine } from "../cpu-engine.ts";
import { engines } from "./testing/engines.ts";
import {
  channelNorm,
  createLearner,
  fillExamples,
  fillFlat,
  lengthOf,
  splitFlat,
  squaredError,
} from "./testing/program-case.ts";

type Weights = Readonly<Record<string, Float32Array>>;

/** Where a training ended. */
interface End {
  readonly losses: readonly number[];
  readonly weights: Weights;
}

// --- a network with a normalisation, a skip and a concat, that is to become one like it

const colours = 2;

function student(batch: number): TrainingLoss & { readonly output: Node; readonly x: Node<"parameter"> } {
  const net = createLearner();
  const x = parameter("x", [batch, colours, 5, 7]);
  const y = parameter("y", [batch, colours, 5, 7]);
  const wide = prelu(net.conv("first", x, 4, 3), net.weight("slopes", 4));
  const normal = multiply(channelNorm(wide), net.weight("scale", 1, 4, 1, 1));
  const joined = concat([net.conv("second", normal, 4, 3), normal], 1);
  const output = add(net.conv("last", multiply(joined, sigmoid(joined)), colours, 1), x);
  return { loss: squaredError(output, y), weights: net.weights, examples: [x, y], output, x };
}

/** By gradient descent with momentum, on pictures and what the known network makes of them; the student begins near it. */
async function recover(engine: ProgramEngine): Promise<End> {
  const batch = 6;
  await using runner = await engine.prepare("student", student, batch);
  const teacher = fillFlat(runner.weights, {});
  const random = createSeededRandom(11);
  const weights = teacher.map((value) => value + 0.5 * (random() - 0.5));
  const known = student(1);
  const bound = Object.fromEntries(
    runner.weights.spans.map(({ name, shape, start, count }) => [
      name,
      { shape, data: teacher.subarray(start, start + count) },
    ]),
  );
  const losses: number[] = [];
  const speed = new Float32Array(weights.length);
  const gradient = new Float32Array(weights.length);
  fillExamples(runner.examples, { ranges: { x: [-1, 1] } });
  for (const { x, y } of runner.examples) {
    const picture = tensor(known.x.arg.shape, x!.slice());
    y!.set(
      runProgram({ name: "teacher", outputs: { y: known.output } }, { ...bound, x: picture })["y"]!.data,
    );
  }
  for (let step = 0; step < 700; step++) {
    losses.push((await runner.run(weights, new Float32Array(), gradient)).loss);
    for (let i = 0; i < weights.length; i++) {
      speed[i] = 0.9 * speed[i]! - 0.4 * gradient[i]!;
      weights[i]! += speed[i]!;
    }
  }
  return { losses, weights: splitFlat(runner.weights, weights) };
}

// --- a generator against a critic

/** The pictures that are true: noise of this spread about this mean, per channel. */
const truth = { spread: Float32Array.of(0.8, 0.4), mean: Float32Array.of(0.3, -0.2) };
/** How much the critic's last layer is held back: without it the players circle about the end for ever. */
const damping = 0.1;

interface Game {
  readonly generator: TrainingLoss;
  readonly critic: TrainingLoss;
}

function game(batch: number): Game {
  const [mine, other] = [createLearner(), createLearner()];
  const [noise, real] = [parameter("noise", [batch, 2, 4, 4]), parameter("real", [batch, 2, 4, 4])];
  const made = add(multiply(noise, mine.weight("spread", 1, 2, 1, 1)), mine.weight("mean", 1, 2, 1, 1));
  const [kernel, judged] = [other.weight("features", 4, 2, 1, 1), other.weight("judged", 1, 8, 1, 1)];
  const known = constant(tensor([4], Float32Array.of(0.5, 0.5, 0.5, 0.5)));
  // means and squares: what is false about either can be told
  const score = (picture: Node): Node => {
    const features = conv2d(picture, spectralNorm(kernel, known).weight);
    return mean(conv2d(concat([features, multiply(features, features)], 1), judged));
  };
  const held = times(reshape(sum(multiply(judged, judged), [0, 1, 2, 3]), [1]), damping);
  const difference = subtract(score(made), score(real));
  const loss = add(reshape(difference, [1]), held);
  return {
    generator: {
      loss: times(score(made), -1),
      weights: mine.weights,
      fixed: other.weights,
      examples: [noise],
    },
    critic: {
      loss,
      terms: { difference },
      weights: other.weights,
      fixed: mine.weights,
      examples: [noise, real],
    },
  };
}

/** Both players by plain gradient descent, in turn. */
async function play(engine: ProgramEngine): Promise<End> {
  const batch = 4;
  const player = (who: keyof Game): Promise<StepRunner> => engine.prepare(who, (n) => game(n)[who], batch);
  await using generator = await player("generator");
  await using critic = await player("critic");
  const random = createSeededRandom(3);
  for (const [at, { noise, real }] of critic.examples.entries()) {
    for (let i = 0; i < noise!.length; i++) noise![i] = 2 * random() - 1;
    generator.examples[at]!["noise"]!.set(noise!);
    // the same noise in another order: what is to be matched are means and squares, which an order does not change
    for (let i = 0; i < real!.length; i++) {
      const channel = Math.floor(i / 16);
      real![i] = truth.spread[channel]! * noise![channel * 16 + 15 - (i % 16)]! + truth.mean[channel]!;
    }
  }
  const begun = { spread: Float32Array.of(0.2, 1), mean: Float32Array.of(-0.5, 0.5) };
  const own = fillFlat(generator.weights, { values: begun });
  // features that look at either channel, so that no mistake is hard to see
  const features = Float32Array.of(1, 0, 0, 1, 0.5, 0.5, 0.5, -0.5);
  const other = fillFlat(critic.weights, { values: { features } });
  const [slope, otherSlope] = [new Float32Array(own.length), new Float32Array(other.length)];
  const losses: number[] = [];
  for (let round = 0; round < 400; round++) {
    const { terms } = await critic.run(other, own, otherSlope);
    for (let i = 0; i < other.length; i++) other[i]! -= 0.5 * otherSlope[i]!;
    await generator.run(own, other, slope);
    for (let i = 0; i < own.length; i++) own[i]! -= 0.5 * slope[i]!;
    losses.push(terms["difference"]!);
  }
  return { losses, weights: { ...splitFlat(generator.weights, own), ...splitFlat(critic.weights, other) } };
}

/** Where the reference ends. */
const ends = { recover: recover(createCpuProgramEngine()), play: play(createCpuProgramEngine()) };

function expectSame(seen: Weights, right: Weights): void {
  const parts = Object.entries(right).map(([name, values]) => {
    const difference = lengthOf(values.map((value, i) => value - seen[name]![i]!));
    // the critic ends with nothing left to tell
    return [name, difference / Math.max(lengthOf(values), 1e-2)] as const;
  });
  expect(parts.filter(([, part]) => !(part < 1e-4))).toEqual([]);
}

describe.each(Object.entries(engines))("%s", (_name, open) => {
  it("trains a network with a normalisation, a skip and a concat until it is the known one", async () => {
    await using engine = await open();
    const { losses, weights } = await recover(engine);
    expect(losses[0]).toBeGreaterThan(1e-2);
    expect(losses.at(-1)).toBeLessThan(1e-4);
    expectSame(weights, (await ends.recover).weights);
  });

  it("trains a generator against a critic until its pictures are spread as the true ones", async () => {
    await using engine = await open();
    const { losses, weights } = await play(engine);
    expect(Math.abs(losses[0]!)).toBeGreaterThan(1e-2);
    expect(Math.abs(losses.at(-1)!)).toBeLessThan(1e-5);
    for (const [channel, value] of truth.mean.entries()) {
      expect(weights["mean"]![channel]).toBeCloseTo(value, 3);
      expect(Math.abs(weights["spread"]![channel]!)).toBeCloseTo(truth.spread[channel]!, 3);
    }
    expectSame(weights, (await ends.play).weights);
  });
});
