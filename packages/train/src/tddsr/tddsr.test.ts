import {
  constant,
  createNetworkModel,
  createSeededRandom,
  initialWeights,
  randomTensor,
  restorer,
  runProgram,
  runReference,
  tensor,
  verify,
} from "@tatami/graph";
import type { Node, Tensor, WeightSpec } from "@tatami/graph";
import { createRandom } from "@tatami/core";
import { createWasmProgramEngine } from "@tatami/runtime/programs";
import { expect, test } from "vitest";
import { createDataset } from "../data/dataset.ts";
import { smallDataset } from "../data/test-support.ts";
import type { LumaPlane } from "../data/luma.ts";
import { createBicubicPair } from "../data/tracks/bicubic.ts";
import { noise } from "../data/test-support.ts";
import { compileKernels } from "../run/kernels.ts";
import { createRun } from "../run/player-trainer.ts";
import type { Task } from "../run/task.ts";
import { networkPlayer } from "../run/network-task.ts";
import { diffuse, last, lastState, predict, walkBack } from "./diffusion.ts";
import { coarseDetail, createMatchedFeed, createRealFeed } from "./feeds.ts";
import { upsamplerLoss, usualWeights } from "./losses.ts";
import { constantsOf, createTddsrNetworks } from "./networks.ts";
import { createLearningStage, createTeacherStage, createUpsamplerStage, degraderPlayer } from "./stages.ts";
import { foldTime, timedSpecs } from "./timed.ts";

const shape = restorer.check({ base: 4 });
const init = { shape, crop: 8, batch: 2, steps: 40, seed: 3, rate: 1e-3 };
const dataset = smallDataset(2, 8);

function run(build: () => Node): Tensor {
  return runProgram({ name: "test", outputs: { result: build() } }, {})["result"]!;
}

test("folded at a time, a network is a plain one that computes the same", () => {
  const plain = restorer.weights(shape);
  const specs = timedSpecs(plain, [0, last]);
  const weights = initialWeights(specs, 1);
  // gains and shifts that are not 1 and 0
  for (const { name } of specs)
    if (/(gain|shift)\d$/.test(name))
      weights[name]!.data.forEach(
        (value, i) => (weights[name]!.data[i] = value + 0.3 * Math.sin(i + name.length)),
      );
  const model = createNetworkModel(restorer, shape, "folded", foldTime(plain, weights, last));
  expect(verify(model)).toEqual([]);
  const small = randomTensor([1, 1, 12, 8], 0, 1, createSeededRandom(2));
  const { at } = createTddsrNetworks(shape);
  const bound = constantsOf(weights);
  const timed = run(() => restorer.build(shape, at(bound)(last), constant(small)).output);
  const folded = runReference(model, small);
  folded.data.forEach((value, i) => expect(Math.abs(value - timed.data[i]!)).toBeLessThan(1e-5));
});

test("a diffusion begins at the truth and ends at the enlarged picture; the way back of one who knows the truth ends there", () => {
  const random = createSeededRandom(4);
  const [truth, large, chance] = [0, 1, 2].map(() =>
    constant(randomTensor([1, 4, 4, 4], 0.2, 0.8, random)),
  ) as [Node, Node, Node];
  const near = (a: Tensor, b: Tensor, by: number): void =>
    a.data.forEach((value, i) => expect(Math.abs(value - b.data[i]!)).toBeLessThan(by));
  near(
    run(() => diffuse(truth, large, chance, 0)),
    run(() => truth),
    1e-6,
  );
  near(
    run(() => diffuse(truth, large, chance, last)),
    run(() => lastState(large, chance)),
    0.02,
  );
  // no weights: what is predicted is the enlarged picture, at every time
  const nothing = (name: string): Node => {
    const spec = restorer.weights(shape).find((each) => each.name === name)!;
    return constant(tensor(spec.shape));
  };
  const small = constant(tensor([1, 1, 4, 4], new Float32Array(16).fill(0.5)));
  near(
    run(() => predict(() => nothing, lastState(large, chance), last, large, small)),
    run(() => large),
    1e-6,
  );
  for (const steps of [1, 2, 4])
    near(
      run(() => walkBack(() => nothing, lastState(large, chance), large, small, steps)),
      run(() => large),
      1e-6,
    );
});

