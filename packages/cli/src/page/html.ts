/** Pages of the command line: their frame, and what they hold. */

import { escapeHtml, htmlPage } from "@tatami/train/pages";
import type { PageParts } from "@tatami/train/pages";
import { pageStyle } from "./page-style.ts";

/** The whole page, in light and dark. @param parts whose style comes after that of all pages */
export function commandPage({
  style = "",
  body,
  ...parts
}: Omit<PageParts, "style"> & { readonly style?: string }): string {
  return htmlPage({ ...parts, style: `${pageStyle}${style}`, body: `<main>\n${body}\n</main>` });
}

/** What may be wider than the page, and is then scrolled by itself: with keys too. */
export function scrolledHtml(name: string, html: string): string {
  return `<div class="card scroll" role="region" aria-label="${escapeHtml(name)}" tabindex="0">${html}</div>`;
}

/** A WebP picture inside the page. */
export function pictureUrl(bytes: Uint8Array): string {
  return `data:image/webp;base64,${Buffer.from(bytes).toString("base64")}`;
}
