/** How much of the picture changed, over the video's time: what passed the gate stands, what did not lies below. */

import { dot, rectY, ruleY } from "@observablehq/plot";
import { axes } from "@tatami/example-parts/axes";
import { createLiveFigure } from "@tatami/example-parts/live-figure";
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
  const figure = createLiveFigure({
    into,
    draw: (width) => {
      const { all } = slots;
      if (all.length === 0) return undefined;
      const passed = all.filter(({ share }) => share !== undefined);
      const held = all.filter(({ share }) => share === undefined);
      return {
        x: { domain },
        y: { domain: [0, 100] },
        marks: [
          ...axes(width, { label: "seconds of the video" }, { label: "% of patches" }),
          rectY(passed, {
            x1: "from",
            x2: "to",
            y: ({ share = 0 }: { share?: number }) => 100 * share,
            fill: "var(--accent)",
            insetLeft: 0.5,
            insetRight: 0.5,
          }),
          dot(held, {
            x: (slot: { from: number; to: number }) => (slot.from + slot.to) / 2,
            y: 0,
            r: 1.5,
            fill: "currentColor",
            fillOpacity: 0.45,
          }),
          ruleY([100 * gate], { stroke: "currentColor", strokeDasharray: "3 4", strokeOpacity: 0.7 }),
        ],
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