test("a camera's crops begin at its codec's blocks, and their halves are theirs", async () => {
  const plane: LumaPlane = {
    width: 40,
    height: 24,
    data: Float32Array.from(
      { length: 960 },
      (_, i) => (Math.floor(i / 40 / 8) * 5 + Math.floor((i % 40) / 8)) * 10,
    ),
  };
  const feed = createRealFeed([plane], 8);
  const examples = Array.from({ length: 20 }, () => ({
    real: new Float32Array(64),
    realHalf: new Float32Array(16),
  }));
  await feed.fill(createRandom(1), examples);
  const levels = examples.map(({ real, realHalf }) => {
    expect(new Set(real).size).toBe(1);
    realHalf.forEach((value) => expect(value).toBeCloseTo(real[0]!, 5));
    return Math.round(real[0]! * 255);
  });
  expect(new Set(levels).size).toBeGreaterThan(5);
  expect(() => createRealFeed([plane], 32)).toThrow("32×32");
});

test("pictures beside a camera's crop have about as much coarse detail as it, whatever the camera did to what is fine", async () => {
  const side = 16;
  const waves =
    (height: number, length: number, sharpness = 0) =>
    (x: number, y: number) =>
      120 + height * Math.sin(x / length) * Math.cos(y / length) + sharpness * (((x + y) % 2) - 0.5);
  const pictureOf = (level: (x: number, y: number) => number) => ({
    width: 96,
    height: 96,
    channels: 1 as const,
    data: Uint8Array.from({ length: 96 ** 2 }, (_, i) => level(i % 96, Math.floor(i / 96))),
  });
  // in pictures twice the size a wave is twice as long
  const pairs = [waves(2, 10), waves(70, 10)].map((each) => createBicubicPair(pictureOf(each), 2));
  const feed = createMatchedFeed(createDataset(pairs, 2, side), side);
  const examples = Array.from({ length: 24 }, (_, at) => {
    const level = waves(at % 2 === 0 ? 2 : 70, 5, at % 3 === 0 ? 40 : 0);
    const real = Float32Array.from(
      { length: side ** 2 },
      (__, i) => level(i % side, Math.floor(i / side)) / 255,
    );
    return { real, low: new Float32Array(side ** 2), high: new Float32Array(4 * side ** 2) };
  });
  await feed.fill(createRandom(3), examples);
  const apart = examples.map(({ real, low }) => Math.abs(coarseDetail(real, side) - coarseDetail(low, side)));
  // one of eight is of the other picture in every case but for one in 128
  expect(apart.filter((each) => each > 2).length).toBeLessThan(3);
  expect(new Set(examples.map(({ low }) => low.join())).size).toBeGreaterThan(12);
  for (const { low, high } of examples) expect(mean([...high])).toBeCloseTo(mean([...low]), 2);
  // without a camera's crop any will do
  const alone = [{ low: new Float32Array(side ** 2) }];
  await feed.fill(createRandom(4), alone);
  expect(alone[0]!.low.some((value) => value > 0)).toBe(true);
});

test("between a teacher who is wrong and the truth a pupil's loss is lower than at either", () => {
  const networks = createTddsrNetworks(shape);
  const zeros = (specs: readonly WeightSpec[], bright: number) =>
    Object.fromEntries(
      specs.map(({ name, shape: of }) => {
        const value = name === "head.bias" ? bright : /gain\d$/.test(name) ? 1 : 0;
        return [name, tensor(of, new Float32Array(of.reduce((a, b) => a * b, 1)).fill(value))];
      }),
    );
  // grey pictures, a teacher whose are brighter by a tenth, and pupils of every brightness between
  const { terms, examples } = upsamplerLoss(networks, zeros(networks.teacher.specs, 0.1), 8)(1);
  const grey = Object.fromEntries(
    examples.map(({ arg: { name, shape: of } }) => {
      const count = of.reduce((a, b) => a * b, 1);
      return [name, tensor(of, new Float32Array(count).fill(name === "noise" ? 0 : 0.5))];
    }),
  );
  const lossAt = (bright: number): number => {
    const seen = runProgram(
      { name: "loss", outputs: { ...terms } },
      { ...zeros(networks.upsampler.specs, bright), ...grey },
    );
    return seen["distillation"]!.data[0]! + seen["pictures"]!.data[0]!;
  };
  expect(lossAt(0.05)).toBeLessThan(0.9 * Math.min(lossAt(0), lossAt(0.1)));
});

