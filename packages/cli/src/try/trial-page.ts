/** A trial as one page: a slider between any two ways, details at their own size, times, and commands to copy. */

import { basename } from "node:path";
import { formatSize } from "@tatami/core";
import { timeText } from "../compare/describe-comparison.ts";
import { formatBitrate, formatBytes, formatDuration, formatRate } from "../display/format.ts";
import { escapeHtml, tilesHtml } from "@tatami/train/pages";
import { commandPage, pictureUrl, scrolledHtml } from "../page/html.ts";
import { aboutTime, commandOf, sizeOf, networkOrder, trackName, waysOf, wordName } from "./describe-trial.ts";
import type { TriedFile } from "./describe-trial.ts";
import { automatic } from "./options.ts";
import type { Trial, Way } from "./options.ts";
import { trialScript } from "./trial-script.ts";
import { trialStyle } from "./trial-style.ts";

/** The whole page. */
export function trialPage(trial: Trial, file: TriedFile): string {
  const { choice } = trial;
  const body = `<header><h1>${escapeHtml(basename(file.name))}</h1><p>${escapeHtml(factsOf(trial))}</p></header>
${choice ? `<p class="choice card"><b>Seen in this file:</b> ${escapeHtml(choice.sentence)}</p>` : ""}
${tiles(trial, file)}
${stage(trial)}
${details(trial)}
${ways(trial, file)}
<section><h2>How it was measured</h2>
<p>Of each moment a few frames were decoded as they are in the whole file, and enlarged one after another on ${escapeHtml(trial.engine)}.
“Whole file” is the network's time a frame and those of decoding (${formatRate(trial.decoding)} ms) and encoding (${formatRate(trial.encoding)} ms),
times the file's frames: where much stands still it takes less, since patches that are the same are reused. The filter is a network at strength 0, and takes its time. The slider shows ${windowText(trial)} with slight
compression, and mixes strengths below 1 here; details are without loss.</p></section>
<script type="application/json" id="trial">${safeJson(stageData(trial))}</script>`;
  return commandPage({
    title: `${basename(file.name)}: what Tatami would make of it`,
    body,
    style: trialStyle,
    script: trialScript,
  });
}

/** What was read from the file. */
function factsOf({ media, frames }: Trial): string {
  const { video, container, duration } = media;
  const facts = [
    formatSize(video),
    video.codec,
    video.frameRate !== null && frames !== 1 && `${formatRate(video.frameRate)} frames a second`,
    frames !== 1 && formatDuration(duration),
    frames !== null && frames > 1 && `${frames} frames`,
    video.bitrate !== null && formatBitrate(video.bitrate),
    container,
  ];
  return facts.filter((fact) => typeof fact === "string").join(" · ");
}

function tiles(trial: Trial, file: TriedFile): string {
  const { size, networks, frames } = trial;
  const bytes = sizeOf(trial, file);
  const known = networks.flatMap(({ seconds, word }) => (seconds === null ? [] : [{ seconds, word }]));
  const [quickest, slowest] = [Math.min, Math.max].map((pick) => {
    const seconds = pick(...known.map((each) => each.seconds));
    return known.find((each) => each.seconds === seconds);
  });
  const boxes: [string, string, string][] = [
    ["Result", formatSize(size), `${trial.scale} times wider and higher`],
  ];
  if (bytes !== null)
    boxes.push([
      "Its size, about",
      formatBytes(bytes),
      `${formatBitrate(trial.bitrate)} whichever the network`,
    ]);
  if (quickest && frames !== 1)
    boxes.push(["Quickest on this machine", aboutTime(quickest.seconds), wordName(quickest.word)]);
  if (slowest && slowest !== quickest && frames !== 1)
    boxes.push(["Slowest on this machine", aboutTime(slowest.seconds), wordName(slowest.word)]);
  return tilesHtml(boxes);
}

function stage(trial: Trial): string {
  const options = (selected: string): string =>
    waysOf(trial)
      .map((way) => {
        const id = idOf(way);
        return `<option value="${id}"${id === selected ? " selected" : ""}>${escapeHtml(nameOf(trial, way))}</option>`;
      })
      .join("");
  // what one would get without asking, else the usual network
  const usual = waysOf(trial).find(({ network, strength }) => {
    const { word } = trial.networks[network]!;
    return strength > 0 && (trial.choice ? word === automatic : word.startsWith("m5-"));
  }) ?? { network: 0, strength: 1 };
  const moments = trial.moments.map(
    ({ time }, at) =>
      `<button type="button" data-moment="${at}" aria-pressed="${at === 0}">${timeText(time)}</button>`,
  );
  const zooms = [
    ["fit", "Fit"],
    ["1", "1:1"],
    ["2", "2:1"],
  ].map(
    ([zoom, name]) =>
      `<button type="button" data-zoom="${zoom}" aria-pressed="${zoom === "fit"}">${name}</button>`,
  );
  const layer = (side: string): string =>
    `<div class="layer" id="${side}"><img class="base" alt=""><img class="top" alt=""></div>`;
  return `<section aria-label="Compare"><h2>Compare</h2>
<div class="bar"><div class="group" role="group" aria-label="Moment">${moments.join("")}</div><div class="group" role="group" aria-label="Zoom">${zooms.join("")}</div></div>
<div class="fitting" id="fitting"><div class="stage card" id="stage"><div class="view" id="view" role="region" aria-label="Pictures" tabindex="0"><div class="sheet" id="sheet">${layer("left")}${layer("right")}</div></div><div class="divider" id="divider" aria-hidden="true"></div></div>
<input class="slide" id="slide" type="range" min="0" max="100" step="0.5" value="50" aria-label="Where left ends and right begins"></div>
<div class="sides"><label>Left <select id="way-left">${options("0@0")}</select></label><label>Right <select id="way-right">${options(idOf(usual))}</select></label></div>
</section>`;
}

