/** A teacher's way back in so many steps as one model: what one step is to be held against. */

import type { Model } from "@tatami/graph";
import { depthToSpace, input, reachOf, restorer } from "@tatami/graph";
import type { NetworkShape } from "../../campaign/recipe.ts";
import type { Tensors } from "../../objective/super-resolution.ts";
import { last, walkBack } from "../diffusion.ts";
import { constantsOf, createTddsrNetworks, ownWeights } from "../networks.ts";
import { foldTime } from "../timed.ts";

/**
 * By the very steps that the upsampler learns from ({@link walkBack}), beginning without noise, as the restorer that ships does.
 *
 * @param teacher its averaged weights, which know every time
 * @param steps 1, 2 or 4
 * @param enlarger the weights of the shape's enlarger, where it has one
 */
export function stepsModel(
  architecture: NetworkShape,
  teacher: Tensors,
  steps: number,
  enlarger: Tensors = {},
): Model {
  const shape = restorer.check(architecture);
  const plain = ownWeights(shape);
  const networks = createTddsrNetworks(shape);
  const enlarge = networks.enlargeBy(networks.enlarger.constants(enlarger));
  const times = Array.from({ length: last }, (_, at) => at + 1);
  const weights = new Map(times.map((time) => [time, constantsOf(foldTime(plain, teacher, time))]));
  const small = input();
  const large = enlarge(small);
  const output = depthToSpace(
    walkBack((time) => weights.get(time)!, large, large, small, steps),
    2,
  );
  return { name: `teacher-${steps}`, scale: 2, ...reachOf(output), output };
}