test("a pupil that begins as a teacher who is wrong goes on to the truth", async () => {
  const weights = initialWeights(createTddsrNetworks(shape).teacher.specs, 1);
  // its pictures are 25 levels too bright
  weights["head.bias"]!.data.fill(0.1);
  const seen: Readonly<Record<string, number>>[] = [];
  await using engine = await createWasmProgramEngine({ threads: 2 });
  const task = createUpsamplerStage({ ...init, rate: 4e-3 }, dataset, weights);
  await using made = await createRun(task, engine, await compileKernels());
  for (let step = 0; step < 40; step++) seen.push((await made.step()).players[networkPlayer]!.terms);
  const [early, late] = [seen.slice(0, 4), seen.slice(-4)].map((some) => ({
    pictures: mean(some.map(({ pictures = NaN }) => pictures)),
    distillation: mean(some.map(({ distillation = NaN }) => distillation)),
  }));
  expect(early!.pictures).toBeGreaterThan(0.09);
  expect(late!.pictures).toBeLessThan(0.7 * early!.pictures);
  expect(late!.distillation).toBeGreaterThan(early!.distillation);
}, 60_000);

async function walk(task: Task, steps: number, use: (run: Awaited<ReturnType<typeof createRun>>) => void) {
  await using engine = await createWasmProgramEngine({ threads: 2 });
  await using made = await createRun(task, engine, await compileKernels());
  const losses: Record<string, number>[] = [];
  for (let step = 0; step < steps; step++) {
    const { players } = await made.step();
    losses.push(Object.fromEntries(Object.entries(players).map(([name, { loss }]) => [name, loss])));
  }
  use(made);
  return losses;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

test("three stages: a teacher that learns, its pupil, four networks that move against and with each other", async () => {
  let teacher = {};
  const taught = await walk(
    createTeacherStage(init, dataset),
    24,
    (made) => (teacher = made.averageOf(networkPlayer)),
  );
  const of = (losses: readonly Record<string, number>[]) => losses.map((each) => each[networkPlayer]!);
  expect(mean(of(taught).slice(-6))).toBeLessThan(mean(of(taught).slice(0, 6)));

  let upsampler = {};
  await walk(
    createUpsamplerStage(init, dataset, teacher),
    4,
    (made) => (upsampler = made.averageOf(networkPlayer)),
  );

  const real: LumaPlane = { width: 32, height: 32, data: noise(1024, 5).map((value) => 120 + 60 * value) };
  const pictures = { bicubic: dataset, camera: dataset, real: [real] };
  const learning = createLearningStage(init, pictures, { teacher, upsampler }, usualWeights);
  let before = {};
  const moved = await walk(learning, 4, (made) => {
    before = made.averageOf(degraderPlayer);
    for (const name of ["low critic", "high critic", degraderPlayer, networkPlayer])
      for (const { data } of Object.values(made.averageOf(name)))
        expect(data.every(Number.isFinite)).toBe(true);
  });
  expect(Object.keys(moved[0]!)).toEqual(["low critic", "high critic", degraderPlayer, networkPlayer]);
  expect(before).not.toEqual(learning.players.find(({ name }) => name === degraderPlayer)!.initial);
  const without = createLearningStage(
    init,
    pictures,
    { teacher, upsampler },
    { ...usualWeights, lowCritic: 0, cycle: 0 },
  );
  expect(without.players.map(({ name }) => name)).toEqual(["high critic", degraderPlayer, networkPlayer]);
  const terms = Object.keys(without.players[1]!.losses[0]!(1).terms!);
  expect(terms.toSorted()).toEqual(["anchor", "diversity", "structure"]);
}, 60_000);
