/** Words and lines of text for drawn pictures, as SVG elements. */

import type { Random } from "@tatami/core";
import { between, pick } from "../draw-random.ts";

const commonLetters = "eeeeettttaaaooiinnnsssrrrhhldducmfypgwbvkxqjz";
const capitals = "ETAOINSRHLDUCMFYPGWBVKXQJZ";
const marks = [",", ".", ":", ";", "!", "?", "-", ")"];
const families = ["sans-serif", "sans-serif", "serif", "monospace"];
/** Mean width of a letter as a part of the font's size. */
const letter = 0.5;

/** A block of lines that fills a box as print and subtitles do. Units are pixels. */
export function drawText(random: Random, box: TextBox, colour: string): string {
  const { x, y, width, height } = box;
  const size = box.size ?? 7 * 8 ** (random.uniform() * random.uniform());
  const leading = size * between(random, 1.05, 1.5);
  const outline = random.uniform() < 0.12 ? ` stroke="${box.contrast}" stroke-width="${size / 16}"` : "";
  const style =
    `font-family="${pick(random, families)}" font-size="${size.toFixed(2)}" fill="${colour}"` +
    ` font-weight="${pick(random, ["400", "400", "700"])}" font-style="${pick(random, ["normal", "normal", "normal", "italic"])}"`;
  const shift = random.uniform() < 0.12 ? Math.max(1, size / 14) : 0;
  const lines: string[] = [];
  for (let top = y + size; top < y + height; top += leading) {
    const text = drawLine(random, Math.max(1, Math.floor(width / (size * letter))));
    if (shift) lines.push(`<text x="${x + shift}" y="${top + shift}" fill="${box.contrast}">${text}</text>`);
    lines.push(`<text x="${x}" y="${top}"${outline}>${text}</text>`);
  }
  return `<g ${style}>${lines.join("")}</g>`;
}

/** Where text goes. */
export interface TextBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Colour of outlines and shadows. */
  readonly contrast: string;
  /** Of the font. @defaultValue random, 7 to 56, mostly small */
  readonly size?: number;
}

/** Words of random letters, `count` characters at most. */
function drawLine(random: Random, count: number): string {
  let line = "";
  while (line.length < count) line += `${drawWord(random)} `;
  return line.slice(0, count);
}

function drawWord(random: Random): string {
  const length = 1 + random.integer(9);
  const shape = random.uniform();
  const one = (letters: string): string => letters[random.integer(letters.length)]!;
  if (shape < 0.1) return Array.from({ length: Math.min(length, 5) }, () => random.integer(10)).join("");
  const capital = shape < 0.3;
  const all = shape < 0.18;
  const word = Array.from({ length }, (_, index) =>
    one(all || (capital && index === 0) ? capitals : commonLetters),
  );
  return word.join("") + (random.uniform() < 0.15 ? pick(random, marks) : "");
}
