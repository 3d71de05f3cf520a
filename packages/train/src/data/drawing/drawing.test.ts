import { createRandom } from "@tatami/core";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { lumaOf } from "../luma.ts";
import { checkFonts } from "./check-fonts.ts";
import { drawContrast } from "./draw-colour.ts";
import { drawFigure } from "./draw-figure.ts";
import { drawPicture } from "./draw-picture.ts";
import { drawText } from "./draw-text.ts";
import { drawingSide } from "./drawing-side.ts";

test("a picture is the same for the same seed, another for another, and holds edges", async () => {
  const picture = await drawPicture(createRandom(1));
  expect([picture.width, picture.height, picture.channels]).toEqual([drawingSide, drawingSide, 3]);
  expect(picture.data.length).toBe(drawingSide ** 2 * 3);
  expect(await drawPicture(createRandom(1))).toEqual(picture);
  for (let seed = 2; seed < 8; seed++) {
    const other = await drawPicture(createRandom(seed));
    expect(other).not.toEqual(picture);
    const { data } = lumaOf(other);
    const steps = data.slice(1).filter((value, index) => Math.abs(value - data[index]!) > 24);
    // a photograph of this size has some thousands; a blank sheet none
    expect(steps.length, `seed ${seed}`).toBeGreaterThan(500);
  }
});

test("ink stands apart from its paper, and both are brightnesses", () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const { paper, ink } = drawContrast(createRandom(seed));
      expect(Math.abs(paper - ink)).toBeGreaterThanOrEqual(0.2);
      for (const light of [paper, ink]) expect(light >= -0.01 && light <= 1.01).toBe(true);
    }),
  );
});

test("text and figures are whole SVG elements, whatever is drawn", () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const random = createRandom(seed);
      const box = { x: 3, y: 4, width: 300, height: 90, contrast: "rgb(0,0,0)" };
      for (const svg of [drawText(random, box, "rgb(9,9,9)"), drawFigure(random, 512, 0.5)]) {
        expect(svg).not.toMatch(/NaN|undefined|Infinity/);
        const closed = svg.match(/<\/|\/>/g)!.length;
        expect(svg.match(/<[a-z]/g)!.length).toBe(closed);
      }
    }),
  );
});

test("lines of text stay inside their box", () => {
  const box = { x: 10, y: 20, width: 200, height: 100, contrast: "rgb(0,0,0)", size: 10 };
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const svg = drawText(createRandom(seed), box, "rgb(9,9,9)");
      const lines = [...svg.matchAll(/ y="([\d.]+)"[^>]*>([^<]*)</g)];
      expect(lines.length).toBeGreaterThan(0);
      for (const [, y, text] of lines) {
        expect(Number(y)).toBeLessThanOrEqual(121);
        expect(text!.length).toBeLessThanOrEqual(40);
      }
    }),
  );
});

test("a machine without fonts is told so", async () => {
  await checkFonts();
  const folder = await mkdtemp(join(tmpdir(), "tatami-fonts-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const config = join(folder, "fonts.conf");
  await writeFile(config, `<?xml version="1.0"?><fontconfig><dir>${folder}</dir></fontconfig>`);
  const script = `import(${JSON.stringify(new URL("check-fonts.ts", import.meta.url).href)})
    .then(({ checkFonts }) => checkFonts()).then(() => console.log("fonts"), ({ code }) => console.log(code))`;
  // fontconfig looks for fonts once in a process
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--conditions=@tatami/source", "--import", "tsx", "--eval", script],
    { env: { ...process.env, FONTCONFIG_FILE: config, XDG_CACHE_HOME: folder } },
  );
  expect(stdout.trim()).toBe("unsupported-environment");
});
