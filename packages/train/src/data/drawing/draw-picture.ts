/**
 * Pictures of text and line art, drawn at random: what screens, slides, signs, subtitles and camera clocks show and
 * folders of photographs do not.
 */

import type { Random } from "@tatami/core";
import sharp from "sharp";
import { between, pick } from "../draw-random.ts";
import type { Picture } from "../luma.ts";
import { drawColour, drawContrast } from "./draw-colour.ts";
import { drawFigure } from "./draw-figure.ts";
import { drawingSide } from "./drawing-side.ts";
import { drawText } from "./draw-text.ts";

/** Pixels drawn for each one kept, each way. */
const finePixels = 4;

/**
 * A square RGB picture. Its text is in the machine's fonts, so that two machines draw different letters; all else is
 * the same for the same random numbers.
 */
export async function drawPicture(random: Random): Promise<Picture> {
  const svg = describePicture(random);
  // hard steps as on a screen without smoothing; areas' means as a renderer's; or a filter's soft edges
  const kernel = pick(random, ["nearest", "linear", "linear", "mitchell"] as const);
  // or out of focus: a network that has seen sharp edges alone makes every edge sharp
  const blur = random.uniform() < 0.25 ? between(random, 0.4, 1.4) : 0;
  const { data: fine, info: size } = await sharp(Buffer.from(svg))
    .flatten()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const reduced = sharp(fine, { raw: size }).resize(drawingSide, drawingSide, { kernel });
  if (blur > 0) reduced.blur(blur);
  const { data, info } = await reduced.raw().toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`a drawing of ${info.channels} channels`);
  return { width: info.width, height: info.height, channels: 3, data: new Uint8Array(data) };
}

/** The picture as SVG, {@link finePixels} times as large as it is kept. */
function describePicture(random: Random): string {
  const side = drawingSide;
  const { paper, ink } = drawContrast(random);
  const background = drawColour(random, paper);
  const gradient =
    random.uniform() < 0.3 ? drawColour(random, paper + between(random, -0.3, 0.3)) : background;
  const written = random.uniform() < 0.6;
  const figures = Array.from({ length: written ? random.integer(6) : 10 + random.integer(20) }, () =>
    drawFigure(random, side, random.uniform() < 0.6 ? ink : random.uniform()),
  );
  const blocks = Array.from({ length: written ? 3 + random.integer(5) : random.integer(4) }, () => {
    const width = side * between(random, 0.2, 0.95);
    const height = between(random, 12, written ? side / 2 : 60);
    const [x, y] = [between(random, 0, side - width), between(random, 0, side - height)];
    const text = drawText(random, { x, y, width, height, contrast: background }, drawColour(random, ink));
    const turn = random.uniform() < 0.2 ? between(random, -30, 30) : 0;
    // on paper of its own, so that lines do not run through lines
    const sheet =
      random.uniform() < 0.7
        ? `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${background}"/>`
        : "";
    return `<g transform="rotate(${turn} ${x} ${y})">${sheet}${text}</g>`;
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${side * finePixels}" height="${side * finePixels}" viewBox="0 0 ${side} ${side}">` +
    `<defs><linearGradient id="paper" gradientTransform="rotate(${between(random, 0, 90)})">` +
    `<stop offset="0" stop-color="${background}"/><stop offset="1" stop-color="${gradient}"/></linearGradient></defs>` +
    `<rect width="${side}" height="${side}" fill="url(#paper)"/>${figures.join("")}${blocks.join("")}</svg>`
  );
}
