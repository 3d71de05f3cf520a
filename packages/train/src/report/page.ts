/** The report as HTML: everything in one file, in light and dark. */

import { countParameters } from "@tatami/graph";
import type { Model } from "@tatami/graph";
import type { Checkpoint } from "../run/checkpoint/checkpoint-content.ts";
import type { Score } from "./evaluate.ts";
import { macs720p } from "./export-model.ts";
import type { Chart } from "./charts.ts";
import { drawCharts } from "./charts.ts";
import type { Crop } from "./crops.ts";
import type { HistoryEntry, HistoryStart } from "./history.ts";
import { pageStyle } from "./page-style.ts";
import type { NetworkShape, Recipe } from "../campaign/recipe.ts";
import { blocksOf, widthsOf } from "../shape/describe-transfer.ts";
import type { ReportSet } from "./write-report.ts";

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
  const name = escapeHtml(recipe.name);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${name}: training report</title>
<style>${pageStyle}</style>
</head>
<body>
<header><h1>${name}</h1><p>${escapeHtml(summary)}</p></header>
${tiles(content)}
<section><h2>Curves</h2>
${charts.length > 0 ? `<div class="charts">${charts.join("")}</div>` : "<p>This checkpoint has no history of reports yet.</p>"}
</section>
${sets.length > 0 ? `<section><h2>Scores</h2>${sets.map(scores).join("")}</section>` : ""}
${crops.length > 0 ? details(crops, scale) : ""}
<section><h2>Recipe</h2>${facts(content)}</section>
</body>
</html>
`;
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
  const all: readonly [string, string, string][] = [
    ...means,
    ["Parameters", parameters, "once folded"],
    ["Multiply-accumulates", macs, "for a frame of 1280×720"],
    ["Steps", group(checkpoint.state.step), `batch ${checkpoint.recipe.batch} of ${checkpoint.recipe.crop}²`],
  ];
  const each = all.map(
    ([what, value, more]) =>
      `<div><span>${escapeHtml(what)}</span><b>${escapeHtml(value)}</b><span>${escapeHtml(more)}</span></div>`,
  );
  return `<div class="tiles">${each.join("")}</div>`;
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

function details(crops: readonly Crop[], scale: number): string {
  const titles = [`low resolution`, "bicubic", "network", "original"];
  const rows = crops.map(({ picture, left, top, side, images }) => {
    const cells = images.map((bytes, index) => {
      const source = `data:image/png;base64,${Buffer.from(bytes).toString("base64")}`;
      const label = `${picture}, ${titles[index]}`;
      return `<figure><img src="${source}" alt="${escapeHtml(label)}"><figcaption>${titles[index]}</figcaption></figure>`;
    });
    const place = `${escapeHtml(picture)}, ${side}×${side} pixels at ${left}, ${top}`;
    return `<h3>${place}</h3><div class="crops">${cells.join("")}</div>`;
  });
  return (
    `<section><h2>Details</h2><p>Of the pictures that bicubic enlargement by ${scale} gets most wrong, the part ` +
    `that it gets most wrong, reduced by the bicubic filter. The network enlarges luma; colour is bicubic.</p>${rows.join("")}</section>`
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

function signed(decibels: number): string {
  return `${decibels < 0 ? "−" : "+"}${Math.abs(decibels).toFixed(2)}`;
}

function group(count: number): string {
  return count.toLocaleString("en").replaceAll(",", "\u202F");
}

function escapeHtml(text: string): string {
  const names: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replaceAll(/[&<>"]/g, (character) => names[character]!);
}
