import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compressPictures } from "@tatami/codecs/node";
import { frameLedger } from "@tatami/core";
import sharp from "sharp";
import { expect, onTestFinished, test } from "vitest";
import { resizeLuma } from "../bicubic.ts";
import type { LumaPlane } from "../luma.ts";
import type { CompressiblePicture } from "./compress.ts";
import { compressedTable, evaluateCompressed, gainOver } from "./evaluate-compressed.ts";
import type { CompressedResult, CompressedRow } from "./evaluate-compressed.ts";
import { cropFrame, planeOf, reduceFrame } from "./frame-sequence.ts";
import { readFrameSequences } from "./read-sequences.ts";
import { createWavySequence } from "./test-support.ts";

const clip = fileURLToPath(new URL("../../../../../examples/clips/bunny-320x180.mp4", import.meta.url));

/** Twice as large, and so much brighter. */
function enlargeBrighter(low: LumaPlane, by = 0): LumaPlane {
  const { data, ...size } = resizeLuma(low, low.width * 2, low.height * 2);
  return { ...size, data: data.map((value) => value + by) };
}

test("bicubic, Lanczos and models are scored against the original, worse at each quantizer", async () => {
  const sequences = [createWavySequence("a", 100, 84, 4), createWavySequence("b", 96, 90, 1)];
  const seen: CompressedRow[] = [];
  const result = await evaluateCompressed(sequences, {
    scale: 2,
    enlargers: { same: (low) => enlargeBrighter(low), grey: (low) => enlargeBrighter(low, 40) },
    compress: compressPictures,
    onRow: (row) => seen.push(row),
  });
  expect(result.rows).toEqual(seen);
  expect(result.rows.map(({ name, case: words, frames }) => `${name} ${words} ${frames}`)).toEqual(
    ["a", "b"].flatMap((name) => ["avc 23", "avc 28", "avc 33"].map((words) => `${name} ${words} 1`)),
  );
  for (const { scores } of result.rows) {
    expect(scores["same"]).toEqual(scores["bicubic"]);
    expect(scores["grey"]!.psnr).toBeLessThan(scores["lanczos"]!.psnr - 3);
  }
  const [fine, middle, coarse] = result.means.map((row) => row.scores["bicubic"]!);
  expect(fine!.psnr).toBeGreaterThan(middle!.psnr);
  expect(middle!.psnr).toBeGreaterThan(coarse!.psnr);
  expect(fine!.ssim).toBeGreaterThan(coarse!.ssim);
  const mean = (result.rows[0]!.scores["bicubic"]!.psnr + result.rows[3]!.scores["bicubic"]!.psnr) / 2;
  expect(fine!.psnr).toBeCloseTo(mean, 9);
  expect(result.notMeasured[0]).toContain("VMAF");
});

test("the table has a block a case and one over all, with each model's mean and least gain", async () => {
  const result = await evaluateCompressed(
    [createWavySequence("a", 64, 48, 1), createWavySequence("b", 64, 48, 1, 3)],
    {
      scale: 2,
      enlargers: { brighter: (low) => enlargeBrighter(low, 20) },
      cases: [{ quantizer: 20 }, { codec: "mpeg2", quantizer: 3 }],
      compress: compressPictures,
    },
  );
  const lines = compressedTable(result);
  const heads = lines.map((line) => line.slice(0, 11).trim());
  expect(heads.join("|")).toBe("avc 20|a|b|mean|least||mpeg2 3|a|b|mean|least||all 2 cases|mean|least|");
  const gains = result.rows.map(({ scores }) => {
    return scores["brighter"]!.psnr - Math.max(scores["bicubic"]!.psnr, scores["lanczos"]!.psnr);
  });
  const { mean, least, leastAt } = gainOver(result.rows, "brighter", ["bicubic", "lanczos"]);
  expect(mean).toBeCloseTo(gains.reduce((sum, gain) => sum + gain) / 4, 9);
  expect(least).toBe(Math.min(...gains));
  expect(leastAt).toBe(result.rows[gains.indexOf(least)]);
  expect(lines[1]).toMatch(/^a .* \d\d\.\d\d 0\.\d{4} -\d+\.\d\d$/);
  expect(lines.at(-3)!.endsWith(` ${mean.toFixed(2)}`)).toBe(true);
  expect(lines.at(-2)!.endsWith(`${leastAt.name} ${least.toFixed(2)}`)).toBe(true);
});

