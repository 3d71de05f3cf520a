/** Pieces of the trainer's pages: the frame, details side by side, numbers. */

import type { Crop } from "../crops.ts";
import { escapeHtml, htmlPage } from "./html.ts";
import { pageStyle } from "./page-style.ts";

/** A whole page around its body. @param title of the window @param summary under the heading, as text */
export function trainerPage(title: string, heading: string, summary: string, body: string): string {
  const header = `<header><h1>${escapeHtml(heading)}</h1><p>${escapeHtml(summary)}</p></header>`;
  return htmlPage({ title, style: pageStyle, body: `${header}\n${body}` });
}

/** Details of pictures side by side. @param networks what each network's picture is called */
export function detailsHtml(crops: readonly Crop[], scale: number, networks: readonly string[]): string {
  const titles = ["low resolution", "bicubic", ...networks, "original"];
  const rows = crops.map(({ picture, left, top, side, images }) => {
    const cells = images.map((bytes, index) => {
      const source = `data:image/png;base64,${Buffer.from(bytes).toString("base64")}`;
      const title = escapeHtml(titles[index]!);
      const label = `${escapeHtml(picture)}, ${title}`;
      return `<figure><img src="${source}" alt="${label}"><figcaption>${title}</figcaption></figure>`;
    });
    const place = `${escapeHtml(picture)}, ${side}×${side} pixels at ${left}, ${top}`;
    return `<h3>${place}</h3><div class="crops" style="grid-template-columns: repeat(auto-fit, minmax(min(8rem, 40%), 1fr)); max-width: ${16 * titles.length}rem">${cells.join("")}</div>`;
  });
  return (
    `<section><h2>Details</h2><p>Of the pictures that bicubic enlargement by ${scale} gets most wrong, the part ` +
    `that it gets most wrong, reduced by the bicubic filter. Networks enlarge luma; colour is bicubic.</p>${rows.join("")}</section>`
  );
}

/** `+0.12`, `−0.05`. */
export function signed(decibels: number): string {
  return `${decibels < 0 ? "−" : "+"}${Math.abs(decibels).toFixed(2)}`;
}

/** Thousands apart. */
export function group(count: number): string {
  return count.toLocaleString("en").replaceAll(",", "\u202F");
}
