/** A comparison as one page: figures, curves over time, and the places that differ most. */

import { basename } from "node:path";
import { formatSize } from "@tatami/core";
import { chartHtml } from "../page/chart.ts";
import { escapeHtml, tilesHtml } from "@tatami/train/pages";
import { commandPage, pictureUrl, scrolledHtml } from "../page/html.ts";
import type { Comparison, VideoName, WorstPlace } from "./options.ts";
import { frameCount, timeText } from "./describe-comparison.ts";
import type { MetricSummary } from "./summarize.ts";
import { formatScore, label, metrics, notesOf, summarizeFlicker, summarizeScores } from "./summarize.ts";

const style = `
.videos { margin: 0.5rem 0 0; padding: 0; list-style: none; color: var(--quiet); overflow-wrap: anywhere; }
.videos b { display: inline-block; min-width: 5.5rem; color: var(--text); font-weight: 600; }
.places { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); gap: 0.75rem 1.5rem; }
.place { display: flex; gap: 0.6rem; }
.place figure { flex: 1 1 0; min-width: 0; max-width: 24rem; }
.place img { display: block; width: 100%; aspect-ratio: 1; object-fit: contain; image-rendering: pixelated; border-radius: 6px; border: 1px solid var(--line); background: var(--card); }
.place figcaption { font-size: 0.8rem; color: var(--quiet); padding-top: 0.2rem; }
td .at { color: var(--quiet); font-size: 0.85em; margin-left: 0.35rem; white-space: nowrap; }
`;

/** The whole page. */
export function comparisonPage(comparison: Comparison): string {
  const { videos, size } = comparison;
  const hasReference = videos.length > 2;
  const title = `${videos
    .slice(0, 2)
    .map(({ file }) => basename(file))
    .join(" and ")}`;
  const count = frameCount(comparison);
  const against = hasReference ? "each against the reference" : "B against A";
  const notes = notesOf(comparison);
  const curves = charts(comparison);
  const body = `<header><h1>${escapeHtml(title)}</h1>
<p>${count} of ${formatSize(size)}, ${against}.</p>
<ul class="videos">${videos.map(({ name, file }) => `<li><b>${name === "reference" ? "Reference" : label(name)}</b> ${escapeHtml(file)}</li>`).join("")}</ul>
${notes.length > 0 ? `<ul class="notes">${notes.map((note) => `<li>${escapeHtml(note)}</li>`).join("")}</ul>` : ""}</header>
${tiles(comparison)}
${curves.length > 0 ? `<section><h2>Over time</h2><div class="charts">${curves.join("")}</div></section>` : ""}
<section><h2>Figures</h2>${figures(comparison)}</section>
${comparison.worst.length > 0 ? worstPlaces(comparison) : ""}
<section><h2>How it was measured</h2>
<p>Frames are paired by the time at which they are shown. PSNR and SSIM are of luma in the studio range. LPIPS is squeeze v0.1
on R′G′B′; figures of its other variants are not comparable. Flicker is the mean variance over time, in levels squared, in stretches of
8 frames, where ${hasReference ? "the reference" : "one of the two"} stands still: within 6 levels. “5 %” means that one frame in twenty is worse.</p></section>`;
  return commandPage({ title: `${title}: comparison`, body, style });
}

/** Of each measure the means, in one box a measure. */
function tiles(comparison: Comparison): string {
  const scores = summarizeScores(comparison);
  const boxes = metrics.flatMap((info): [string, string, string][] => {
    const rows = scores.filter(({ metric }) => metric === info.metric);
    if (rows.length === 0) return [];
    const value = (row: MetricSummary): string =>
      `${formatScore(info, row.mean)}${Number.isFinite(row.mean) ? info.unit : ""}`;
    if (rows.length === 1)
      return [[`${info.named}, B against A`, value(rows[0]!), `worst ${formatScore(info, rows[0]!.worst)}`]];
    const [a, b] = rows as [MetricSummary, MetricSummary];
    const lead = info.higherIsBetter ? a.mean - b.mean : b.mean - a.mean;
    const told = `${value(a)} · ${value(b)}`;
    const isEven = !Number.isFinite(lead) || Math.abs(a.mean - b.mean) < 0.5 * 10 ** -info.digits;
    const difference = `${Math.abs(a.mean - b.mean).toFixed(info.digits)}${info.unit}`;
    return [
      [
        `${info.named}, A · B`,
        info.unit === "" ? told : told.replace(info.unit, ""),
        isEven ? "no difference" : `${lead > 0 ? "A" : "B"} by ${difference}`,
      ],
    ];
  });
  const flicker = summarizeFlicker(comparison);
  const told = flicker.filter(({ name }) => name !== "reference").map(({ mean }) => mean.toFixed(2));
  const reference = flicker.find(({ name }) => name === "reference");
  const more = reference ? `${reference.mean.toFixed(2)} in the reference` : "lower is steadier";
  return tilesHtml(told.length > 0 ? [...boxes, ["Flicker, A · B", told.join(" · "), more]] : boxes);
}

