/** The page of a pruning: what was lost for what was saved, by every way that was tried, and what is left of each layer. */

import * as Plot from "@observablehq/plot";
import type { Crop } from "../../report/crops.ts";
import type { ScoreRow } from "../../report/evaluate.ts";
import { escapeHtml, tilesHtml } from "../../report/page/html.ts";
import { detailsHtml, group, signed, trainerPage } from "../../report/page/page-parts.ts";
import { plotSvg } from "../../report/page/plot-svg.ts";
import type { PruningEntry, PruningStart, PruningStop } from "../pruning-state.ts";
import type { PruningMove } from "../search/workshop.ts";

/** A pruning's start and stops. */
export interface PruningArm {
  readonly name: string;
  readonly start: PruningStart;
  readonly stops: readonly PruningStop[];
}

/** A test set's means, of the unpruned network and of each stop. */
export interface PruningScores {
  readonly set: string;
  readonly bicubic: ScoreRow;
  readonly parent: ScoreRow;
  readonly stops: readonly ScoreRow[];
}

/** What the page shows. */
export interface PruningPage extends PruningArm {
  readonly entries: readonly PruningEntry[];
  /** Other prunings of the same network. */
  readonly others: readonly PruningArm[];
  readonly scores: readonly PruningScores[];
  readonly crops: readonly Crop[];
  readonly scale: number;
}

const size = { width: 760, height: 320, marginLeft: 56, marginRight: 20, marginTop: 18, marginBottom: 42 };
const looks = ["var(--model)", "var(--second)", "var(--third)", "var(--fourth)", "var(--bicubic)"];

/** The whole page. */
export function pruningPage(page: PruningPage): string {
  const { name, start, stops, crops, scale } = page;
  const last = stops.at(-1)!;
  const { method, criterion, limit } = start.settings;
  const goal =
    "budget" in limit
      ? `to ${limit.budget.map(group).join(", ")} ${start.unit}`
      : `within ${limit.drop.join(", ")} dB`;
  const summary = `${start.parent} pruned ${goal}, channels by ${criterion}, layers ${layersBy[method]}.`;
  const body = `${tilesHtml([
    ["Left", percent(last.cost / start.cost), `${number(last.cost)} of ${number(start.cost)} ${start.unit}`],
    ["Lost", `${last.drop.toFixed(3)} dB`, `of ${start.psnr.toFixed(2)} on pictures held back`],
    ["Tuning", group(last.steps), "steps since the first cut"],
  ])}
<section><h2>PSNR over cost</h2>
<p>On the pictures held back. Dots are networks tuned to their end; the thin line is the way there, cuts and short tunings.</p>
<div class="charts">${curveFigure(page)}</div></section>
<section><h2>Channels a layer</h2><div class="charts">${stops.map((stop) => widthsFigure(start, stop)).join("")}</div></section>
<section><h2>Networks</h2>${networksTable(page)}</section>
${crops.length > 0 ? detailsHtml(crops, scale, [start.parent, last.name]) : ""}`;
  return trainerPage(`${name}: pruning report`, name, summary, body);
}

const layersBy = {
  greedy: "by what they lose for what they save on the network as it stands",
  cpo: "as the paper searches them",
  uniform: "all alike",
} as const;

function curveFigure({ name, start, stops, entries, others }: PruningPage): string {
  const way = entries.filter((entry): entry is PruningMove => entry.kind === "cut" || entry.kind === "tuned");
  const arms = [{ name, start, stops }, ...others];
  const dots = arms.flatMap((arm, at) =>
    [{ cost: arm.start.cost, psnr: arm.start.psnr }, ...arm.stops].map(({ cost, psnr }) => ({
      cost,
      psnr,
      colour: looks[at % looks.length]!,
    })),
  );
  const places = { x: "cost", y: "psnr" };
  const svg = drawn({
    ...size,
    x: { label: `${start.unit} →`, labelAnchor: "right", labelOffset: 38, grid: true, zero: true },
    y: { label: "↑ dB", grid: true, nice: true },
    marks: [
      Plot.line(way, { ...places, stroke: "var(--quiet)", strokeWidth: 1, strokeOpacity: 0.7 }),
      ...arms.map((_, at) =>
        Plot.line(
          dots.filter(({ colour }) => colour === looks[at % looks.length]),
          { ...places, stroke: looks[at % looks.length]!, strokeWidth: 1.8 },
        ),
      ),
      Plot.dot(dots, { ...places, fill: "colour", r: 4 }),
    ],
  });
  const legend = arms.map(
    (arm, at) =>
      `<li><svg width="26" height="8" aria-hidden="true"><line x1="0" y1="4" x2="26" y2="4" stroke="${looks[at % looks.length]}" stroke-width="2"/></svg>${escapeHtml(arm.name)}</li>`,
  );
  return `<figure><figcaption><ul class="legend">${legend.join("")}</ul></figcaption>${svg}</figure>`;
}

function widthsFigure(start: PruningStart, stop: PruningStop): string {
  const layers = (features: readonly number[]): { layer: string; channels: number }[] =>
    features.map((channels, at) => ({ layer: at === 0 ? "first" : String(at), channels }));
  const places = { x: "layer", y: "channels" };
  const svg = drawn({
    ...size,
    height: 200,
    x: { label: null, domain: layers(start.features).map(({ layer }) => layer), padding: 0.2 },
    y: { label: null, grid: true, ticks: 4 },
    marks: [
      Plot.barY(layers(start.features), { ...places, fill: "var(--line)" }),
      Plot.barY(layers(stop.features), { ...places, fill: "var(--model)" }),
      Plot.ruleY([0]),
    ],
  });
  return `<figure><figcaption>${escapeHtml(stop.name)} <b>${stop.features.join(" ")}</b></figcaption>${svg}</figure>`;
}

function networksTable({ start, stops, scores }: PruningPage): string {
  const sets = scores.map(({ set }) => `<th>${escapeHtml(set)}, dB</th>`).join("");
  const row = (
    name: string,
    cost: number,
    psnr: number | undefined,
    of: (score: PruningScores) => ScoreRow | undefined,
  ) => {
    const cells = [
      number(cost),
      percent(cost / start.cost),
      psnr === undefined ? "" : psnr.toFixed(2),
      psnr === undefined ? "" : signed(psnr - start.psnr),
      ...scores.map((score) => of(score)?.model.psnr.toFixed(2) ?? ""),
    ];
    return `<tr><th>${escapeHtml(name)}</th>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
  };
  const bicubic = scores.map(({ bicubic: { bicubic: score } }) => `<td>${score.psnr.toFixed(2)}</td>`);
  const rows = [
    row(start.parent, start.cost, start.psnr, ({ parent }) => parent),
    ...stops.map((stop, at) => row(stop.name, stop.cost, stop.psnr, (score) => score.stops[at])),
    scores.length > 0
      ? `<tr><th>bicubic</th><td></td><td></td><td></td><td></td>${bicubic.join("")}</tr>`
      : "",
  ];
  return (
    `<table><thead><tr><th>network</th><th>${escapeHtml(start.unit)}</th><th>left</th><th>held back, dB</th><th>change</th>${sets}</tr></thead>` +
    `<tbody>${rows.join("")}</tbody></table>`
  );
}

function drawn(options: Plot.PlotOptions): string {
  const svg = plotSvg(options);
  // of groups, which have no names
  for (const part of svg.querySelectorAll("[aria-label]")) part.removeAttribute("aria-label");
  svg.setAttribute("role", "img");
  return svg.outerHTML;
}

function number(cost: number): string {
  return Number.isInteger(cost) ? group(cost) : cost.toFixed(1);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
