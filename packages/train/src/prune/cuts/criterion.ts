/** Which of a group's channels can go first. */

import type { Random } from "@tatami/core";
import type { Tensor } from "@tatami/graph";
import type { ChannelGroup, PrunedNet } from "./net.ts";
import type { InputMoments, Observation } from "./observe.ts";

/**
 * How channels are ranked.
 *
 * - `contribution`: what a channel adds to what reads it, Var(a)·‖W‖² summed over its readers.
 * - `sparsity`: the paper's (arXiv 1705.10748, equations 1 and 2): the share of a filter's weights below the layer's mean
 *   size; the filters with most of them go first.
 * - `l1`: the sum of a filter's weights' sizes.
 * - `random`: none at all, to compare with.
 */
export type Criterion = "contribution" | "sparsity" | "l1" | "random";

/** All there are. */
export const criteria: readonly Criterion[] = ["contribution", "sparsity", "l1", "random"];

/** The group's channels, the first to go first. */
export function rankChannels(
  criterion: Criterion,
  net: PrunedNet,
  group: ChannelGroup,
  observation: Observation,
  random: Random,
): readonly number[] {
  const worth = worthOf(criterion, net, group, observation, random);
  return Array.from(worth.keys()).sort((a, b) => worth[a]! - worth[b]!);
}

/** How much each channel is worth, in no unit. */
function worthOf(
  criterion: Criterion,
  { features, weights }: PrunedNet,
  group: ChannelGroup,
  observation: Observation,
  random: Random,
): Float64Array {
  const worth = new Float64Array(features[group.index]!);
  if (criterion === "random") return worth.map(() => random.uniform());
  if (criterion === "contribution") {
    for (const name of group.consumers)
      addContribution(weights[`${name}.kernel`]!, observation[name]!, worth);
    return worth;
  }
  for (const name of group.producers) {
    const kernel = weights[`${name}.kernel`]!;
    const sizes = criterion === "l1" ? l1Of(kernel) : densityOf(kernel);
    sizes.forEach((size, channel) => (worth[channel]! += size));
  }
  return worth;
}

/** Adds Var(a)·‖W‖² of every input channel. The variance is taken at the kernel's middle tap. */
function addContribution({ shape, data }: Tensor, seen: InputMoments, worth: Float64Array): void {
  const [outputs, inputs, height, width] = shape as readonly [number, number, number, number];
  const taps = height * width;
  const n = inputs * taps + 1;
  for (let channel = 0; channel < inputs; channel++) {
    const at = channel * taps + (taps - 1) / 2;
    const mean = seen.moments[at * n + n - 1]!;
    const variance = seen.moments[at * n + at]! - mean * mean;
    let squares = 0;
    for (let output = 0; output < outputs; output++)
      for (let tap = 0; tap < taps; tap++) squares += data[(output * inputs + channel) * taps + tap]! ** 2;
    worth[channel]! += variance * squares;
  }
}

function l1Of({ shape, data }: Tensor): readonly number[] {
  const each = data.length / shape[0]!;
  return Array.from({ length: shape[0]! }, (_, filter) => {
    let sum = 0;
    for (let i = filter * each; i < (filter + 1) * each; i++) sum += Math.abs(data[i]!);
    return sum;
  });
}

/** 1 − S: the share of a filter's weights that are not below the layer's mean size. */
function densityOf({ shape, data }: Tensor): readonly number[] {
  const mean = data.reduce((sum, weight) => sum + Math.abs(weight), 0) / data.length;
  const each = data.length / shape[0]!;
  return Array.from({ length: shape[0]! }, (_, filter) => {
    let small = 0;
    for (let i = filter * each; i < (filter + 1) * each; i++) if (Math.abs(data[i]!) < mean) small++;
    return 1 - small / each;
  });
}
