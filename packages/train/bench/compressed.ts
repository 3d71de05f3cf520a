/**
 * Prints how models enlarge compressed videos, beside bicubic and Lanczos:
 *
 *     npx tsx --conditions=@tatami/source packages/train/bench/compressed.ts [OPTIONS] FOLDER… -- MODEL…
 *
 * A folder holds clips or pictures; a model is a checkpoint or an ONNX file. All models need one scale.
 *
 *     --crf 23,28,33       H.264's constant rate factors; other codecs get quantizers about as coarse
 *     --codec avc          of avc, hevc, vp9, av1, mpeg2, mpeg4, mjpeg
 *     --lens 0,0.8,1.2     blur of what the camera sees, σ in small pixels; the truth stays sharp
 *     --soft 0,1.5         blur of the truth itself, σ in large pixels
 *     --noise 0,2.5        sensor noise before compression, σ in levels
 *     --websr              WebSR's networks beside the models, at ×2
 *     --choose m5-x2       beside the models what the chooser makes of each picture: faithful, and sharp
 *     --vmaf FFMPEG        a program with libvmaf; without one VMAF is not measured
 *
 * The first of each list is the usual: each further one is tried by itself, with the usual of all others.
 */

import { basename } from "node:path";
import { parseArgs } from "node:util";
import { compressionCodecs, compressPictures } from "@tatami/codecs/node";
import { checkInteger, checkNumber, checkOneOf, invalidOption } from "@tatami/core";
import { countMacs } from "@tatami/graph";
import type { CameraCodec } from "../src/data/camera/compress.ts";
import { compressedTable, evaluateCompressed, gainOver } from "../src/data/camera/evaluate-compressed.ts";
import type {
  CompressedCase,
  CompressedRow,
  EnlargeDecoded,
} from "../src/data/camera/evaluate-compressed.ts";
import { createVmafMeter } from "../src/data/camera/measure-vmaf.ts";
import { readFrameSequences } from "../src/data/camera/read-sequences.ts";
import { compileKernels } from "../src/run/kernels.ts";
import { createModelEnlarge } from "../src/report/model-enlarge.ts";
import { readTrained } from "../src/campaign/read-trained.ts";
import { createChosenEnlarge } from "./reading/enlarge-as-chosen.ts";
import { createWebsrNetwork } from "./websr/enlarge.ts";

const { values, tokens } = parseArgs({
  options: {
    crf: { type: "string", default: "23,28,33" },
    codec: { type: "string", default: "avc" },
    lens: { type: "string", default: "0" },
    soft: { type: "string", default: "0" },
    noise: { type: "string", default: "0" },
    websr: { type: "boolean", default: false },
    choose: { type: "string" },
    vmaf: { type: "string" },
  },
  allowPositionals: true,
  tokens: true,
});
const split = tokens.find(({ kind }) => kind === "option-terminator")?.index ?? Infinity;
const wordsWhere = (fits: (index: number) => boolean): readonly string[] =>
  tokens.flatMap((token) => (token.kind === "positional" && fits(token.index) ? token.value : []));
const folders = wordsWhere((index) => index < split);
const paths = wordsWhere((index) => index > split);
if (folders.length === 0 || paths.length === 0)
  throw invalidOption("arguments", "[OPTIONS] FOLDER… -- MODEL…", process.argv.slice(2).join(" "));

const compiled = await compileKernels();
const trained = await Promise.all(paths.map(async (path) => ({ path, ...(await readTrained(path)) })));
const scales = new Set(trained.map(({ model }) => model.scale));
if (scales.size > 1) throw invalidOption("models", "of one scale", [...scales].join(", "));
const [scale = 2] = scales;
if (values.websr && scale !== 2) throw invalidOption("--websr", "given with models of ×2", `×${scale}`);
const enlargers: Record<string, EnlargeDecoded> = {};
const sizes: string[] = [];
for (const { path, model } of trained) {
  enlargers[labelOf(path)] = createModelEnlarge(compiled, model);
  sizes.push(`${labelOf(path)} ${macsOf(countMacs(model, { width: 64, height: 64 }) / 64 ** 2)}`);
}
const models = Object.keys(enlargers);
for (const size of values.websr ? (["s", "m", "l"] as const) : [])
  for (const kind of ["an", "rl"] as const) {
    const { name, macs, enlargeDecoded } = await createWebsrNetwork(compiled, size, kind);
    enlargers[name] = enlargeDecoded;
    sizes.push(`${name} ${macsOf(macs)}`);
  }
