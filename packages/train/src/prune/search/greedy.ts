/** Cuts by sensitivity, cheapest first, each judged on the net as it stands. */

import type { ChannelGroup } from "../cuts/net.ts";
import type { MeasuredNet, Workshop } from "./workshop.ts";
import { allGroups, channelsAtOnce, sensitivityOf } from "./workshop.ts";

/**
 * Cuts four channels at a time, always where it costs the fewest decibels for what it saves, and tunes after every few:
 * losses of single layers do not add up, so each cut is judged on the net as it stands. A layer seldom becomes cheaper to cut by
 * the cut of another, so that between two tunings one that was dearer than the cheapest is not tried again (lazy greedy;
 * Minoux 1978): a third of the tries, in which a search on CPUs spends its time.
 *
 * @param cutsARound cuts between two tunings
 * @param tuning steps after each round
 * @param goesOn asked before every cut
 * @returns each net after its tuning, the last one too, smaller and smaller
 */
export async function* pruneGreedily(
  workshop: Workshop,
  from: MeasuredNet,
  cutsARound: number,
  tuning: number,
  goesOn: (at: MeasuredNet) => boolean,
): AsyncGenerator<MeasuredNet> {
  let at = from;
  while (goesOn(at)) {
    let cuts = 0;
    // the latest sensitivity of each layer since the tuning
    const known = new Map<number, number>();
    for (; cuts < cutsARound && goesOn(at); cuts++) {
      const next = await cheapestCut(workshop, at, known);
      if (!next) break;
      at = next;
    }
    if (cuts === 0) return;
    at = await workshop.tune(at, tuning);
    yield at;
  }
}

/** The cut of four channels that loses the least for what it saves; none when every layer is as narrow as can be. */
async function cheapestCut(
  workshop: Workshop,
  from: MeasuredNet,
  known: Map<number, number>,
): Promise<MeasuredNet | undefined> {
  const knownOf = ({ index }: ChannelGroup): number => known.get(index) ?? -Infinity;
  let best: { readonly at: MeasuredNet; readonly sensitivity: number; readonly group: number } | undefined;
  for (const group of allGroups(from).toSorted((a, b) => knownOf(a) - knownOf(b))) {
    if (best && knownOf(group) >= best.sensitivity) break;
    const net = workshop.cut(from.net, group, channelsAtOnce);
    if (!net) continue;
    const at = workshop.measure(net, from.steps);
    const sensitivity = sensitivityOf(from, at);
    known.set(group.index, sensitivity);
    if (!best || sensitivity < best.sensitivity) best = { at, sensitivity, group: group.index };
    await workshop.breathe();
  }
  if (best) workshop.tell({ kind: "cut", group: best.group, sensitivity: best.sensitivity }, best.at);
  return best?.at;
}
