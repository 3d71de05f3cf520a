/** How much of the picture changed, over the video's time: what passed the gate stands, what did not lies below. */

import { createLiveChart } from "@tatami/example-parts/live-chart";
import { createSlots } from "./slots.ts";
import type { PipelineStatistics } from "./statistics.ts";

export interface MotionChart {
  /** Begins anew with a video of so many seconds and, about, frames. @param limit share, 0 to 1, that must be exceeded */
  begin(duration: number, frames: number, limit: number): void;
  add(news: PipelineStatistics["news"]): void;
}

/** Slices of the video's time that are told apart at most. */
const slices = 96;

export const createMotionChart = (into: HTMLElement): MotionChart => {
  let slots = createSlots(1, slices);
  let domain: [number, number] = [0, 1];
  let gate = 0;
  const figure = createLiveChart({
    into,
    x: { label: "seconds of the video" },
    y: { label: "% of the picture" },
    content: () => {
      const { all } = slots;
      if (all.length === 0) return undefined;
      return {
        x: domain,
        y: [0, 100],
        bars: all.flatMap(({ from, to, share }) =>
          share === undefined ? [] : [{ from, to, height: 100 * share }],
        ),
        dots: all.flatMap(({ from, to, share }) =>
          share === undefined ? [[(from + to) / 2, 0] as const] : [],
        ),
        rule: 100 * gate,
      };
    },
    describe: () => {
      const { all } = slots;
      const passed = all.filter(({ share }) => share !== undefined).length;
      return `Motion over time: ${passed} of ${all.length} slices of the video so far had enough`;
    },
  });
  return {
    begin: (duration, frames, limit) => {
      slots = createSlots(duration, Math.min(slices, Math.max(1, frames)));
      domain = [0, Math.max(duration, 0.1)];
      gate = limit;
      figure.clear();
    },
    add: (news) => {
      for (const { time, share } of news) slots.add(time, share);
      figure.update();
    },
  };
};
