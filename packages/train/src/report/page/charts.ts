/** The curves of a run, as SVG text that takes its colours from the page. */

import * as Plot from "@observablehq/plot";
import { tracks, usualTrack } from "../../data/tracks.ts";
import type { Track } from "../../data/track.ts";
import type { HistoryEntry, HistoryProgress } from "../history.ts";
import { plotSvg } from "./plot-svg.ts";
import type { Curve, Point } from "../player-curves.ts";
import { lossCurves, playersOf } from "../player-curves.ts";

/** Curves on one pair of axes, with their title. */
export interface Chart {
  readonly title: string;
  /** What the first curve says at its end: "37.05 dB". */
  readonly latest: string;
  /** What the others say at theirs, where there are others; the first one too then. */
  readonly legend: readonly LegendEntry[];
  readonly svg: string;
}

/** One curve's name and look. */
export interface LegendEntry {
  readonly name: string;
  readonly latest: string;
  /** Of the line, in CSS. */
  readonly colour: string;
  /** As SVG has it; nothing for a whole line. */
  readonly dashes: string;
}

const size = { width: 560, height: 240, marginLeft: 52, marginRight: 16, marginTop: 14, marginBottom: 34 };
/** Below this many reports their places are marked. */
const few = 40;
/** Looks of curves, told apart without their colours too. */
const looks = [
  { colour: "var(--model)", dashes: "" },
  { colour: "var(--second)", dashes: "7 3" },
  { colour: "var(--third)", dashes: "2 3" },
  { colour: "var(--fourth)", dashes: "9 3 2 3" },
  { colour: "var(--quiet)", dashes: "4 4" },
] as const;

/**
 * PSNR, losses, learning rate and speed over steps; without those that were never reported. Where several players
 * move, each has a chart of its loss.
 */
export function drawCharts(entries: readonly HistoryEntry[]): readonly Chart[] {
  const reports = entries.filter((entry): entry is HistoryProgress => entry.kind === "progress");
  if (reports.length === 0) return [];
  const backs = entries.filter((entry) => entry.kind === "step-back").map(({ step }) => step);
  const steps: Steps = [Math.min(reports[0]!.step, ...backs), reports.at(-1)!.step];
  const marks = [Plot.ruleX(backs, { stroke: "var(--warning)", strokeDasharray: "3 3" })];
  const losses = lossCurves(reports).map(({ title, curves }, at) => {
    const told = at === 0 && backs.length > 0 ? `${title}, dashed where it stepped back` : title;
    return drawChart({ title: told, curves, format: lossText, marks, steps });
  });
  const zero = [Plot.ruleY([0])];
  const players = playersOf(reports);
  const rates =
    players.length > 1
      ? players.map(({ name, curveOf }) => ({ name, points: curveOf("rate") }))
      : [{ name: "", points: pointsOf(reports, "rate") }];
  return [
    ...scoreChart(entries, steps),
    ...losses,
    drawChart({
      title: "Learning rate",
      curves: rates,
      format: rateText,
      tickFormat: power,
      marks: zero,
      steps,
    }),
    drawChart({
      title: "Steps a second",
      curves: [{ name: "", points: pointsOf(reports, "stepsPerSecond") }],
      format: (speed) => speed.toFixed(1),
      marks: zero,
      steps,
    }),
  ];
}

/** The first and the last step of a run's reports: all its charts begin and end there. */
type Steps = readonly [first: number, last: number];

/** What a chart is drawn of. */
interface ChartParts {
  readonly title: string;
  readonly curves: readonly Curve[];
  /** What a value is called at a curve's end. */
  readonly format: (value: number) => string;
  /** The same on the axis, where it is something else. */
  readonly tickFormat?: (value: number) => string;
  /** Below the curves. */
  readonly marks: readonly Plot.Markish[];
  readonly steps: Steps;
}

/** 0.01234 as `0.01234`, and 123.4 as `123.40`. */
function lossText(value: number): string {
  return Math.abs(value) < 1 ? value.toFixed(5) : value.toPrecision(5);
}

function rateText(value: number): string {
  return value === 0 ? "0" : value.toExponential(1);
}

