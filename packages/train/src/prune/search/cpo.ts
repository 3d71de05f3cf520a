/** Cost-aware pruning as the paper has it (CPO; arXiv 1705.10748 and TCAS-I 2019, section III), its three stop rules included. */

import type { Cost } from "../cost.ts";
import type { ChannelGroup } from "../cuts/net.ts";
import { withWidth } from "../cuts/net.ts";
import type { MeasuredNet, Workshop } from "./workshop.ts";
import { allGroups, channelsAtOnce, sensitivityOf } from "./workshop.ts";

/** Steps of the retraining after a probe and after a cut. The paper's are epochs: 3 at ISCAS, 5 in the journal. */
export interface CpoSteps {
  readonly probe: number;
  readonly cut: number;
}

/** When the paper's search ends. */
export interface CpoLimits {
  /** Whether a net has lost no more than it may: stop rule 1. */
  accepts(at: MeasuredNet): boolean;
  /** Whether it is small enough already: the first problem, the most PSNR within a budget. */
  enough(at: MeasuredNet): boolean;
}

/** A layer that waits, and what it lost when half of it was taken. */
interface Probed {
  readonly group: ChannelGroup;
  readonly loss: number;
}

/**
 * Probes every layer at half its filters, then visits them from the least sensitive on, and takes half of a layer, half of
 * what is left, and so on, retraining after each cut, until the net has lost too much (1), the layer has become more
 * sensitive than the next one (2), or has nothing left to give (3). After 1 and 2 the last cut is halved until it holds.
 */
export async function pruneByCpo(
  workshop: Workshop,
  from: MeasuredNet,
  steps: CpoSteps,
  limits: CpoLimits,
): Promise<MeasuredNet> {
  const waiting: Probed[] = [];
  for (const group of allGroups(from)) {
    const probed = await half(workshop, from, group, steps.probe, 2, "probe");
    if (probed) waiting.push({ group, loss: from.psnr - probed.psnr });
  }
  let at = from;
  while (waiting.length > 0 && !limits.enough(at)) {
    const { net } = at;
    // a layer whose neighbour has shrunk saves less than when it was probed
    const sensitivityNow = ({ group, loss }: Probed): number =>
      loss / savedByHalf(workshop.cost, net.features, group.index);
    waiting.sort((a, b) => sensitivityNow(a) - sensitivityNow(b));
    const [{ group }, next] = [waiting.shift()!, waiting[0]];
    at = await pruneLayer(workshop, at, group, next ? sensitivityNow(next) : Infinity, steps.cut, limits);
  }
  return at;
}

function savedByHalf(cost: Cost, features: readonly number[], group: number): number {
  return cost.of(features) - cost.of(withWidth(features, group, features[group]! / 2));
}

/** One layer's binary search. */
async function pruneLayer(
  workshop: Workshop,
  from: MeasuredNet,
  group: ChannelGroup,
  runnerUp: number,
  steps: number,
  limits: CpoLimits,
): Promise<MeasuredNet> {
  let at = from;
  // the part that is taken: half, and less after a step back
  for (let share = 2; !limits.enough(at);) {
    const next = await half(workshop, at, group, steps, share, "cut");
    if (!next) return at;
    const sensitivity = sensitivityOf(at, next);
    if (limits.accepts(next) && sensitivity <= runnerUp) {
      at = next;
      if (share > 2) return at;
    } else {
      workshop.tell({ kind: "back", group: group.index, sensitivity }, at);
      share *= 2;
    }
  }
  return at;
}

/** A layer without one `share`th of its channels, retrained; nothing when that is less than is taken at once. */
async function half(
  workshop: Workshop,
  from: MeasuredNet,
  group: ChannelGroup,
  steps: number,
  share: number,
  kind: "probe" | "cut",
): Promise<MeasuredNet | undefined> {
  await workshop.breathe();
  const width = from.net.features[group.index]!;
  const count = Math.floor(width / share / channelsAtOnce) * channelsAtOnce;
  const net = count > 0 ? workshop.cut(from.net, group, count) : undefined;
  if (!net) return undefined;
  const tuned = await workshop.tune(workshop.measure(net, from.steps), steps);
  workshop.tell({ kind, group: group.index, sensitivity: sensitivityOf(from, tuned) }, tuned);
  return tuned;
}
