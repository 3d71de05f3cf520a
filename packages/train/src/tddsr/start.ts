/** What a co-learning has learned as another one begins with it: five networks in one checkpoint. */

import { TatamiError } from "@tatami/core";
import { restorer } from "@tatami/graph";
import type { RestorerShape } from "@tatami/graph";
import type { Tensors } from "../objective/super-resolution.ts";
import type { Checkpoint } from "../run/checkpoint/checkpoint-content.ts";
import { readCheckpoint } from "../run/checkpoint/checkpoint.ts";
import { networkPlayer } from "../run/network-task.ts";
import { flatten, layOutSpecs, unflatten } from "../run/task.ts";
import type { TddsrNetworks } from "./networks.ts";
import { createTddsrNetworks, enlargerPlayer } from "./networks.ts";
import type { LearningStart } from "./stages.ts";
import { degraderPlayer, highCriticPlayer, lowCriticPlayer } from "./stages.ts";

/** A start, and of which size it is. */
export interface TddsrStart extends LearningStart {
  readonly shape: RestorerShape;
  /** Side of a crop in small pixels that it was learned from. */
  readonly crop: number;
  /** Steps of the learning that it is the end of. */
  readonly steps: number;
}

/** The networks of a co-learning that a checkpoint can hold. */
export type TddsrNetworkName = Exclude<keyof TddsrNetworks, "at" | "enlargeBy">;

/** Who plays each in a checkpoint; the teacher, who stands still, only in a start's. */
const playerNames: Readonly<Record<TddsrNetworkName, string>> = {
  teacher: "teacher",
  upsampler: networkPlayer,
  degrader: degraderPlayer,
  lowCritic: lowCriticPlayer,
  highCritic: highCriticPlayer,
  enlarger: enlargerPlayer,
};

/** A network's averaged weights in a checkpoint; nothing where it is not there. A teacher's own checkpoint has it as the network. */
export function averageIn(
  { recipe, state }: Checkpoint,
  name: TddsrNetworkName,
  player: string = playerNames[name],
): Tensors | undefined {
  const average = state.players[player]?.vectors["average"];
  if (!average) return undefined;
  return unflatten(layOutSpecs(createTddsrNetworks(shapeOf(recipe))[name].specs), average);
}

/** The averaged weights of a stage's network. @param path of the checkpoint of stage A or B */
export async function readStage(path: string, stage: "teacher" | "upsampler"): Promise<Tensors> {
  return averageIn(await readCheckpoint(path), stage, networkPlayer)!;
}

/** A learning's end and its teacher as one checkpoint, averages alone: what another learning begins with. */
export function startOf({ recipe, state }: Checkpoint, teacher: Tensors): Checkpoint {
  const layout = layOutSpecs(createTddsrNetworks(shapeOf(recipe)).teacher.specs);
  const average = flatten(layout, teacher);
  const still = { moves: 0, smoothedLoss: 0, lowestLoss: Infinity, rateFactor: 1 };
  const players = Object.entries(state.players).map(([name, { vectors, ...numbers }]) => [
    name,
    { ...numbers, vectors: { average: vectors["average"]! } },
  ]);
  const all = { ...Object.fromEntries(players), [playerNames.teacher]: { ...still, vectors: { average } } };
  return { recipe, state: { ...state, players: all } };
}

/**
 * Reads a start: one that {@link startOf} made, or a learning's own checkpoint with its teacher's beside it.
 *
 * @throws TatamiError `input-not-found`, `damaged-input`, `invalid-model` for a checkpoint of something else.
 */
export async function readStart(path: string): Promise<TddsrStart> {
  const checkpoint = await readCheckpoint(path);
  const { recipe, state } = checkpoint;
  const [upsampler, degrader] = ["upsampler", "degrader"].map((name) =>
    recipe.network === "restorer" ? averageIn(checkpoint, name as TddsrNetworkName) : undefined,
  );
  if (!upsampler || !degrader) throw noStart(path);
  const [lowCritic, highCritic, enlarger] = (["lowCritic", "highCritic", "enlarger"] as const).map((name) =>
    averageIn(checkpoint, name),
  );
  const beside = path.replace(/(-learning)?\.checkpoint$/, "-teacher.checkpoint");
  return {
    shape: shapeOf(recipe),
    crop: recipe.crop,
    steps: state.step,
    teacher: averageIn(checkpoint, "teacher") ?? (await readStage(beside, "teacher")),
    upsampler,
    degrader,
    ...(lowCritic && { lowCritic }),
    ...(highCritic && { highCritic }),
    ...(enlarger && { enlarger }),
  };
}

function shapeOf({ architecture }: Checkpoint["recipe"]): RestorerShape {
  return restorer.check(architecture);
}

function noStart(path: string): TatamiError<"invalid-model"> {
  return new TatamiError({
    code: "invalid-model",
    message: `${path} is not what a co-learning ended with.`,
    fix: "Name NAME.start.checkpoint or NAME-learning.checkpoint of tatami train tddsr-x2.",
    detail: { path },
  });
}