test("a lens blurs what is compressed and not the truth; softness blurs both; noise reaches luma alone", async () => {
  const sequence = createWavySequence("a", 96, 80, 1);
  const given: CompressiblePicture[] = [];
  const cases = [{}, { lens: 0.8 }, { soft: 1.5 }, { noise: 4 }].map((one) => ({ quantizer: 1, ...one }));
  const evaluate = (): Promise<CompressedResult> =>
    evaluateCompressed([sequence], {
      scale: 2,
      enlargers: {},
      cases,
      compress: async (pictures) => {
        given.push(pictures[0]!);
        return pictures;
      },
    });
  const { rows } = await evaluate();
  expect(rows.map((row) => row.case)).toEqual([
    "avc 1",
    "avc 1, lens 0.8",
    "avc 1, soft 1.5",
    "avc 1, noise 4",
  ]);
  const [plain, lens, soft, noise] = given.map((picture) => planeOf(picture, 0).data);
  expect([...plain!]).toEqual([...planeOf(reduceFrame(cropFrame(sequence.frames[0]!, 4), 2), 0).data]);
  expect(steepness(lens!)).toBeLessThan(0.8 * steepness(plain!));
  expect(steepness(soft!)).toBeLessThan(0.8 * steepness(plain!));
  const [clean, seen, blurred] = rows.map(({ scores }) => scores["bicubic"]!.psnr);
  // what a lens took away is missed; what softness took away nobody misses
  expect(seen).toBeLessThan(clean! - 2);
  expect(blurred).toBeGreaterThan(clean! + 5);
  const strays = Array.from(noise!, (value, i) => (value - plain![i]!) ** 2);
  const deviation = Math.sqrt(strays.reduce((sum, stray) => sum + stray, 0) / strays.length);
  expect(deviation).toBeGreaterThan(3);
  expect(deviation).toBeLessThan(5);
  expect([...planeOf(given[3]!, 1).data]).toEqual([...planeOf(given[0]!, 1).data]);
  expect((await evaluate()).rows).toEqual(rows);
});

test("what enlarges gets the decoded picture whole, its luma first", async () => {
  const [seen, decoded]: [CompressiblePicture[], CompressiblePicture[]] = [[], []];
  await evaluateCompressed([createWavySequence("a", 64, 48, 3)], {
    scale: 2,
    enlargers: {
      watching: (low, picture) => {
        seen.push(picture);
        expect([...low.data]).toEqual([...planeOf(picture, 0).data]);
        return enlargeBrighter(low);
      },
    },
    cases: [{ codec: "mjpeg", quantizer: 6 }],
    compress: async (pictures, options) => {
      expect(options).toEqual({ codec: "mjpeg", quantizer: 6 });
      decoded.push(...(await compressPictures(pictures, options)));
      return decoded;
    },
  });
  expect(seen).toEqual([decoded[2]]);
});

/** Mean difference of neighbours. */
function steepness(data: Uint8Array): number {
  return data.reduce((sum, value, i) => sum + Math.abs(value - (data[i - 1] ?? value)), 0) / data.length;
}

test("frames are cut and reduced plane by plane", () => {
  const [frame] = createWavySequence("a", 23, 18, 1).frames;
  const cut = cropFrame(frame!, 4);
  expect([cut.width, cut.height, cut.data.length]).toEqual([20, 16, 20 * 16 * 1.5]);
  expect([...planeOf(cut, 2).data.subarray(0, 10)]).toEqual([...planeOf(frame!, 2).data.subarray(0, 10)]);
  const low = reduceFrame(cut, 2);
  expect([low.width, low.height, low.data.length]).toEqual([10, 8, 120]);
  expect(planeOf(low, 1)).toMatchObject({ width: 5, height: 4 });
});

test("a folder's clips and pictures are read, the rest is left out with its reason", async () => {
  frameLedger.reset();
  const folder = await mkdtemp(join(tmpdir(), "tatami-compressed-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await copyFile(clip, join(folder, "bunny.mp4"));
  await writeFile(join(folder, "note.txt"), "no clip");
  await sharp(Buffer.alloc(24 * 20 * 3, 255), { raw: { width: 24, height: 20, channels: 3 } })
    .png()
    .toFile(join(folder, "white.png"));
  const { sequences, leftOut } = await readFrameSequences(folder, 3);
  expect(sequences.map(({ name, frames }) => [name, frames.length])).toEqual([
    ["bunny.mp4", 3],
    ["white.png", 1],
  ]);
  expect(sequences[0]!.frames[0]).toMatchObject({ width: 320, height: 180 });
  expect(sequences[1]!.frames[0]!.data[0]).toBe(235);
  expect(leftOut.map(({ name, error }) => [name, error.code])).toEqual([
    ["note.txt", "unsupported-container"],
  ]);
  expect(frameLedger.open).toBe(0);
  await expect(readFrameSequences(join(folder, "none"))).rejects.toMatchObject({ code: "input-not-found" });
});
