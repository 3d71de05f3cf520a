/**
 * Files of ten bits, in and out: makes them from a clip of the examples' in the codecs and curves that phones, cameras and discs
 * have, upscales them, and prints what FFmpeg reads in the outputs and how close their luma comes to the truth, beside the bicubic
 * filter through the same encoder. Then a gradient, and how many levels are left of it: `npm run table:ten-bit [-- PICTURE.png]`
 * writes it with its contrast raised.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { makeDeepClip } from "@tatami/codecs/testing";
import type { DeepClipOptions } from "@tatami/codecs/testing";
import type { DeepPlane, DeepPlanes, PixelFormat } from "@tatami/core";
import { createPlanesReducer } from "@tatami/patches";
import { createUpscaler, upscale } from "@tatami/upscale";
import { loadModel } from "@tatami/zoo";
import sharp from "sharp";
import type { Curve } from "../support/ten-bits/pictures.ts";
import { clipIn, colors, gradient } from "../support/ten-bits/pictures.ts";
import { meanPsnr, readLuma, readStated } from "../support/ten-bits/read-back.ts";

interface Row extends Pick<DeepClipOptions, "codec" | "format" | "hasMastering" | "dolbyVision"> {
  readonly title: string;
  readonly curve: Curve;
  /** Of the files in and out. */
  readonly ending: string;
}

const rows: readonly Row[] = [
  { title: "10-bit SDR, HEVC", curve: "sdr", codec: "hevc", format: "mp4", ending: "mp4" },
  { title: "10-bit SDR, VP9", curve: "sdr", codec: "vp9", format: "webm", ending: "webm" },
  { title: "10-bit SDR, AV1", curve: "sdr", codec: "av1", format: "matroska", ending: "mkv" },
  { title: "HDR10, HEVC", curve: "pq", codec: "hevc", format: "mp4", ending: "mp4", hasMastering: true },
  { title: "HDR10, VP9", curve: "pq", codec: "vp9", format: "webm", ending: "webm", hasMastering: true },
  { title: "HDR10, AV1", curve: "pq", codec: "av1", format: "mp4", ending: "mp4", hasMastering: true },
  { title: "HLG, HEVC", curve: "hlg", codec: "hevc", format: "mov", ending: "mov" },
  {
    title: "Dolby Vision 8.4, HEVC",
    curve: "hlg",
    codec: "hevc",
    format: "mp4",
    ending: "mp4",
    dolbyVision: { profile: 8, baseLayer: 4 },
  },
];

/** Seconds of the clip, and pictures that are taken of it. */
const [start, count] = [1.2, 6];
/** A factor that takes little: what is compared is the network, not the encoder. */
const crf = 4;
const scale = 2;

const folder = mkdtempSync(join(tmpdir(), "tatami-ten-bits-"));
const at = (name: string): string => join(folder, name);
await using upscaler = await createUpscaler({ model: await loadModel("m5-x2"), backends: ["wasm"] });
const reduce = await createPlanesReducer();

/** Upscales to a file of the input's own codec. @param strength 0 is the bicubic filter, 1 the network */
async function enlarge(
  input: string,
  output: string,
  codec: Row["codec"],
  strength: number,
  pixelFormat?: PixelFormat,
): Promise<readonly string[]> {
  const options = { model: upscaler, codec, crf, strength, ...(pixelFormat && { pixelFormat }) };
  const { changed } = await upscale(input, { ...options, output });
  return changed.map(({ message }) => message);
}

function makeClip(
  path: string,
  { codec, format, curve, ...row }: Row,
  pictures: readonly DeepPlanes[],
): Promise<void> {
  const { hasMastering = false, dolbyVision } = row;
  const drawn = {
    frames: pictures.length,
    color: colors[curve],
    draw: (index: number) => pictures[index % pictures.length]!,
  };
  return makeDeepClip(path, {
    codec,
    format,
    crf,
    ...drawn,
    hasMastering,
    ...(dolbyVision && { dolbyVision }),
  });
}

