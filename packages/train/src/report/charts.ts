/** The curves of a run, as SVG text that takes its colours from the page. */

import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { tracks, usualTrack } from "../data/tracks.ts";
import type { Track } from "../data/track.ts";
import type { HistoryEntry, HistoryProgress } from "./history.ts";

/** A curve with its title. */
export interface Chart {
  readonly title: string;
  /** What it says at its end: "37.05 dB". */
  readonly latest: string;
  readonly svg: string;
}

const SIZE = { width: 560, height: 240, marginLeft: 52, marginRight: 16, marginTop: 14, marginBottom: 34 };
/** Below this many reports their places are marked. */
const FEW = 40;

/** Loss, PSNR, learning rate and speed over steps; without those that were never reported. */
export function drawCharts(entries: readonly HistoryEntry[]): readonly Chart[] {
  const reports = entries.filter((entry): entry is HistoryProgress => entry.kind === "progress");
  const backs = entries.filter((entry) => entry.kind === "step-back").map(({ step }) => step);
  const last = reports.at(-1);
  if (!last) return [];
  const { scored, reduced } = scoredReports(entries);
  const bicubic = scored.at(-1)?.bicubicPsnr;
  const psnr = scored.at(-1)?.psnr;
  const curve = (
    title: string,
    latest: string,
    key: keyof HistoryProgress,
    extra: readonly Plot.Markish[],
  ): Chart => ({
    title,
    latest,
    svg: drawCurve(key === "psnr" ? scored : reports, key, extra),
  });
  return [
    ...(psnr === undefined
      ? []
      : [
          curve(
            `PSNR on the evaluation pictures${reduced === usualTrack ? "" : `, ${reduced.testPictures}`}, dB`,
            `${psnr.toFixed(2)} dB`,
            "psnr",
            bicubicLine(bicubic, scored),
          ),
        ]),
    curve(
      `Loss (L1)${backs.length > 0 ? ", dashed where it stepped back" : ""}`,
      last.loss.toFixed(5),
      "loss",
      [Plot.ruleX(backs, { stroke: "var(--warning)", strokeDasharray: "3 3" })],
    ),
    curve("Learning rate", last.rate.toExponential(1), "rate", [Plot.ruleY([0])]),
    curve("Steps a second", last.stepsPerSecond.toFixed(1), "stepsPerSecond", [Plot.ruleY([0])]),
  ];
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

function bicubicLine(
  bicubic: number | undefined,
  scored: readonly HistoryProgress[],
): readonly Plot.Markish[] {
  if (bicubic === undefined) return [];
  const label = { y: bicubic, text: `bicubic ${bicubic.toFixed(2)}`, step: scored.at(-1)!.step };
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

function drawCurve(
  reports: readonly HistoryProgress[],
  key: keyof HistoryProgress,
  extra: readonly Plot.Markish[],
): string {
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const places = { x: "step", y: key };
  const title = (report: HistoryProgress): string =>
    `step ${report.step}: ${Number(Number(report[key]).toPrecision(5))}`;
  const svg = Plot.plot({
    document: document as unknown as Document,
    ...SIZE,
    style: { background: "transparent", fontSize: "11px" },
    x: { label: "step →", labelAnchor: "right", tickFormat: thousands, ticks: 6, nice: true },
    y: { label: null, grid: true, ticks: 5, nice: true, ...(key === "rate" && { tickFormat: power }) },
    marks: [
      ...extra,
      Plot.lineY(reports, { ...places, stroke: "var(--model)", strokeWidth: 2 }),
      ...(reports.length < FEW ? [Plot.dot(reports, { ...places, r: 2.5, fill: "var(--model)" })] : []),
      // nothing to be seen, but something to point at
      Plot.dot(reports, { ...places, r: 6, fill: "var(--model)", fillOpacity: 0, title }),
    ],
  });
  return svg.outerHTML;
}

/** 2000 as `2k`. */
function thousands(step: number): string {
  return step < 1000 ? String(step) : `${Number((step / 1000).toFixed(1))}k`;
}

/** 0.0005 as `5e-4`. */
function power(rate: number): string {
  return rate === 0 ? "0" : rate.toExponential();
}
