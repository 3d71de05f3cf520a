/** The three stages of TDDSR-mini as tasks: a teacher, its pupil of one step, and four networks that learn together. */

import type { RestorerShape } from "@tatami/graph";
import { initialWeights } from "@tatami/graph";
import type { Dataset } from "../data/dataset.ts";
import type { Tensors } from "../objective/super-resolution.ts";
import type { OptimizerOptions } from "../optimizer/flat-optimizer.ts";
import type { Player, Task } from "../run/task.ts";
import { networkPlayer } from "../run/network-task.ts";
import type { LearningPictures } from "./feeds.ts";
import { createCameraFeed, createLearningFeed } from "./feeds.ts";
import type { CoLearningWeights } from "./losses.ts";
import { coLearningLosses, teacherLosses, upsamplerLoss } from "./losses.ts";
import { createTddsrNetworks, enlargerPlayer } from "./networks.ts";

/** What all stages are made from. */
export interface StageInit {
  readonly shape: RestorerShape;
  /** Side of a crop in small pixels, a multiple of 8. */
  readonly crop: number;
  readonly batch: number;
  readonly steps: number;
  readonly seed: number;
  readonly rate: number;
  /** The weights of the shape's enlarger, where it has one. */
  readonly enlarger?: Tensors;
}

/** Names of stage C's players besides the upsampler, which is the network that a checkpoint is of. */
export const degraderPlayer = "degrader";
/** Of the critic of small pictures. */
export const lowCriticPlayer = "low critic";
/** Of the critic of large ones. */
export const highCriticPlayer = "high critic";

/** What stage C begins with: weights of stages A and B, and of an earlier learning where there was one. */
export interface LearningStart {
  readonly teacher: Tensors;
  readonly upsampler: Tensors;
  /** @defaultValue it begins as the bicubic filter */
  readonly degrader?: Tensors;
  /** @defaultValue critics begin knowing nothing */
  readonly lowCritic?: Tensors;
  readonly highCritic?: Tensors;
  /** @defaultValue the bicubic filter enlarges */
  readonly enlarger?: Tensors;
}

const optimizerOptions: OptimizerOptions = {
  optimizer: "soap",
  amsgrad: false,
  clipNorm: 1,
  averageDecay: 0.999,
};
/** Players against one another: without the curvature of losses that move. */
const rival: OptimizerOptions = { ...optimizerOptions, optimizer: "adam" };

/** Stage A. */
export function createTeacherStage(init: StageInit, camera: Dataset): Task {
  const networks = createTddsrNetworks(init.shape);
  const { specs } = networks.teacher;
  return taskOf(init, "teacher", createCameraFeed(camera, init.crop), [
    player(init, {
      name: networkPlayer,
      specs,
      initial: initialWeights(specs, init.seed),
      losses: teacherLosses(networks, init.crop),
    }),
    ...still(init),
  ]);
}

/** Stage B: the pupil begins as the teacher at the last time. @param teacher its averaged weights */
export function createUpsamplerStage(init: StageInit, camera: Dataset, teacher: Tensors): Task {
  const networks = createTddsrNetworks(init.shape);
  const { specs } = networks.upsampler;
  return taskOf(init, "upsampler", createCameraFeed(camera, init.crop), [
    player(init, {
      name: networkPlayer,
      specs,
      initial: beginAsTeacher(init, teacher),
      losses: [upsamplerLoss(networks, teacher, init.crop)],
    }),
    ...still(init),
  ]);
}

/** Stage C. */
export function createLearningStage(
  init: StageInit,
  pictures: LearningPictures,
  start: LearningStart,
  weights: CoLearningWeights,
): Task {
  const { crop, seed, rate } = init;
  const networks = createTddsrNetworks(init.shape);
  const losses = coLearningLosses(networks, start.teacher, crop, weights);
  const begin = (name: "degrader" | "lowCritic" | "highCritic", at: number): Tensors =>
    start[name] ?? initialWeights(networks[name].specs, seed + at);
  const critic = (name: "lowCritic" | "highCritic", called: string, at: number): Player => ({
    ...player(init, {
      name: called,
      specs: networks[name].specs,
      initial: begin(name, at),
      losses: [losses[name]],
    }),
    optimizer: rival,
    // what pleases the others is what troubles it
    runaway: Infinity,
    schedule: { ...scheduleOf(init), rate: 4 * rate },
  });
  return taskOf(init, "learning", createLearningFeed(pictures, crop), [
    ...(weights.lowCritic > 0 ? [critic("lowCritic", lowCriticPlayer, 1)] : []),
    ...(weights.highCritic > 0 ? [critic("highCritic", highCriticPlayer, 2)] : []),
    {
      ...player(init, {
        name: degraderPlayer,
        specs: networks.degrader.specs,
        initial: begin("degrader", 3),
        losses: [losses.degrader],
      }),
      // it begins as a filter; the upsampler has learned for long
      schedule: { ...scheduleOf(init), rate: 5 * rate },
      optimizer: rival,
      runaway: Infinity,
    },
    {
      ...player(init, {
        name: networkPlayer,
        specs: networks.upsampler.specs,
        initial: start.upsampler,
        losses: [losses.upsampler],
      }),
      optimizer: rival,
      runaway: Infinity,
    },
    ...still(init),
  ]);
}

/** The enlarger, where there is one. */
function still(init: StageInit): readonly Player[] {
  const { specs } = createTddsrNetworks(init.shape).enlarger;
  if (!init.enlarger || specs.length === 0) return [];
  return [
    {
      ...player(init, { name: enlargerPlayer, specs, initial: init.enlarger, losses: [] }),
      optimizer: rival,
    },
  ];
}

/** The pupil's weights are the teacher's; of its times the last is the teacher's last, and 0 the first that it knows. */
function beginAsTeacher({ shape }: StageInit, teacher: Tensors): Tensors {
  const { specs } = createTddsrNetworks(shape).upsampler;
  return Object.fromEntries(
    specs.map(({ name }) => [name, teacher[name] ?? teacher[name.replace(/(gain|shift)0$/, "$11")]!]),
  );
}

function taskOf(
  { batch, seed }: StageInit,
  name: string,
  feed: Task["feed"],
  players: readonly Player[],
): Task {
  return { name: `tddsr ${name}`, players, feed, batch, seed };
}

function player(init: StageInit, own: Pick<Player, "name" | "specs" | "initial" | "losses">): Player {
  return { ...own, optimizer: optimizerOptions, schedule: scheduleOf(init) };
}

function scheduleOf({ steps, rate }: StageInit): Player["schedule"] {
  return { steps, rate, warmUp: Math.min(200, Math.ceil(steps / 10)), hold: 0.5 };
}
