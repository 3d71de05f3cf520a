/** What every way of pruning works with: a net's cuts, what they save, and what they lose. */

import { createRandom } from "@tatami/core";
import type { Cost } from "../cost.ts";
import type { Criterion } from "../cuts/criterion.ts";
import { rankChannels } from "../cuts/criterion.ts";
import type { ChannelGroup, PrunedNet } from "../cuts/net.ts";
import { groupsOf } from "../cuts/net.ts";
import type { Observation, Observe } from "../cuts/observe.ts";
import { removeChannels } from "../cuts/refit.ts";
import type { Tune } from "../tune.ts";
import type { Validate } from "../validation.ts";

/** Channels are taken away by so many: kernels and shaders compute four at once, and a layer keeps as many at least. */
export const channelsAtOnce = 4;

/** A cut that was made, or a tuning. */
export interface PruningMove {
  readonly kind: "probe" | "cut" | "tuned" | "back";
  /** The group that was cut: 0 is the first convolution and the last block. */
  readonly group?: number;
  readonly features: readonly number[];
  readonly cost: number;
  /** Validation Y-PSNR in dB. */
  readonly psnr: number;
  /** Decibels lost for each unit of cost that was saved. */
  readonly sensitivity?: number;
  /** Of a tuning. */
  readonly steps?: number;
}

/** A net and what it is worth. */
export interface MeasuredNet {
  readonly net: PrunedNet;
  readonly cost: number;
  /** Validation Y-PSNR in dB. */
  readonly psnr: number;
  /** Of tuning that are behind it. */
  readonly steps: number;
}

/** What ways of pruning are made from. */
export interface WorkshopInit {
  readonly cost: Cost;
  readonly criterion: Criterion;
  readonly observe: Observe;
  readonly validate: Validate;
  readonly tune: Tune;
  /** Validation Y-PSNR in dB of the unpruned net. */
  readonly unpruned: number;
  /** Of the ranking by chance. */
  readonly seed: number;
  readonly onMove: (move: PruningMove) => void;
  /** Between two things that take seconds: ends on an abort. */
  readonly breathe: () => Promise<void>;
}

/** The tools. */
export interface Workshop {
  readonly cost: Cost;
  /** @param steps of tuning that are behind it */
  measure(net: PrunedNet, steps: number): MeasuredNet;
  /** The net without `count` channels of a group, what read them refitted; nothing when a layer would be left too narrow. */
  cut(from: PrunedNet, group: ChannelGroup, count: number): PrunedNet | undefined;
  /** The net after so many steps, or as it was where that is better. */
  tune(from: MeasuredNet, steps: number): Promise<MeasuredNet>;
  tell(move: Omit<PruningMove, "features" | "cost" | "psnr">, at: MeasuredNet): void;
  /** Lets timers and signals in, and ends on an abort: between two things that take seconds. */
  breathe(): Promise<void>;
}

/** The tools, which remember what was observed of the latest net. */
export function createWorkshop(init: WorkshopInit): Workshop {
  const { cost, criterion, observe, validate, seed, unpruned } = init;
  let observed: { readonly net: PrunedNet; readonly seen: Record<string, Observation[string]> } | undefined;
  // a layer's readings are good for as long as nothing before it has changed
  const observationOf = (net: PrunedNet, group: ChannelGroup): Observation => {
    if (observed?.net !== net) observed = { net, seen: {} };
    const { seen } = observed;
    const missing = group.consumers.filter((name) => !(name in seen));
    Object.assign(seen, missing.length > 0 ? observe(net, missing) : {});
    return seen;
  };
  const measure = (net: PrunedNet, steps: number): MeasuredNet => ({
    net,
    cost: cost.of(net.features),
    psnr: validate(net),
    steps,
  });
  const tell: Workshop["tell"] = (move, { net: { features }, cost: costs, psnr }) =>
    init.onMove({ ...move, features, cost: costs, psnr });
  return {
    cost,
    measure,
    cut(net, group, count) {
      const width = net.features[group.index]!;
      if (width - count < channelsAtOnce) return undefined;
      const seen = observationOf(net, group);
      // the same for the same net, whenever it is cut
      const random = createRandom(
        seed + net.features.reduce((sum, each, at) => sum + each * (at + 1), group.index),
      );
      const kept = rankChannels(criterion, net, group, seen, random).slice(count);
      return removeChannels(
        net,
        group,
        kept.toSorted((a, b) => a - b),
        seen,
      );
    },
    async tune(from, steps) {
      const behind = from.steps + steps;
      const tuned = measure(await init.tune(from.net, steps, from.steps, unpruned - from.psnr), behind);
      // a few steps at a rate that wins back much may lose what a refit had kept
      const better = tuned.psnr > from.psnr ? tuned : { ...from, steps: behind };
      tell({ kind: "tuned", steps }, better);
      return better;
    },
    tell,
    breathe: init.breathe,
  };
}

/** Decibels lost for each unit of cost saved: the paper's performance sensitivity (equation 6), with all of the cost. */
export function sensitivityOf(before: MeasuredNet, after: MeasuredNet): number {
  return (before.psnr - after.psnr) / (before.cost - after.cost);
}

/** All groups of a net. */
export function allGroups({ net }: MeasuredNet): readonly ChannelGroup[] {
  return groupsOf(net);
}
