import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseHTML } from "linkedom";
import sharp from "sharp";
import { expect, onTestFinished, test } from "vitest";
import { resizeLuma } from "../data/bicubic.ts";
import { readEvaluationSet } from "../data/read-evaluation-set.ts";
import { readPicture } from "../data/read-picture.ts";
import { createRecipe } from "../campaign/recipe.ts";
import { smallDataset, wavyPicture } from "../data/test-support.ts";
import { train } from "../run/train.ts";
import { drawCharts } from "./page/charts.ts";
import { makeCrop } from "./crops.ts";
import type { HistoryEntry } from "./history.ts";
import { reportPath, writeReport } from "./write-report.ts";

const recipe = createRecipe({
  name: "m3-x2",
  architecture: { blocks: 3, features: 16, width: 16, scale: 2 },
  batch: 2,
  crop: 12,
  steps: 6,
  warmUp: 2,
});

test("a run's report holds curves, scores and details, and needs nothing else", async () => {
  const out = await folder();
  const set = join(out, "Odd & <set>");
  await mkdir(set);
  await writePicture(join(set, "a.png"), 1);
  await writePicture(join(set, "b.png"), 2);
  const dataset = smallDataset(2, 12);
  const evaluation = await readEvaluationSet(set, 2);
  const sources = { from: "m5 <x2>", teacher: "xl-x2" };
  const { checkpoint } = await train({ recipe, dataset, out, evaluation, reportEvery: 2, sources });

  const { path, sets } = await writeReport(checkpoint, { evaluate: [set] });
  expect(path).toBe(reportPath(checkpoint));
  expect(sets[0]?.rows.map(({ name }) => name)).toEqual(["a.png", "b.png", "mean"]);
  const text = await readFile(path, "utf8");
  expect(text).not.toMatch(/(src|href)="(?!data:)|url\(|@import|<script/);
  expect(text).not.toContain("undefined");
  expect(text).not.toContain("NaN");
  const { document } = parseHTML(text);
  expect(document.querySelector("h1")?.textContent).toBe("m3-x2");
  expect(document.querySelector("caption")?.textContent).toBe("Odd & <set>");
  expect([...document.querySelectorAll(".facts th")].map((cell) => cell.textContent)).toEqual(
    expect.arrayContaining(["from", "teacher", "optimizer"]),
  );
  // PSNR, loss, rate, speed; each a line through three reports
  const lines = [...document.querySelectorAll('.charts svg g[aria-label="line"] path')];
  expect(lines.map((line) => line.getAttribute("d")?.match(/[ML]/g)?.length)).toEqual([3, 3, 3, 3]);
  expect(text).toContain(`bicubic ${sets[0]!.rows[2]!.bicubic.psnr.toFixed(2)}`);
  const images = [...document.querySelectorAll("img")].map((image) => image.getAttribute("src")!);
  expect(images.length).toBe(8);
  const sizes = images.slice(0, 4).map(async (source) => {
    const { width, height } = await sharp(Buffer.from(source.split(",")[1]!, "base64")).metadata();
    return [width, height];
  });
  expect(await Promise.all(sizes)).toEqual([[28, 28], [56, 56], [56, 56], [56, 56]]); // prettier-ignore
});

test("without test pictures or history it still says what the network is", async () => {
  const out = await folder();
  const { checkpoint } = await train({ recipe, dataset: smallDataset(2, 12), out, minutes: 0 });
  await rm(join(out, "m3-x2.history.jsonl"));
  const { path, sets } = await writeReport(checkpoint, { output: join(out, "page.html") });
  expect(sets).toEqual([]);
  expect(await readFile(path, "utf8")).toContain("This checkpoint has no history of reports yet.");
  const reason = new Error("stop");
  const stopped = writeReport(checkpoint, { evaluate: [out], signal: AbortSignal.abort(reason) });
  await expect(stopped).rejects.toBe(reason);
});

test("charts leave out what was never reported, and mark where a run stepped back", () => {
  const progress = (step: number, kind: "progress" | "step-back" = "progress"): HistoryEntry => ({
    kind,
    step,
    loss: 0.01,
    rate: 5e-4,
    gradientNorm: 0.1,
    stepsPerSecond: 5,
  });
  expect(drawCharts([])).toEqual([]);
  const charts = drawCharts([progress(250), progress(400, "step-back"), progress(500)]);
  expect(charts.map(({ latest }) => latest)).toEqual(["0.01000", "5.0e-4", "5.0"]);
  expect(charts[0]?.svg).toContain("var(--warning)");
});

test("a detail made by the bicubic filter itself is the bicubic one, colours included", async () => {
  const file = join(await folder(), "a.png");
  await writePicture(file, 3);
  const crop = await makeCrop("a.png", await readPicture(file), 2, [
    (low) => resizeLuma(low, low.width * 2, low.height * 2),
  ]);
  const [, bicubic, network] = await Promise.all(crop.images.map((image) => sharp(image).raw().toBuffer()));
  const differences = bicubic!.map((value, index) => Math.abs(value - network![index]!));
  // rounding of each colour to 8 bits, in two orders
  expect(Math.max(...differences)).toBeLessThanOrEqual(2);
});

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), "tatami-report-"));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}

async function writePicture(path: string, seed: number): Promise<void> {
  const { width, height, data } = wavyPicture(64, 56, seed);
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(path);
}
