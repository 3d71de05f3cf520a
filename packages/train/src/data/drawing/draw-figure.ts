/** Lines and areas of drawn pictures, as SVG elements. Units are pixels. */

import type { Random } from "@tatami/core";
import { between, pick } from "../draw-random.ts";
import { drawColour } from "./draw-colour.ts";

/** A figure somewhere on a square of `side` pixels, in a colour of brightness `light`. */
export type DrawFigure = (random: Random, side: number, light: number) => string;

/** Every kind of figure there is, as likely as it stands here. */
const figures: readonly DrawFigure[] = [
  drawArea,
  drawArea,
  drawCurve,
  drawStripes,
  drawStripes,
  drawRings,
  drawGrid,
];

/** One figure of a random kind. */
export const drawFigure: DrawFigure = (random, side, light) => pick(random, figures)(random, side, light);

function drawArea(random: Random, side: number, light: number): string {
  const [x, y] = [between(random, 0, side), between(random, 0, side)];
  const size = side * between(random, 0.04, 0.35);
  const corners = 3 + random.integer(5);
  const turn = between(random, 0, Math.PI);
  const points = Array.from({ length: corners }, (_, corner) => {
    const angle = turn + (2 * Math.PI * (corner + random.uniform() * 0.6)) / corners;
    return `${(x + size * Math.cos(angle)).toFixed(2)},${(y + size * Math.sin(angle)).toFixed(2)}`;
  });
  const paint = drawPaint(random, light);
  if (random.uniform() < 0.35)
    return `<ellipse cx="${x}" cy="${y}" rx="${size}" ry="${size * between(random, 0.3, 1)}" ${paint}/>`;
  return `<polygon points="${points.join(" ")}" ${paint}/>`;
}

function drawCurve(random: Random, side: number, light: number): string {
  const point = (): string => `${between(random, 0, side).toFixed(1)} ${between(random, 0, side).toFixed(1)}`;
  const parts = Array.from({ length: 1 + random.integer(3) }, () => `S ${point()} ${point()}`);
  const stroke = `stroke="${drawColour(random, light)}" stroke-width="${drawStroke(random)}"`;
  return `<path d="M ${point()} ${parts.join(" ")}" fill="none" ${stroke}/>`;
}

/** Parallel lines at any angle, as those of fences, tiles, fabric and roofs. */
function drawStripes(random: Random, side: number, light: number): string {
  const period = 3 * 8 ** random.uniform();
  const thickness = period * between(random, 0.2, 0.7);
  const count = 4 + random.integer(24);
  const length = side * between(random, 0.1, 0.6);
  // lines of perspective draw together
  const closer = random.uniform() < 0.4 ? between(random, 0.95, 1) : 1;
  const lines: string[] = [];
  for (let line = 0, at = 0, step = 1; line < count; line++, at += period * step, step *= closer)
    lines.push(
      `<rect x="0" y="${at.toFixed(2)}" width="${length}" height="${(thickness * step).toFixed(2)}"/>`,
    );
  const place = `translate(${between(random, -0.1, 1) * side} ${between(random, -0.1, 1) * side})`;
  const turn = pick(random, [0, 90, between(random, 0, 180), between(random, 0, 180)]);
  return `<g fill="${drawColour(random, light)}" transform="${place} rotate(${turn})">${lines.join("")}</g>`;
}

function drawRings(random: Random, side: number, light: number): string {
  const [x, y] = [between(random, 0, side), between(random, 0, side)];
  const period = 3 * 6 ** random.uniform();
  const count = 2 + random.integer(10);
  const rings = Array.from(
    { length: count },
    (_, ring) => `<circle cx="${x}" cy="${y}" r="${((ring + 1) * period).toFixed(2)}"/>`,
  );
  const stroke = `stroke="${drawColour(random, light)}" stroke-width="${(period * between(random, 0.2, 0.6)).toFixed(2)}"`;
  return `<g fill="none" ${stroke}>${rings.join("")}</g>`;
}

/** Cells of tables, windows and boards. */
function drawGrid(random: Random, side: number, light: number): string {
  const [wide, tall] = [between(random, 5, 50), between(random, 5, 40)];
  const [columns, rows] = [2 + random.integer(7), 2 + random.integer(7)];
  const filled = random.uniform() < 0.4;
  const cells: string[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const shown = !filled || (row + column) % 2 === 0;
      if (shown)
        cells.push(`<rect x="${column * wide}" y="${row * tall}" width="${wide}" height="${tall}"/>`);
    }
  }
  const colour = drawColour(random, light);
  const paint = filled
    ? `fill="${colour}"`
    : `fill="none" stroke="${colour}" stroke-width="${drawStroke(random)}"`;
  const place = `translate(${between(random, 0, 0.9) * side} ${between(random, 0, 0.9) * side})`;
  return `<g ${paint} transform="${place} rotate(${pick(random, [0, 0, between(random, -45, 45)])})">${cells.join("")}</g>`;
}

function drawPaint(random: Random, light: number): string {
  const colour = drawColour(random, light);
  const filled = `fill="${drawColour(random, random.uniform())}"`;
  const kind = random.uniform();
  if (kind < 0.5) return filled;
  const stroke = `stroke="${colour}" stroke-width="${drawStroke(random)}"`;
  return kind < 0.75 ? `fill="none" ${stroke}` : `${filled} ${stroke}`;
}

/** Mostly thin. */
function drawStroke(random: Random): string {
  return (0.8 * 10 ** (random.uniform() * random.uniform())).toFixed(2);
}
