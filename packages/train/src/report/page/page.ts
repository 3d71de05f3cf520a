/** The report as HTML: everything in one file, in light and dark. */

import { countParameters } from "@tatami/graph";
import type { Model } from "@tatami/graph";
import type { Checkpoint } from "../../run/checkpoint/checkpoint-content.ts";
import type { TrackName } from "../../data/track.ts";
import type { Score, ScoreRow } from "../evaluate.ts";
import { macs720p } from "../export-model.ts";
import type { Chart } from "./charts.ts";
import { drawCharts } from "./charts.ts";
import type { Crop } from "../crops.ts";
import type { HistoryEntry, HistoryStart } from "../history.ts";
import { escapeHtml, tilesHtml } from "./html.ts";
import { detailsHtml, group, signed, trainerPage } from "./page-parts.ts";
import type { NetworkShape, Recipe } from "../../campaign/recipe.ts";
import { blocksOf, widthsOf } from "../../shape/describe-transfer.ts";

/** A test set's scores; the last row is the mean. */
export interface ReportSet {
  /** The folder's name; on another track than the usual one with how its pictures were reduced. */
  readonly name: string;
  readonly track: TrackName;
  readonly folder: string;
  readonly rows: readonly ScoreRow[];
}

/** What the page shows. */
export interface ReportContent {
  readonly checkpoint: Checkpoint;
  /** Folded. */
  readonly model: Model;
  readonly foldingError: number;
  readonly entries: readonly HistoryEntry[];
  readonly start: HistoryStart | undefined;
  readonly sets: readonly ReportSet[];
  readonly crops: readonly Crop[];
}

/** The whole page. */
export function reportPage(content: ReportContent): string {
  const { checkpoint, sets, crops, entries } = content;
  const { recipe, state } = checkpoint;
  const { scale } = recipe.architecture;
  const summary =
    `${describeNetwork(recipe)}, ×${scale}, ${recipe.track} track. ` +
    `${group(state.step)} of ${group(recipe.steps)} steps.`;
  const charts = drawCharts(entries).map(figure);
  const body = `${tiles(content)}
<section><h2>Curves</h2>
${charts.length > 0 ? `<div class="charts">${charts.join("")}</div>` : "<p>This checkpoint has no history of reports yet.</p>"}
</section>
${sets.length > 0 ? `<section><h2>Scores</h2>${sets.map(scores).join("")}</section>` : ""}
${crops.length > 0 ? detailsHtml(crops, scale, ["network"]) : ""}
<section><h2>Recipe</h2>${facts(content)}</section>`;
  return trainerPage(`${recipe.name}: training report`, recipe.name, summary, body);
}

function figure({ title, latest, legend, svg }: Chart): string {
  const entries = legend.map(({ name, latest: value, colour, dashes }) => {
    const line = `<line x1="0" y1="4" x2="26" y2="4" stroke="${colour}" stroke-width="2" stroke-dasharray="${dashes}"/>`;
    const sample = `<svg width="26" height="8" aria-hidden="true">${line}</svg>`;
    return `<li>${sample}${escapeHtml(name)} <b style="color: ${colour}">${escapeHtml(value)}</b></li>`;
  });
  const said =
    entries.length > 0 ? `<ul class="legend">${entries.join("")}</ul>` : `<b>${escapeHtml(latest)}</b>`;
  return `<figure><figcaption>${escapeHtml(title)}${said}</figcaption>${svg}</figure>`;
}

/** "SESR of 5 blocks and 16 features"; of other networks the kind and what it was built with. */
function describeNetwork({ network, architecture }: Recipe): string {
  const { scale: _scale, ...shape } = architecture;
  if (network !== "sesr") return `${network} of ${shapeText(shape)}`;
  return `SESR of ${blocksOf(architecture)} blocks and ${featuresText(architecture)} features`;
}

function featuresText(architecture: NetworkShape): string {
  return new Set(widthsOf(architecture)).size === 1
    ? String(widthsOf(architecture)[0])
    : widthsOf(architecture).join(", ");
}

function shapeText(shape: Readonly<Record<string, unknown>>): string {
  return Object.entries(shape)
    .map(([option, value]) => `${option} ${String(value)}`)
    .join(", ");
}

function tiles({ checkpoint, model, sets }: ReportContent): string {
  const means = sets.map(({ name, rows }): [string, string, string] => {
    const { model: own, bicubic } = rows.at(-1)!;
    return [
      `${name}, Y-PSNR`,
      `${own.psnr.toFixed(2)} dB`,
      `${signed(own.psnr - bicubic.psnr)} over bicubic`,
    ];
  });
  const parameters = group(countParameters(model));
  const macs = `${(macs720p(model) / 1e9).toFixed(2)} G`;
  return tilesHtml([
    ...means,
    ["Parameters", parameters, "once folded"],
    ["Multiply-accumulates", macs, "for a frame of 1280×720"],
    ["Steps", group(checkpoint.state.step), `batch ${checkpoint.recipe.batch} of ${checkpoint.recipe.crop}²`],
  ]);
}

function scores({ name, rows }: ReportSet): string {
  const cells = (score: Score): string =>
    `<td>${score.psnr.toFixed(2)}</td><td>${score.ssim.toFixed(4)}</td>`;
  const body = rows.map((row, index) => {
    const gain = `<td>${signed(row.model.psnr - row.bicubic.psnr)}</td>`;
    const isMean = index === rows.length - 1;
    return `<tr${isMean ? ' class="mean"' : ""}><th>${escapeHtml(row.name)}</th>${cells(row.model)}${cells(row.bicubic)}${gain}</tr>`;
  });
  return (
    `<table><caption>${escapeHtml(name)}</caption><thead><tr><th></th><th colspan="2">network</th>` +
    `<th colspan="2">bicubic</th><th></th></tr><tr><th>picture</th><th>PSNR</th><th>SSIM</th><th>PSNR</th>` +
    `<th>SSIM</th><th>gain, dB</th></tr></thead><tbody>${body.join("")}</tbody></table>`
  );
}

function facts({ checkpoint, foldingError, start, entries }: ReportContent): string {
  const { architecture, ...options } = checkpoint.recipe;
  const backs = entries.filter(({ kind }) => kind === "step-back").length;
  const pairs = Object.entries({
    ...options,
    ...architecture,
    ...(start && { pictures: start.pictures }),
    ...(start?.sources["from"] !== undefined && { from: start.sources["from"] }),
    ...(start?.sources["teacher"] !== undefined && { teacher: start.sources["teacher"] }),
    "steps back after a divergence": backs,
    "folding error": foldingError.toExponential(1),
  });
  const rows = pairs.map(
    ([key, value]) => `<tr><th>${escapeHtml(key)}</th><td>${escapeHtml(String(value))}</td></tr>`,
  );
  return `<table class="facts"><tbody>${rows.join("")}</tbody></table>`;
}
