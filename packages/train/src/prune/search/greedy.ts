/** Cuts by sensitivity, cheapest first, each judged on the net as it stands. */

import type { MeasuredNet, Workshop } from "./workshop.ts";
import { allGroups, channelsAtOnce, sensitivityOf } from "./workshop.ts";

/**
 * Cuts four channels at a time, always where it costs the fewest decibels for what it saves, and tunes after every few:
 * losses of single layers do not add up, so every layer is tried anew after each cut.
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
    for (; cuts < cutsARound && goesOn(at); cuts++) {
      const next = await cheapestCut(workshop, at);
      if (!next) break;
      at = next;
    }
    if (cuts === 0) return;
    at = await workshop.tune(at, tuning);
    yield at;
  }
}

/** The cut of four channels that loses the least for what it saves; none when every layer is as narrow as can be. */
async function cheapestCut(workshop: Workshop, from: MeasuredNet): Promise<MeasuredNet | undefined> {
  let best: { readonly at: MeasuredNet; readonly sensitivity: number; readonly group: number } | undefined;
  for (const group of allGroups(from)) {
    const net = workshop.cut(from.net, group, channelsAtOnce);
    if (!net) continue;
    const at = workshop.measure(net, from.steps);
    const sensitivity = sensitivityOf(from, at);
    if (!best || sensitivity < best.sensitivity) best = { at, sensitivity, group: group.index };
    await workshop.breathe();
  }
  if (best) workshop.tell({ kind: "cut", group: best.group, sensitivity: best.sensitivity }, best.at);
  return best?.at;
}