function details(trial: Trial): string {
  const moments = trial.moments.map(({ time, places }, moment) => {
    const rows = places.map((rect, place) => {
      const figures = waysOf(trial).map((way) => {
        const picture = trial.pictures.find(
          (each) => each.moment === moment && each.place === place && idOf(each.way) === idOf(way),
        )!;
        const image = `<img src="${pictureUrl(picture.file)}" width="${rect.width}" height="${rect.height}" alt="">`;
        const { network, strength } = way;
        const name = strength === 0 ? "bicubic filter" : wordName(trial.networks[network]!.word);
        const said = `<b>${escapeHtml(name)}</b> strength ${strength}`;
        return `<button type="button" class="detail" data-way="${idOf(way)}" title="Show on the right side of the slider">${image}<span>${said}</span></button>`;
      });
      return `<h3>at ${timeText(time)}, from pixel ${rect.x}, ${rect.y}</h3><div class="details">${figures.join("")}</div>`;
    });
    return `<div data-details="${moment}"${moment === 0 ? "" : " hidden"}>${rows.join("")}</div>`;
  });
  return `<section><h2>Details at their own size</h2><p>The places with most detail, of the moment chosen above. One that is pressed goes to the right side of the slider.</p>${moments.join("")}</section>`;
}

function ways(trial: Trial, file: TriedFile): string {
  const filter: Way = { network: 0, strength: 0 };
  const rows = networkOrder(trial).map((network) => {
    const { word, track, strengths, milliseconds, seconds } = trial.networks[network]!;
    const commands = strengths.map((strength) =>
      commandHtml(commandOf(trial, { network, strength }, file), `strength ${strength}`),
    );
    return row(wordName(word), trackName(word, track), milliseconds, seconds, commands.join(""));
  });
  const { milliseconds, seconds } = trial.networks[0]!;
  const first = row(
    "bicubic filter",
    "–",
    milliseconds,
    seconds,
    commandHtml(commandOf(trial, filter, file), "strength 0"),
  );
  const table = `<table class="ways"><thead><tr><th>network</th><th class="left">made for</th><th>ms a frame</th><th>whole file</th><th class="left">command</th></tr></thead><tbody>${first}${rows.join("")}</tbody></table>`;
  return `<section><h2>Time and commands</h2>${scrolledHtml("Time and commands", table)}</section>`;
}

function row(
  name: string,
  track: string,
  milliseconds: number,
  seconds: number | null,
  commands: string,
): string {
  const whole = seconds === null ? "–" : aboutTime(seconds);
  return `<tr><th>${escapeHtml(name)}</th><td class="left">${escapeHtml(track)}</td><td data-is="ms a frame">${formatRate(milliseconds)}</td><td data-is="whole file">${whole}</td><td class="left">${commands}</td></tr>`;
}

function commandHtml(command: string, what: string): string {
  const text = escapeHtml(command);
  // lines break between words, not at the hyphens of flags
  const code = command.split(" ").map((word) => `<span>${escapeHtml(word)}</span>`);
  return `<div class="command"><span class="quiet">${what}</span><code>${code.join(" ")}</code><button type="button" data-copy="${text}" aria-label="Copy the command for ${what}">Copy</button></div>`;
}

function nameOf({ networks }: Trial, { network, strength }: Way): string {
  if (strength === 0) return "bicubic filter";
  const { word } = networks[network]!;
  return strength === 1 ? wordName(word) : `${wordName(word)}, strength ${strength}`;
}

function idOf({ network, strength }: Way): string {
  return `${strength === 0 ? 0 : network}@${strength}`;
}

/** What the script mixes the two sides of: windows of the filter and of each network, by moment. */
function stageData({ moments, pictures }: Trial): object {
  const windows = moments.map((_, moment) => {
    const own = pictures.filter((each) => each.moment === moment && each.place === undefined);
    return Object.fromEntries(own.map(({ way, file }) => [idOf(way), pictureUrl(file)]));
  });
  const rects = moments.map(({ window, places }) => ({
    width: window.width,
    height: window.height,
    // where to look first at 1:1
    x: (places[0]?.x ?? 0) + (places[0]?.width ?? 0) / 2 - window.x,
    y: (places[0]?.y ?? 0) + (places[0]?.height ?? 0) / 2 - window.y,
  }));
  return { windows, rects };
}

/** JSON that no HTML can end. */
function safeJson(value: object): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}

function windowText({ moments, size }: Trial): string {
  const { window } = moments[0]!;
  const isWhole = window.width === size.width && window.height === size.height;
  return isWhole
    ? "whole frames"
    : `${formatSize(window)} pixels of each frame, around the place with most detail,`;
}