function pointsOf(reports: readonly HistoryProgress[], key: "rate" | "stepsPerSecond" | "psnr"): Point[] {
  return reports.map((report) => ({ step: report.step, value: report[key] ?? NaN }));
}

/** The chart of PSNR, where anything was scored: reports whose pictures were reduced in the latest way. */
function scoreChart(entries: readonly HistoryEntry[], steps: Steps): readonly Chart[] {
  const { scored, reduced } = scoredReports(entries);
  const last = scored.at(-1);
  if (!last) return [];
  const title = `PSNR on the evaluation pictures${reduced === usualTrack ? "" : `, ${reduced.testPictures}`}, dB`;
  const curve = { name: "", points: pointsOf(scored, "psnr") };
  const format = (psnr: number): string => `${psnr.toFixed(2)} dB`;
  return [drawChart({ title, curves: [curve], format, marks: bicubicLine(last), steps })];
}

/** Reports with a score, all of pictures reduced in the latest way: others could not be on the same curve. */
function scoredReports(entries: readonly HistoryEntry[]): {
  readonly scored: readonly HistoryProgress[];
  readonly reduced: Track;
} {
  let scored: HistoryProgress[] = [];
  let reduced = usualTrack;
  for (const entry of entries) {
    if (entry.kind === "start") {
      const next = Object.values(tracks).find(({ name }) => name === entry.sources["reduced"]) ?? usualTrack;
      if (next !== reduced) scored = [];
      reduced = next;
    } else if (entry.kind === "progress" && entry.psnr !== undefined) scored.push(entry);
  }
  return { scored, reduced };
}

function bicubicLine({ step, bicubicPsnr: bicubic }: HistoryProgress): readonly Plot.Markish[] {
  if (bicubic === undefined) return [];
  const label = { y: bicubic, text: `bicubic ${bicubic.toFixed(2)}`, step };
  return [
    Plot.ruleY([bicubic], { stroke: "var(--bicubic)", strokeWidth: 1.5, strokeDasharray: "5 4" }),
    Plot.text([label], {
      x: "step",
      y: "y",
      text: "text",
      fill: "var(--bicubic)",
      textAnchor: "end",
      dy: -8,
      fontSize: 11,
    }),
  ];
}

function drawChart({ title, curves, format, tickFormat, marks, steps }: ChartParts): Chart {
  const entries = curves.map(({ name, points }, at): LegendEntry => {
    const last = points.findLast(({ value }) => Number.isFinite(value));
    return { name, latest: last ? format(last.value) : "", ...looks[Math.min(at, looks.length - 1)]! };
  });
  const svg = plotSvg({
    ...size,
    x: { label: "step →", labelAnchor: "right", tickFormat: thousands, ticks: 6, nice: true, domain: steps },
    y: { label: null, grid: true, ticks: 5, nice: true, ...(tickFormat && { tickFormat }) },
    // the first curve lies above the others
    marks: [...marks, ...curves.map((curve, at) => marksOf(curve, entries[at]!, at === 0)).toReversed()],
  });
  return { title, latest: entries[0]!.latest, legend: entries.length > 1 ? entries : [], svg: svg.outerHTML };
}

function marksOf({ name, points }: Curve, { colour, dashes }: LegendEntry, isFirst: boolean): Plot.Markish[] {
  const places = { x: "step", y: "value" };
  const title = ({ step, value }: Point): string =>
    `${name === "" ? "" : `${name}, `}step ${step}: ${Number(value.toPrecision(5))}`;
  return [
    Plot.lineY(points, {
      ...places,
      stroke: colour,
      strokeWidth: isFirst ? 2 : 1.5,
      ...(dashes !== "" && { strokeDasharray: dashes }),
    }),
    ...(points.length < few ? [Plot.dot(points, { ...places, r: isFirst ? 2.5 : 1.5, fill: colour })] : []),
    // nothing to be seen, but something to point at
    Plot.dot(points, { ...places, r: 6, fill: colour, fillOpacity: 0, title }),
  ];
}

/** 2000 as `2k`. */
function thousands(step: number): string {
  return step < 1000 ? String(step) : `${Number((step / 1000).toFixed(1))}k`;
}

/** 0.0005 as `5e-4`. */
function power(rate: number): string {
  return rate === 0 ? "0" : rate.toExponential();
}
