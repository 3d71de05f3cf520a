/** Whether this machine can draw text. */

import { TatamiError } from "@tatami/core";
import sharp from "sharp";

/**
 * Draws two different letters and compares them: without fonts they are both nothing, or the same box.
 *
 * @throws TatamiError `unsupported-environment`, where no font is installed.
 */
export async function checkFonts(): Promise<void> {
  const [first, second] = await Promise.all(["W", "i"].map(drawLetter));
  if (!first!.equals(second!)) return;
  throw new TatamiError({
    code: "unsupported-environment",
    message: "There is no font on this machine to draw training pictures' text with.",
    fix: "Install a font, such as DejaVu or Liberation, or leave `drawn` out of the recipe.",
  });
}

function drawLetter(letter: string): Promise<Buffer> {
  const text = `<text y="24" font-family="sans-serif" font-size="24">${letter}</text>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32">${text}</svg>`;
  return sharp(Buffer.from(svg)).raw().toBuffer();
}
