/** The curves of a run: decibels on the frames held back, and the loss. */

import { createLiveChart } from "@tatami/example-parts/live-chart";
import type { ChartPoint } from "@tatami/example-parts/live-chart";

/** A curve that grows. */
export interface Curve {
  add(step: number, value: number): void;
  clear(): void;
}

export interface CurveInit {
  readonly into: HTMLElement;
  /** What is drawn, for those who cannot see it. */
  readonly label: string;
  /** Name and unit of the values. */
  readonly unit: string;
  /** Decimals of the values. */
  readonly digits: number;
  /** Draws a line at the first value. @defaultValue false */
  readonly fromStart?: boolean;
}

export const createCurve = ({ into, label, unit, digits, fromStart = false }: CurveInit): Curve => {
  let points: ChartPoint[] = [];
  const figure = createLiveChart({
    into,
    x: { label: "step", format: (value) => String(Math.round(value)) },
    y: { label: unit, format: (value) => value.toFixed(digits) },
    content: () => {
      const [first, last] = [points[0], points.at(-1)];
      if (first === undefined || last === undefined) return undefined;
      const values = points.map(([, value]) => value);
      return {
        x: [0, Math.max(1, last[0])],
        y: [Math.min(...values), Math.max(...values)],
        lines: [{ color: "var(--accent)", points }],
        ...(points.length < 40 ? { dots: points } : {}),
        ...(fromStart ? { rule: first[1] } : {}),
      };
    },
    describe: () => {
      const last = points.at(-1);
      return last ? `${label}: ${last[1].toFixed(digits)} at step ${last[0]}` : label;
    },
  });
  return {
    add: (step, value) => {
      points.push([step, value]);
      figure.update();
    },
    clear: () => {
      points = [];
      figure.clear();
    },
  };
};
