/** The table that `prune.ts` prints. */

import { macsCost } from "../src/prune/cost.ts";
import { timeLayers } from "../src/prune/time-layers.ts";
import type { ScoredSet } from "./arms.ts";
import { meanAndDeviation, meanOf } from "./arms.ts";

/** One line of the table. */
export interface PruningRow {
  readonly base: string;
  readonly goal: string;
  readonly arm: string;
  readonly seed: number;
  readonly features: readonly number[];
  readonly held: number;
  readonly steps: number;
  readonly scores: readonly number[];
}

/** Means over seeds, with their standard deviation where there are several. */
export async function printPruningTable(
  rows: readonly PruningRow[],
  sets: readonly ScoredSet[],
): Promise<void> {
  const { of } = macsCost(2);
  const time = await timeLayers({
    features: [Math.max(...rows.flatMap(({ features }) => features))],
    scale: 2,
  });
  const line = (cells: readonly string[]): void => console.log(`| ${cells.join(" | ")} |`);
  const titles = [
    "base",
    "goal",
    "arm",
    "MACs",
    "MACs %",
    "ms %",
    "steps",
    "held back",
    ...sets.map(({ name }) => name),
    "channels",
  ];
  line(titles);
  line(titles.map(() => "---"));
  const groups = new Map<string, PruningRow[]>();
  for (const row of rows) {
    const key = [row.base, row.goal, row.arm].join();
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  for (const some of groups.values()) {
    const [first] = some as [PruningRow, ...PruningRow[]];
    const base = rows.find((row) => row.base === first.base)!;
    const mean = (pick: (row: PruningRow) => number): number => meanOf(some.map(pick));
    line([
      first.base,
      first.goal,
      some.length === 1 ? first.arm : `${first.arm}, ${some.length} seeds`,
      mean(({ features }) => of(features)).toFixed(0),
      ((100 * mean(({ features }) => of(features))) / of(base.features)).toFixed(1),
      ((100 * mean(({ features }) => time.of(features))) / time.of(base.features)).toFixed(1),
      mean((row) => row.steps).toFixed(0),
      meanAndDeviation(some.map(({ held }) => held - base.held)),
      ...sets.map((_, at) => meanAndDeviation(some.map(({ scores }) => scores[at]!))),
      first.features.join(" "),
    ]);
  }
}
