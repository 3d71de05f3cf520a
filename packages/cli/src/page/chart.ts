/** Curves over time, as SVG text that takes its colours from the page. */

import * as Plot from "@observablehq/plot";
import { escapeHtml } from "@tatami/train/pages";
import { plotSvg } from "@tatami/train/plots";
import { formatClock } from "../display/format.ts";

/** A value at a time in seconds; `NaN` leaves a gap. */
export interface ChartPoint {
  readonly time: number;
  readonly value: number;
}

/** One line of a chart. */
export interface ChartCurve {
  readonly name: string;
  readonly points: readonly ChartPoint[];
  /** What the legend says. */
  readonly mean: number;
}

/** What a chart is drawn of. */
export interface ChartParts {
  readonly title: string;
  readonly curves: readonly ChartCurve[];
  /** What a mean is called in the legend. */
  readonly format: (value: number) => string;
  /** Whether zero is on the axis. */
  readonly fromZero: boolean;
  /** Seconds: all charts of a page begin and end there. */
  readonly span: readonly [first: number, last: number];
}

const size = { width: 600, height: 230, marginLeft: 60, marginRight: 14, marginTop: 14, marginBottom: 44 };
/** Looks of curves, told apart without their colours too. */
const curveLooks = [
  { colour: "var(--first)", dashes: "" },
  { colour: "var(--second)", dashes: "7 3" },
  { colour: "var(--third)", dashes: "2 3" },
] as const;
/** More points than this no chart is wide enough for: they are joined, and the range they had is shaded. */
const mostPoints = 400;
/** Below this many their places are marked. */
const few = 30;

/** The chart with its title and legend, as HTML; infinite and missing values are left out. */
export function chartHtml({ title, curves, format, fromZero, span }: ChartParts): string {
  const looks = curves.map((curve, at) => ({ ...curve, ...curveLooks[at % curveLooks.length]! }));
  const legend = looks.map(({ name, mean, colour, dashes }) => {
    const line = `<line x1="0" y1="4" x2="26" y2="4" stroke="${colour}" stroke-width="2" stroke-dasharray="${dashes}"/>`;
    const sample = `<svg width="26" height="8" aria-hidden="true">${line}</svg>`;
    return `<li>${sample}${escapeHtml(name)} <b style="color: ${colour}">${escapeHtml(format(mean))}</b></li>`;
  });
  const svg = plotSvg({
    ...size,
    x: {
      label: "time →",
      labelAnchor: "right",
      labelOffset: 42,
      tickFormat: timeText,
      ticks: 6,
      domain: span,
    },
    y: { label: null, grid: true, ticks: 5, nice: true, zero: fromZero },
    // the first curve lies above the others
    marks: looks.map(curveMarks).toReversed(),
  });
  // of groups, which may have no names
  for (const part of svg.querySelectorAll("[aria-label]")) part.removeAttribute("aria-label");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", title);
  return `<figure><figcaption><span>${escapeHtml(title)}</span><ul class="legend">${legend.join("")}</ul></figcaption>${svg.outerHTML}</figure>`;
}

interface Look extends ChartCurve {
  readonly colour: string;
  readonly dashes: string;
}

function curveMarks({ points, colour, dashes }: Look): Plot.Markish[] {
  const joined = joinPoints(points);
  const places = { x: "time", y: "value" };
  const line = Plot.lineY(joined, {
    ...places,
    stroke: colour,
    strokeWidth: 1.8,
    strokeDasharray: dashes,
    curve: "linear",
  });
  const range = { x: "time", y1: "least", y2: "most", fill: colour, fillOpacity: 0.16 };
  const dots = { ...places, fill: colour, r: 2.4 };
  return [
    ...(points.length > mostPoints ? [Plot.areaY(joined, range)] : []),
    line,
    ...(points.length <= few ? [Plot.dot(joined, dots)] : []),
  ];
}

interface JoinedPoint extends ChartPoint {
  readonly least: number;
  readonly most: number;
}

/** Neighbours joined to their mean, as many to one as there are too many of. */
export function joinPoints(points: readonly ChartPoint[], most: number = mostPoints): readonly JoinedPoint[] {
  const group = Math.ceil(points.length / most);
  return Array.from({ length: Math.ceil(points.length / Math.max(1, group)) }, (_, at) => {
    const some = points.slice(at * group, (at + 1) * group);
    const values = some.map(({ value }) => value).filter(Number.isFinite);
    const value = values.length === 0 ? NaN : values.reduce((sum, each) => sum + each, 0) / values.length;
    return { time: some[0]!.time, value, least: Math.min(...values), most: Math.max(...values) };
  });
}

/** `1.5` s below a minute, else the clock. */
function timeText(seconds: number): string {
  return seconds < 60 ? String(Number(seconds.toFixed(2))) : formatClock(seconds);
}