function charts(comparison: Comparison): readonly string[] {
  const { times, scored, flicker, videos } = comparison;
  const span = [times[0]!, times.at(-1)!] as const;
  // one frame has no curve
  if (times.length < 2) return [];
  const [scoreMeans, flickerMeans] = [summarizeScores(comparison), summarizeFlicker(comparison)];
  const scores = metrics.flatMap(({ metric, explained, digits, higherIsBetter }) => {
    const curves = scored.flatMap(({ name, against, scores: each }) => {
      const points = (each[metric] ?? []).map((value, at) => ({ time: times[at]!, value }));
      const called = against === "reference" ? label(name) : `${label(name)} against ${label(against)}`;
      const { mean } = scoreMeans.find((row) => row.metric === metric && row.name === name) ?? { mean: NaN };
      return points.some(({ value }) => Number.isFinite(value)) ? [{ name: called, points, mean }] : [];
    });
    const format = (value: number): string => value.toFixed(digits);
    return curves.length > 0
      ? [chartHtml({ title: explained, curves, format, fromZero: !higherIsBetter, span })]
      : [];
  });
  const curves = videos.flatMap(({ name }) => {
    const points = flicker.map(({ start, end, variances }) => ({
      time: (start + end) / 2,
      value: variances[name] ?? NaN,
    }));
    const called = name === "reference" ? "reference" : label(name);
    const { mean } = flickerMeans.find((row) => row.name === name) ?? { mean: NaN };
    return points.some(({ value }) => Number.isFinite(value)) ? [{ name: called, points, mean }] : [];
  });
  if (curves.length === 0) return scores;
  const title = "Flicker where nothing moves";
  return [...scores, chartHtml({ title, curves, format: (value) => value.toFixed(2), fromZero: true, span })];
}

function figures(comparison: Comparison): string {
  const at = (seconds: number): string => `<span class="at">${timeText(seconds)}</span>`;
  const rows = summarizeScores(comparison).map((row) => {
    const info = metrics.find(({ metric }) => metric === row.metric)!;
    const cells = [row.mean, row.median, row.percentile5].map(
      (value) => `<td>${formatScore(info, value)}</td>`,
    );
    const who =
      row.against === "reference" ? label(row.name) : `${label(row.name)} against ${label(row.against)}`;
    return `<tr><th>${escapeHtml(info.named)}</th><td class="left">${who}</td>${cells.join("")}<td>${formatScore(info, row.worst)}${at(row.worstAt)}</td></tr>`;
  });
  const flicker = summarizeFlicker(comparison).map(
    ({ name, mean, worst, worstAt }) =>
      `<tr><th>Flicker</th><td class="left">${name === "reference" ? "reference" : label(name)}</td><td>${mean.toFixed(2)}</td><td></td><td></td><td>${worst.toFixed(2)}${at(worstAt)}</td></tr>`,
  );
  const table = `<table><thead><tr><th>measure</th><th class="left">of</th><th>mean</th><th>median</th><th>5 %</th><th>worst</th></tr></thead><tbody>${rows.join("")}${flicker.join("")}</tbody></table>`;
  return scrolledHtml("Figures", table);
}

function worstPlaces({ worst, scored }: Comparison): string {
  const order: readonly VideoName[] = ["reference", "a", "b"];
  const sections = scored.map(({ name, against }) => {
    const own = worst.filter((place) => place.name === name);
    if (own.length === 0) return "";
    const title = `${label(name)} is furthest from ${label(against)} here`;
    return `<h3>${title}</h3><div class="places">${own.map((place) => placeHtml(place, order)).join("")}</div>`;
  });
  const { width } = worst[0]!.place;
  return `<section><h2>Where they differ most</h2><p>${width}×${width} pixels of the frames with the lowest PSNR: the same place in each video.</p>${sections.join("")}</section>`;
}

function placeHtml({ time, psnr, place, pictures }: WorstPlace, order: readonly VideoName[]): string {
  const sorted = pictures.toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  const figure = sorted.map(({ name, file }) => {
    const called = name === "reference" ? "reference" : label(name);
    return `<figure><img src="${pictureUrl(file)}" alt="${called} at ${timeText(time)}"><figcaption>${called}</figcaption></figure>`;
  });
  return `<div><p>at ${timeText(time)}, ${psnr.toFixed(2)} dB, from pixel ${place.x}, ${place.y}</p><div class="place">${figure.join("")}</div></div>`;
}