for (const look of values.choose === undefined ? [] : (["faithful", "sharp"] as const))
  enlargers[look] = await createChosenEnlarge(compiled, values.choose!, look);

for (const folder of folders) {
  const { sequences, leftOut } = await readFrameSequences(folder);
  for (const { name, error } of leftOut) console.log(`left out ${name}: ${error.message}`);
  const result = await evaluateCompressed(sequences, {
    scale,
    enlargers,
    cases: readCases(),
    compress: compressPictures,
    ...(values.vmaf !== undefined && { vmaf: createVmafMeter(values.vmaf) }),
  });
  const measured = `Y-PSNR in dB, SSIM${values.vmaf === undefined ? "" : ", VMAF"}, gain over the better filter`;
  console.log(`${basename(folder)}, ×${scale}: ${measured}`);
  console.log(`multiply-accumulates a small pixel: ${sizes.join(", ")}\n`);
  for (const line of compressedTable(result)) console.log(line);
  if (values.websr) for (const line of besideWebsr(result.rows)) console.log(line);
  for (const line of result.notMeasured) console.log(`not measured: ${line}`);
  console.log();
}

/** Two files of one name would hide one another. */
function labelOf(path: string): string {
  const nameOf = (other: string): string => basename(other).replace(/\.\w+$/, "");
  return paths.filter((other) => nameOf(other) === nameOf(path)).length > 1 ? path : nameOf(path);
}

function macsOf(count: number): string {
  return Math.round(count).toLocaleString("en");
}

/** The usual case and those that differ from it in one thing, each at every rate factor. */
function readCases(): readonly CompressedCase[] {
  const quantizers = values.crf.split(",").map((word) => checkInteger("--crf", Number(word), 0, 51));
  const codecs = values.codec.split(",").map((word) => checkOneOf("--codec", word, compressionCodecs));
  const [lenses, softs, noises] = (["lens", "soft", "noise"] as const).map((name) =>
    values[name].split(",").map((word) => checkNumber(`--${name}`, Number(word), 0, 50)),
  ) as [number[], number[], number[]];
  const usual = { codec: codecs[0]!, lens: lenses[0]!, soft: softs[0]!, noise: noises[0]! };
  const conditions = [
    usual,
    ...lenses.slice(1).map((lens) => ({ ...usual, lens })),
    ...softs.slice(1).map((soft) => ({ ...usual, soft })),
    ...noises.slice(1).map((noise) => ({ ...usual, noise })),
    ...codecs.slice(1).map((codec) => ({ ...usual, codec })),
  ];
  return conditions.flatMap((condition) =>
    quantizers.map((crf) => ({ ...condition, quantizer: quantizerLike(condition.codec, crf) })),
  );
}

/**
 * A quantizer about as coarse as H.264's at a rate factor. MPEG's and JPEG's scale is half a step, and H.264's step
 * doubles every six; VP9's and AV1's range is longer: three of theirs are about two of its.
 */
function quantizerLike(codec: CameraCodec, crf: number): number {
  switch (codec) {
    case "avc":
    case "hevc":
      return crf;
    case "vp9":
    case "av1":
      return Math.min(63, Math.max(0, Math.round(1.5 * crf - 3)));
    case "mpeg2":
    case "mpeg4":
    case "mjpeg":
      return Math.min(31, Math.max(1, Math.round(2 ** ((crf - 4) / 6) / 2)));
  }
}

/** How far each model is above the better of WebSR's L, clip by clip, and in its worst case. */
function besideWebsr(rows: readonly CompressedRow[]): readonly string[] {
  const large = ["websr-l-an", "websr-l-rl"];
  const names = [...new Set(rows.map((row) => row.name))];
  const textOf = (of: readonly CompressedRow[], model: string): string => {
    const { mean, least, leastAt } = gainOver(of, model, large);
    return `mean ${mean.toFixed(2)} dB, least ${least.toFixed(2)} dB (${leastAt.case}, ${leastAt.name})`;
  };
  return models.flatMap((model) => [
    `${model} above the better of ${large.join(" and ")}: ${textOf(rows, model)}`,
    ...names.map((name) => {
      const of = rows.filter((row) => row.name === name);
      return `  ${name}: ${textOf(of, model)}`;
    }),
  ]);
}
