/** What a run moves: players, each with weights and losses of its own. */

import type { FlatLayout, LossBuilder, WeightSpec } from "@tatami/graph";
import { layOutFlat, parameter } from "@tatami/graph";
import type { Feed } from "../feed/feed.ts";
import type { Tensors } from "../objective/super-resolution.ts";
import type { OptimizerOptions } from "../optimizer/flat-optimizer.ts";
import type { Schedule } from "./schedule.ts";

/** What one optimiser moves. Others' weights in its losses stand still. */
export interface Player {
  readonly name: string;
  readonly specs: readonly WeightSpec[];
  readonly initial: Tensors;
  /** Its loss, in several variants of which one is drawn each time, or in one. Without any it stands still, for others to look at. */
  readonly losses: readonly LossBuilder[];
  readonly optimizer: OptimizerOptions;
  readonly schedule: Schedule;
  /** It moves at every so many-th step. @defaultValue 1 */
  readonly every?: number;
  /** From this step on. @defaultValue 0 */
  readonly from?: number;
  /** Its smoothed loss at this many times its lowest has run away; Infinity where other players push it up. @defaultValue 3 */
  readonly runaway?: number;
}

/** A whole run. */
export interface Task {
  readonly name: string;
  /** In the order in which they move. No two have a weight of one name. */
  readonly players: readonly Player[];
  readonly feed: Feed;
  /** Examples in a batch. */
  readonly batch: number;
  /** Of everything drawn. */
  readonly seed: number;
}

/** Where weights lie in their flat vector. */
export function layOutSpecs(specs: readonly WeightSpec[]): FlatLayout {
  return layOutFlat(specs.map(({ name, shape }) => parameter(name, shape)));
}

/** Tensors as a flat vector. */
export function flatten(layout: FlatLayout, tensors: Tensors): Float32Array {
  const vector = new Float32Array(layout.count);
  for (const { name, start } of layout.spans) vector.set(tensors[name]!.data, start);
  return vector;
}

/** A flat vector as tensors, copied. */
export function unflatten(layout: FlatLayout, vector: Float32Array): Tensors {
  return Object.fromEntries(
    layout.spans.map(({ name, shape, start, count }) => [
      name,
      { shape, data: vector.slice(start, start + count) },
    ]),
  );
}
