import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compressPictures } from "@tatami/codecs/node";
import { frameLedger } from "@tatami/core";
import sharp from "sharp";
import { expect, onTestFinished, test } from "vitest";
import { resizeLuma } from "../bicubic.ts";
import { compressedTable, evaluateCompressed } from "./evaluate-compressed.ts";
import type { CompressedRow } from "./evaluate-compressed.ts";
import { cropFrame, planeOf, reduceFrame } from "./frame-sequence.ts";
import { readFrameSequences } from "./read-sequences.ts";
import { createWavySequence } from "./test-support.ts";

const clip = fileURLToPath(new URL("../../../../../examples/clips/bunny-320x180.mp4", import.meta.url));

test("bicubic, Lanczos and a model are scored against the original, worse at each quantizer", async () => {
  const sequences = [createWavySequence("a", 100, 84, 4), createWavySequence("b", 96, 90, 1)];
  const seen: CompressedRow[] = [];
  const result = await evaluateCompressed(sequences, {
    scale: 2,
    enlargers: {
      same: (low) => resizeLuma(low, low.width * 2, low.height * 2),
      grey: ({ width, height }) => ({
        width: width * 2,
        height: height * 2,
        data: new Float32Array(4 * width * height).fill(128),
      }),
    },
    compress: compressPictures,
    onRow: (row) => seen.push(row),
  });
  expect(result.rows).toEqual(seen);
  expect(result.rows.map(({ name, quantizer, frames }) => `${name} ${quantizer} ${frames}`)).toEqual(
    ["a", "b"].flatMap((name) => [23, 30, 36].map((quantizer) => `${name} ${quantizer} 1`)),
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
  const table = compressedTable([...result.rows, ...result.means]);
  expect(table.length).toBe(10);
  expect(table[1]).toMatch(/^a +23 .* dB {2}-\d+\.\d\d dB$/);
  expect(new Set(table.slice(1).map((line) => line.split("dB").length)).size).toBe(1);
});

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