async function printRow(row: Row, truths: ReadonlyMap<Curve, readonly DeepPlanes[]>): Promise<void> {
  const truth = truths.get(row.curve)!;
  const small = truth.map((planes) =>
    reduce(planes, { width: planes.luma.width / scale, height: planes.luma.height / scale }),
  );
  const [input, output, filtered] = ["in", "out", "filtered"].map((name) => at(`${name}.${row.ending}`)) as [
    string,
    string,
    string,
  ];
  await makeClip(input, row, small);
  const changed = await enlarge(input, output, row.codec, 1);
  await enlarge(input, filtered, row.codec, 0);
  const right = truth.map(({ luma }) => luma);
  const [before, after] = [await readStated(input), await readStated(output)];
  const lumas = await readLuma(output);
  const psnr = meanPsnr(lumas, right, 2 * scale);
  const bicubic = meanPsnr(await readLuma(filtered), right, 2 * scale);
  const [levels, most] = [
    new Set(lumas.flatMap(({ data }) => [...data])).size,
    new Set(right.flatMap(({ data }) => [...data])).size,
  ];
  console.log(`${row.title}, .${row.ending}`);
  console.log(`  in   ${before.codec}  ${before.color}  ${before.beside}`);
  console.log(`  out  ${after.codec}  ${after.color}  ${after.beside}`);
  console.log(
    `       luma ${psnr.toFixed(2)} dB, bicubic ${bicubic.toFixed(2)} dB (${signed(psnr - bicubic)}); ${levels} levels, the truth has ${most}`,
  );
  for (const message of changed) console.log(`       told: ${message}`);
}

const signed = (value: number): string => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;

/** A slope that is one level of 8 bits every eight pixels, enlarged in ten bits and in eight. */
async function showGradient(picture: string | undefined): Promise<void> {
  const size = { width: 320, height: 64 };
  const [from, to] = [400, 560];
  const slope = gradient(size, from, to);
  const row: Row = { title: "gradient", curve: "sdr", codec: "hevc", format: "mp4", ending: "mp4" };
  await makeClip(at("gradient.mp4"), row, [slope, slope, slope]);
  const results: DeepPlane[] = [];
  for (const pixelFormat of ["yuv420p10le", "yuv420p"] as const) {
    const output = at(`gradient-${pixelFormat}.mp4`);
    await enlarge(at("gradient.mp4"), output, "hevc", 1, pixelFormat);
    const [luma] = await readLuma(output);
    results.push(luma!);
    const middle = [...luma!.data.subarray(64 * luma!.width, 65 * luma!.width)];
    const ideal = middle.map(
      (_, x) => from + ((to - from) * Math.min(Math.max((x - 0.5) / 2, 0), 319)) / 319,
    );
    const worst = Math.max(...middle.slice(8, -8).map((level, x) => Math.abs(level - ideal[x + 8]!)));
    const flat = longestRun(middle);
    console.log(
      `  ${pixelFormat.padEnd(12)} ${new Set(middle).size} levels of ${to - from + 1}, longest flat stretch ${flat} pixels, at most ${worst.toFixed(1)} of ten bits off the slope`,
    );
  }
  if (picture !== undefined) await drawBoth(results, from, to, picture);
}

function longestRun(levels: readonly number[]): number {
  let [longest, run] = [0, 0];
  levels.forEach((level, index) => {
    run = index > 0 && level === levels[index - 1] ? run + 1 : 1;
    longest = Math.max(longest, run);
  });
  return longest;
}

/** One above the other, the slope's levels from black to white. */
async function drawBoth(lumas: readonly DeepPlane[], from: number, to: number, path: string): Promise<void> {
  const [{ width, height }] = lumas as [DeepPlane];
  const pixels = Buffer.concat(
    lumas.map(({ data }) =>
      Buffer.from(data.map((level) => Math.min(255, Math.max(0, (255 * (level - from)) / (to - from))))),
    ),
  );
  const raw = { width, height: height * lumas.length, channels: 1 as const };
  await sharp(pixels, { raw })
    .resize(width * 2, undefined, { kernel: "nearest" })
    .png()
    .toFile(path);
}

try {
  const truths = new Map<Curve, readonly DeepPlanes[]>();
  for (const curve of ["sdr", "pq", "hlg"] as const) truths.set(curve, await clipIn(curve, start, count));
  for (const row of rows) await printRow(row, truths);
  console.log("a slope of 161 levels of ten bits over 640 pixels, enlarged by m5-x2 and written as HEVC of");
  const [picture] = process.argv.slice(2);
  await showGradient(picture === undefined ? undefined : resolve(process.env["INIT_CWD"] ?? ".", picture));
} finally {
  rmSync(folder, { recursive: true });
}
