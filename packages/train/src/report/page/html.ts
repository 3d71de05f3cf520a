/** Pages that need nothing else: their frame, and text made safe for them. */

/** What a page is made of; all of it HTML but the title. */
export interface PageParts {
  readonly title: string;
  readonly body: string;
  readonly style: string;
  /** JavaScript that runs once the page stands. @defaultValue none */
  readonly script?: string;
}

/** The whole page, in light and dark. */
export function htmlPage({ title, body, style, script = "" }: PageParts): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
${body}
${script === "" ? "" : `<script>${script}</script>\n`}</body>
</html>
`;
}

/** Text as HTML, for elements and for attributes in double quotes. */
export function escapeHtml(text: string): string {
  const names: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replaceAll(/[&<>"]/g, (character) => names[character]!);
}

/** Boxes of a figure with its name above and more below it. */
export function tilesHtml(tiles: readonly (readonly [name: string, value: string, more: string])[]): string {
  const each = tiles.map(
    ([name, value, more]) =>
      `<div><span>${escapeHtml(name)}</span><b>${escapeHtml(value)}</b><span>${escapeHtml(more)}</span></div>`,
  );
  return `<div class="tiles">${each.join("")}</div>`;
}
