/** The curves of a run: decibels on the frames held back, and the loss. */

import { dot, line, ruleY } from "@observablehq/plot";
import { axes } from "@tatami/example-parts/axes";
import { createLiveFigure } from "@tatami/example-parts/live-figure";

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

interface Point {
  readonly step: number;
  readonly value: number;
}

export const createCurve = ({ into, label, unit, digits, fromStart = false }: CurveInit): Curve => {
  let points: Point[] = [];
  const figure = createLiveFigure({
    into,
    draw: (width) => {
      const [first] = points;
      if (first === undefined) return undefined;
      const marks = [
        ...axes(
          width,
          { label: "step", format: "d" },
          { label: unit, format: (value) => value.toFixed(digits) },
        ),
        ...(fromStart
          ? [ruleY([first.value], { stroke: "currentColor", strokeDasharray: "3 4", strokeOpacity: 0.6 })]
          : []),
        line(points, { x: "step", y: "value", stroke: "var(--accent)", strokeWidth: 2 }),
        ...(points.length < 40
          ? [dot(points, { x: "step", y: "value", fill: "var(--accent)", r: 2.5 })]
          : []),
      ];
      return {
        x: { domain: [0, Math.max(1, points.at(-1)?.step ?? 1)] },
        y: { nice: true, zero: false },
        marks,
      };
    },
    describe: () => {
      const last = points.at(-1);
      return last ? `${label}: ${last.value.toFixed(digits)} at step ${last.step}` : label;
    },
  });
  return {
    add: (step, value) => {
      points.push({ step, value });
      figure.update();
    },
    clear: () => {
      points = [];
      figure.clear();
    },
  };
};
