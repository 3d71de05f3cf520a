/** Checkpoints of the first format, which knew one network and one order of its weights, as they are now. */

import type { FlatLayout } from "@tatami/graph";
import type { PlayerState, RunState } from "../player-trainer.ts";

/** What the first format says of a network. */
export interface FirstArchitecture {
  readonly blocks: number;
  readonly features: number;
  readonly width: number;
  readonly scale: number;
}

/** What it keeps beside its vectors. */
export interface FirstScalars {
  readonly step: number;
  readonly random: readonly number[];
  readonly smoothedLoss: number;
  readonly lowestLoss: number;
  readonly rateFactor: number;
}

/** Its vectors: of wide weights with Adam, of folded ones with SOAP; some may be empty. */
export type FirstVectors = Readonly<
  Record<"weights" | "average" | "first" | "second" | "largest" | "curvature", Float32Array>
>;

/** A tensor in the old vector: where it begins, and the old strides of its dimensions of now. */
interface Place {
  readonly start: number;
  readonly strides: readonly number[];
}

/**
 * The state of a run, from what the first format holds of it.
 *
 * @param layout of the weights as they learn now
 * @param player whose state it is
 */
export function convertFirstFormat(
  architecture: FirstArchitecture,
  wide: boolean,
  scalars: FirstScalars,
  { curvature, ...vectors }: FirstVectors,
  layout: FlatLayout,
  player: string,
): RunState {
  const places = placesOf(architecture, wide);
  const moved = Object.entries(vectors)
    .filter(([, vector]) => vector.length > 0)
    .map(([name, vector]) => [name, reorder(vector, places, layout)]);
  const { step, random, ...rest } = scalars;
  const state: PlayerState = {
    ...rest,
    moves: step,
    // the kernels' matrices are what they were
    vectors: { ...Object.fromEntries(moved), ...(curvature.length > 0 && { curvature }) },
  };
  return { step, random, players: { [player]: state } };
}

/** Where the first format keeps each tensor: layer by layer, taps first and outputs last; all slopes at the end. */
function placesOf({ blocks, features, width, scale }: FirstArchitecture, wide: boolean): Map<string, Place> {
  const places = new Map<string, Place>();
  let start = 0;
  const take = (name: string, count: number, strides: readonly number[]): void => {
    places.set(name, { start, strides });
    start += count;
  };
  const layers = [
    { name: "first", side: 5, inputs: 1, outputs: features },
    ...Array.from({ length: blocks }, (_, at) => ({
      name: `middle${at}`,
      side: 3,
      inputs: features,
      outputs: features,
    })),
    { name: "last", side: 5, inputs: features, outputs: scale ** 2 },
  ];
  for (const { name, side, inputs, outputs } of layers) {
    const kernel = (part: string, to: number): void =>
      take(`${name}.${part}`, side * side * inputs * to, [1, to, side * inputs * to, inputs * to]);
    if (wide) {
      kernel("expand", width);
      take(`${name}.project`, width * outputs, [1, outputs]);
    } else kernel("kernel", outputs);
    take(`${name}.bias`, outputs, [1]);
  }
  for (let at = 0; at < blocks; at++) take(`middle${at}.slopes`, features, [1]);
  return places;
}

function reorder(vector: Float32Array, places: ReadonlyMap<string, Place>, layout: FlatLayout): Float32Array {
  const result = new Float32Array(layout.count);
  for (const { name, shape, start, count } of layout.spans) {
    const place = places.get(name)!;
    for (let i = 0; i < count; i++) {
      let [rest, from] = [i, place.start];
      for (let axis = shape.length - 1; axis >= 0; axis--) {
        from += (rest % shape[axis]!) * place.strides[axis]!;
        rest = Math.floor(rest / shape[axis]!);
      }
      result[start + i] = vector[from]!;
    }
  }
  return result;
}
