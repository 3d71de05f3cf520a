/** The paper's baseline: the same share from every layer (uniform removal, UR). */

import type { MeasuredNet, Workshop } from "./workshop.ts";
import { allGroups, channelsAtOnce } from "./workshop.ts";

/**
 * Takes the same share of channels from every layer, to the nearest four; what is left over is spread evenly over the
 * layers. Layers are cut in order, each refitted, and nothing is tuned.
 *
 * @param budget the cost that is not to be exceeded
 * @returns nothing when not even four channels everywhere fit
 */
export async function pruneUniformly(
  workshop: Workshop,
  from: MeasuredNet,
  budget: number,
): Promise<MeasuredNet | undefined> {
  const features = uniformFeatures(from.net.features, budget, workshop.cost.of);
  if (!features) return undefined;
  let { net } = from;
  for (const group of allGroups(from)) {
    const count = net.features[group.index]! - features[group.index]!;
    if (count > 0) net = workshop.cut(net, group, count)!;
    await workshop.breathe();
  }
  const pruned = workshop.measure(net, from.steps);
  workshop.tell({ kind: "cut" }, pruned);
  return pruned;
}

/** The widest layers of equal shares that cost no more than the budget. */
export function uniformFeatures(
  features: readonly number[],
  budget: number,
  costOf: (features: readonly number[]) => number,
): readonly number[] | undefined {
  const groups = features.length - 1;
  const most = Math.max(...features) / channelsAtOnce;
  const widthsAt = (share: number, wider: number): readonly number[] => {
    const width = (own: number, group: number): number => {
      // of groups, so many are one step wider, evenly spaced
      const more = Math.floor(((group + 1) * wider) / groups) - Math.floor((group * wider) / groups);
      const steps = Math.round((own / channelsAtOnce) * share) + more;
      return Math.min(own, Math.max(1, steps) * channelsAtOnce);
    };
    const inner = features.slice(0, -1).map(width);
    return [...inner, inner[0]!];
  };
  for (let steps = most; steps >= 1; steps--)
    for (let wider = steps === most ? 0 : groups - 1; wider >= 0; wider--) {
      const widths = widthsAt(steps / most, wider);
      if (costOf(widths) <= budget) return widths;
    }
  return undefined;
}
