/** Every picture that goes around in a co-learning, as nodes over what its examples hold. */

import type { Node } from "@tatami/graph";
import {
  add,
  blockPhase,
  constant,
  degrade,
  degraderNoise,
  enlargeBicubic,
  parameter,
  reduceBicubic,
  spaceToDepth,
  times,
} from "@tatami/graph";
import { last, lastState, predict } from "./diffusion.ts";
import { repeat, whole } from "./terms.ts";
import type { WeightOf } from "./timed.ts";

/** What stage C's losses share: every picture that goes around. */
export interface Scene {
  readonly examples: readonly Node<"parameter">[];
  readonly low: Node;
  readonly truth: Node;
  readonly high: Node;
  readonly real: Node;
  readonly noise: Node;
  /** By the degrader, then rounded; of the same picture twice. */
  readonly fake: Node;
  readonly again: Node;
  /** By the upsampler, `[n, 4, h, w]`. */
  readonly fakeLarge: Node;
  readonly realLarge: Node;
  /** Around: the camera's picture, enlarged, and degraded again. */
  readonly realAgain: Node;
  readonly anchor: Node;
  /** What restorers begin with; the same node for the same picture. */
  enlarge(small: Node): Node;
}

/** A small picture, itself enlarged, and the truth. */
export interface Crops {
  readonly small: Node;
  /** `[n, 4, h, w]` both. */
  readonly large: Node;
  readonly truth: Node;
}

/** Those of the camera track, as examples. */
export function cameraCrops(
  examples: number,
  crop: number,
  enlarge: (small: Node) => Node,
): Crops & { readonly examples: readonly Node<"parameter">[] } {
  const small = parameter("camera", [examples, 1, crop, crop]);
  const seen = parameter("seen", [examples, 1, 2 * crop, 2 * crop]);
  return { small, large: enlarge(small), truth: spaceToDepth(seen, 2), examples: [small, seen] };
}

/** The networks of a scene: the upsampler at a time, the degrader, and what enlarges before either. */
interface SceneNetworks {
  up(time: number): WeightOf;
  readonly down: WeightOf;
  enlarge(small: Node): Node;
}

/** The scene of so many examples. */
export function createScene(examples: number, crop: number, { up, down, enlarge }: SceneNetworks): Scene {
  const low = parameter("low", [examples, 1, crop, crop]);
  const high = parameter("high", [examples, 1, 2 * crop, 2 * crop]);
  const real = parameter("real", [examples, 1, crop, crop]);
  const realHalf = parameter("realHalf", [examples, 1, crop / 2, crop / 2]);
  const noise = parameter("noise", [examples, 4, crop, crop]);
  const halfNoise = parameter("halfNoise", [examples, 4, crop / 2, crop / 2]);
  // the degrader's own chances: two of each
  const chances = [0, 1].map((at) => ({
    noise: parameter(`chance${at}`, [examples, 1, crop, crop]),
    code: parameter(`code${at}`, [examples, 4, crop, crop]),
    // quantisation, as it is commonly stood for where gradients have to pass: even noise of one level
    rounding: parameter(`rounding${at}`, [examples, 1, crop, crop]),
  }));
  const phase = constant(repeat(blockPhase(crop, crop).data, examples, [3, crop, crop]));
  const enlarged = (small: Node, with_: Node): Node =>
    predict(up, lastState(enlarge(small), with_), last, enlarge(small), small);
  const camera = (large: Node, small: Node, at: number): Node => {
    const { noise: chance, code, rounding } = chances[at]!;
    const noisy = add(small, times(chance, degraderNoise));
    return add(degrade(down, { large, small, noisy, code, phase }), rounding);
  };
  const truth = spaceToDepth(high, 2);
  const [fake, again] = [camera(truth, low, 0), camera(truth, low, 1)] as const;
  const realLarge = enlarged(real, noise);
  const ofHalf = whole(enlarged(realHalf, halfNoise));
  return {
    examples: [
      low,
      high,
      real,
      realHalf,
      noise,
      halfNoise,
      ...chances.flatMap((each) => Object.values(each)),
    ],
    low,
    truth,
    high,
    real,
    noise,
    fake,
    again,
    fakeLarge: enlarged(fake, noise),
    realLarge,
    realAgain: camera(realLarge, reduceBicubic(whole(realLarge)), 0),
    anchor: camera(enlargeBicubic(ofHalf), ofHalf, 1),
    enlarge,
  };
}
