/**
 * Prints how close enlarged colours come to the truth, guided by luma, beside the cubic filter:
 *
 *     npx tsx --conditions=@tatami/source packages/train/bench/chroma.ts [--model FILE] [--train FOLDER] [--crf LIST] [FOLDER…]
 *
 * Every colour picture is reduced in RGB by the bicubic track's filter and becomes 4:2:0 of the studio range; as it is, and behind H.264 at
 * each constant rate factor of the list; its luma is enlarged by the network, its chroma in both ways, to 4:2:0; a player's straight
 * lines make 4:4:4 of it, then RGB. "true" has the truth's own chroma at 4:2:0: more than that no way can gain.
 *
 * Of `--train`, a folder with lossless files beside `wide-` ones, whose chroma is halved and which are left out, two sets of
 * 40 pictures are taken, evenly: those with saturated edges and the others. Drawn pictures are a set of their own.
 */

import { basename } from "node:path";
import { parseArgs } from "node:util";
import { checkInteger, createRandom } from "@tatami/core";
import type { Plane, Size } from "@tatami/core";
import { createChromaGuide, enlargeChroma } from "@tatami/patches";
import { readTrained } from "../src/campaign/read-trained.ts";
import { drawPicture } from "../src/data/drawing/draw-picture.ts";
import type { Picture } from "../src/data/luma.ts";
import { listPictures, readPicture } from "../src/data/read-picture.ts";
import { createModelEnlarge } from "../src/report/model-enlarge.ts";
import { compileKernels } from "../src/run/kernels.ts";
import type { ChromaCase } from "./chroma-cases.ts";
import { makeCase, saturatedEdges, toPlanes, toRgb } from "./chroma-cases.ts";

/** A set's pictures, read when their turn comes. */
type PictureSet = readonly (() => Promise<Picture>)[];

const { values, positionals } = parseArgs({
  options: {
    model: { type: "string", default: "packages/zoo/models/m5-x2.onnx" },
    train: { type: "string" },
    crf: { type: "string", default: "23,30" },
    drawn: { type: "string", default: "16" },
  },
  allowPositionals: true,
});
/** A picture has saturated edges when they are at so many of its chroma samples. */
const manyEdges = 0.05;
const mostPictures = 40;
const quantizers = values.crf.split(",").map((word) => checkInteger("--crf", Number(word), 0, 51));
const { model } = await readTrained(values.model);
const { scale } = model;
const enlarge = createModelEnlarge(await compileKernels(), model);
const guide = await createChromaGuide();

const sets = new Map<string, PictureSet>();
for (const folder of positionals) {
  const paths = await listPictures(folder);
  sets.set(
    basename(folder),
    paths.map((path) => () => readPicture(path)),
  );
}
if (values.train)
  for (const [name, paths] of Object.entries(await splitTrain(values.train))) sets.set(name, paths);
const drawings = checkInteger("--drawn", Number(values.drawn), 0);
if (drawings > 0)
  sets.set(
    "drawn",
    Array.from({ length: drawings }, (_, index) => () => drawPicture(createRandom(90_000 + index))),
  );

console.log(
  `${model.name}: PSNR in dB of RGB with cubic chroma; gains over it in RGB, and in Cb and Cr at 4:2:0`,
);
console.log("set           pictures  CRF   cubic  guided    true     Cb     Cr  least  gaining");
for (const [name, pictures] of sets) {
  const rows = new Map<number | undefined, Row[]>([undefined, ...quantizers].map((crf) => [crf, []]));
  for (const [index, read] of pictures.entries()) {
    const picture = await read();
    if (picture.channels !== 3) continue;
    for (const [crf, found] of rows)
      found.push(rowOf(await makeCase(`${name} ${index}`, picture, scale, enlarge, crf)));
  }
  for (const [crf, found] of rows) console.log(lineOf(name, crf, found));
}

interface Samples {
  readonly data: Uint8Array;
}

/** Gains over the cubic filter, but the first. */
interface Row {
  readonly cubic: number;
  readonly guided: number;
  readonly truth: number;
  readonly blue: number;
  readonly red: number;
}

function rowOf({ truth, high, low, enlarged }: ChromaCase): Row {
  const rgb = (chroma: readonly [Plane, Plane]): number =>
    decibels(toRgb({ luma: enlarged, chroma }).data, truth, 3);
  const [cubic, guided] = [enlargeChroma(low, scale), guide(low, enlarged, scale)];
  const gain = (channel: 0 | 1): number => {
    const right = high.chroma[channel];
    return decibels(guided[channel].data, right) - decibels(cubic[channel].data, right);
  };
  const least = rgb(cubic);
  return {
    cubic: least,
    guided: rgb(guided) - least,
    truth: rgb(high.chroma) - least,
    blue: gain(0),
    red: gain(1),
  };
}

function lineOf(name: string, crf: number | undefined, rows: readonly Row[]): string {
  const mean = (key: keyof Row): number => rows.reduce((sum, row) => sum + row[key], 0) / rows.length;
  const gains = (["guided", "truth", "blue", "red"] as const).map(mean);
  const least = Math.min(...rows.map(({ guided }) => guided));
  const gaining = `${rows.filter(({ guided }) => guided > 0).length}`;
  const cells = [
    name.padEnd(14) + String(rows.length).padStart(8),
    String(crf ?? "–").padStart(5),
    mean("cubic").toFixed(2).padStart(8),
    ...gains.map((value, index) => signed(value).padStart(index < 2 ? 8 : 7)),
    signed(least).padStart(7),
    gaining.padStart(9),
  ];
  return cells.join("");
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
}

/** PSNR of all samples but a border of as many pixels as the scale. */
function decibels(seen: Uint8Array, { width, height, data }: Size & Samples, channels = 1): number {
  const row = width * channels;
  let [sum, count] = [0, 0];
  for (let y = scale; y < height - scale; y++)
    for (let i = y * row + scale * channels; i < (y + 1) * row - scale * channels; i++, count++)
      sum += (seen[i]! - data[i]!) ** 2;
  // a difference of nothing is as good as one sample off by one level
  return 10 * Math.log10((255 ** 2 * count) / Math.max(sum, 1));
}

async function splitTrain(folder: string): Promise<Readonly<Record<string, PictureSet>>> {
  const whole = (await listPictures(folder)).filter((path) => !basename(path).startsWith("wide-"));
  const [saturated, others]: [string[], string[]] = [[], []];
  for (const path of whole) {
    const picture = await readPicture(path);
    if (picture.channels !== 3) continue;
    (saturatedEdges(toPlanes(picture)) >= manyEdges ? saturated : others).push(path);
  }
  console.log(
    `${folder}: ${saturated.length} of ${saturated.length + others.length} lossless colour pictures have saturated edges at ${100 * manyEdges} % of their chroma samples or more`,
  );
  const some = (paths: readonly string[]): PictureSet => {
    const step = Math.max(1, Math.floor(paths.length / mostPictures));
    const taken = paths.filter((_, index) => index % step === 0).slice(0, mostPictures);
    return taken.map((path) => () => readPicture(path));
  };
  return { saturated: some(saturated), photographs: some(others) };
}
