/** A folded SESR whose layers may have widths of their own: which channels can go, and what is left without them. */

import { invalidOption } from "@tatami/core";
import type { Tensor } from "@tatami/graph";
import { networkOf, tensor } from "@tatami/graph";
import type { NetworkShape } from "../../campaign/recipe.ts";
import type { Tensors } from "../../objective/super-resolution.ts";
import { widthsOf } from "../../shape/describe-transfer.ts";
import type { StartWeights } from "../../shape/transfer-weights.ts";

/** A folded SESR: its channels layer by layer, and its weights by name. */
export interface PrunedNet {
  /** Channels of the first convolution's result and of each block's; the first and the last are equal. */
  readonly features: readonly number[];
  readonly scale: number;
  readonly weights: Tensors;
}

/**
 * Layers that lose channels together. Group 0 is the first convolution and the last block, which the long residual adds;
 * group i is block i alone.
 */
export interface ChannelGroup {
  readonly index: number;
  /** Convolutions that make the channels: `first`, `middle3`. */
  readonly producers: readonly string[];
  /** Convolutions that read them. */
  readonly consumers: readonly string[];
}

/** Reads a trained network as one that can be pruned. @throws TatamiError `invalid-option` for any but a SESR. */
export function prunableNet({ network, architecture, weights }: StartWeights): PrunedNet {
  const features = widthsOf(architecture);
  if (network !== "sesr" || features.length < 3)
    throw invalidOption(
      "model",
      "a SESR of two blocks or more: pruning takes channels out of its chain",
      network,
      "Name a shipped model, or a checkpoint or ONNX file of a SESR.",
    );
  return { features, scale: architecture.scale, weights };
}

/** The net's shape, as recipes have it; trained as it is, so without hidden channels of its own. */
export function architectureOf({ features, scale }: Pick<PrunedNet, "features" | "scale">): NetworkShape {
  return networkOf("sesr").check({ features, scale, width: Math.max(...features) }) as NetworkShape;
}

/** The groups of a net, in the order of its layers. */
export function groupsOf({ features }: Pick<PrunedNet, "features">): readonly ChannelGroup[] {
  const blocks = features.length - 1;
  const tied = {
    index: 0,
    producers: ["first", `middle${blocks - 1}`],
    consumers: ["middle0", "last"],
  };
  const inner = Array.from({ length: blocks - 1 }, (_, at) => ({
    index: at + 1,
    producers: [`middle${at}`],
    consumers: [`middle${at + 1}`],
  }));
  return [tied, ...inner];
}

/** Channels with one group's count changed. */
export function withWidth(features: readonly number[], group: number, width: number): readonly number[] {
  const last = features.length - 1;
  return features.map((own, at) => (at === group || (group === 0 && at === last) ? width : own));
}

/** The net with only these channels of a group, in this order. What reads them is cut, not refitted. */
export function keepChannels(net: PrunedNet, group: ChannelGroup, kept: readonly number[]): PrunedNet {
  const weights: Record<string, Tensor> = { ...net.weights };
  for (const name of group.producers)
    for (const part of ["kernel", "bias", "slopes"]) {
      const own = weights[`${name}.${part}`];
      if (own) weights[`${name}.${part}`] = takeOutputs(own, kept);
    }
  for (const name of group.consumers)
    weights[`${name}.kernel`] = takeInputs(weights[`${name}.kernel`]!, kept);
  return { ...net, features: withWidth(net.features, group.index, kept.length), weights };
}

function takeOutputs({ shape, data }: Tensor, kept: readonly number[]): Tensor {
  const each = data.length / shape[0]!;
  const taken = tensor([kept.length, ...shape.slice(1)]);
  kept.forEach((from, to) => taken.data.set(data.subarray(from * each, (from + 1) * each), to * each));
  return taken;
}

function takeInputs({ shape, data }: Tensor, kept: readonly number[]): Tensor {
  const [outputs, inputs, ...sides] = shape as readonly [number, number, ...number[]];
  const taps = data.length / outputs / inputs;
  const taken = tensor([outputs, kept.length, ...sides]);
  for (let output = 0; output < outputs; output++)
    kept.forEach((from, to) => {
      const start = (output * inputs + from) * taps;
      taken.data.set(data.subarray(start, start + taps), (output * kept.length + to) * taps);
    });
  return taken;
}
