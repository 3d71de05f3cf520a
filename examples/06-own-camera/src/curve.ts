/** The curves of a run: decibels on the frames held back, and the loss. */

import { axisX, axisY, dot, gridY, line, plot, ruleY } from "@observablehq/plot";

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

/** Drawn again, at most once a frame, when it or the page's width has changed. */
export const createCurve = ({ into, label, unit, digits, fromStart = false }: CurveInit): Curve => {
  let points: Point[] = [];
  let asked = false;
  const draw = (): void => {
    asked = false;
    const width = Math.max(240, into.clientWidth);
    const [first] = points;
    const marks = [
      gridY({ strokeOpacity: 0.15 }),
      axisX({
        label: "step",
        labelAnchor: "center",
        labelArrow: "none",
        ticks: Math.floor(width / 90),
        tickFormat: "d",
      }),
      axisY({
        label: unit,
        labelArrow: "none",
        ticks: 4,
        tickFormat: (value: number) => value.toFixed(digits),
      }),
      ...(fromStart && first
        ? [ruleY([first.value], { stroke: "currentColor", strokeDasharray: "3 4", strokeOpacity: 0.6 })]
        : []),
      line(points, { x: "step", y: "value", stroke: "var(--accent)", strokeWidth: 2 }),
      ...(points.length < 40 ? [dot(points, { x: "step", y: "value", fill: "var(--accent)", r: 2.5 })] : []),
    ];
    const figure = plot({
      width,
      height: 190,
      marginLeft: 52,
      marginTop: 24,
      marginBottom: 38,
      style: { background: "none", color: "inherit", fontSize: "12px", fontFamily: "inherit" },
      x: { domain: [0, Math.max(1, points.at(-1)?.step ?? 1)] },
      y: { nice: true, zero: false },
      marks,
    });
    figure.setAttribute("role", "img");
    const last = points.at(-1);
    figure.setAttribute(
      "aria-label",
      last ? `${label}: ${last.value.toFixed(digits)} at step ${last.step}` : label,
    );
    into.replaceChildren(figure);
  };
  const ask = (): void => {
    if (asked || points.length === 0) return;
    asked = true;
    requestAnimationFrame(draw);
  };
  new ResizeObserver(ask).observe(into);
  return {
    add: (step, value) => {
      points.push({ step, value });
      ask();
    },
    clear: () => {
      points = [];
      into.replaceChildren();
    },
  };
};
