/** Frames a second, read and enlarged, over the seconds of the run. */

import { createLiveChart } from "@tatami/example-parts/live-chart";
import type { PipelineStatistics } from "./statistics.ts";

export interface RateChart {
  begin(): void;
  add(statistics: PipelineStatistics): void;
  /** Frames a second that are enlarged now; nothing before that is known. */
  readonly enlargedPerSecond: number | undefined;
}

interface Point {
  /** Seconds of the run. */
  readonly at: number;
  readonly read: number;
  readonly enlarged: number;
}

/** Counts that are kept, and seconds that a rate is the mean of. */
const [most, span] = [240, 1.5];

export const createRateChart = (into: HTMLElement): RateChart => {
  let counts: Point[] = [];
  let rates: Point[] = [];
  let started: number | undefined;
  const figure = createLiveChart({
    into,
    x: { label: "seconds of the run" },
    y: { label: "frames a second" },
    content: () => {
      const [first, last] = [rates[0], rates.at(-1)];
      if (first === undefined || last === undefined) return undefined;
      const series = (key: "read" | "enlarged", color: string) => ({
        color,
        points: rates.map((point) => [point.at, point[key]] as const),
      });
      return {
        x: [first.at, Math.max(last.at, first.at + 2)],
        y: [0, Math.max(1, ...rates.flatMap(({ read, enlarged }) => [read, enlarged]))],
        lines: [series("read", "var(--quiet)"), series("enlarged", "var(--accent)")],
      };
    },
    describe: () => {
      const last = rates.at(-1);
      return last === undefined
        ? "Frames a second"
        : `Frames a second: ${last.read.toFixed(1)} read, ${last.enlarged.toFixed(1)} enlarged`;
    },
  });
  return {
    begin: () => {
      started = undefined;
      [counts, rates] = [[], []];
      figure.clear();
    },
    add: ({ read, enlarged }) => {
      // from the first frames on: loading the model is no throughput
      started ??= performance.now();
      const at = (performance.now() - started) / 1000;
      if (counts.length === 0) counts = [{ at, read, enlarged }];
      const since = counts.findLast((point) => point.at <= at - span) ?? counts[0]!;
      const seconds = at - since.at;
      if (seconds === 0) return;
      counts = [...counts, { at, read, enlarged }].slice(-most);
      const rate = {
        at,
        read: (read - since.read) / seconds,
        enlarged: (enlarged - since.enlarged) / seconds,
      };
      rates = [...rates, rate].slice(-most);
      figure.update();
    },
    get enlargedPerSecond() {
      return rates.at(-1)?.enlarged;
    },
  };
};
