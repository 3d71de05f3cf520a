/**
 * Prints how models enlarge compressed videos, beside bicubic and Lanczos:
 *
 *     npx tsx --conditions=@tatami/source packages/train/bench/compressed.ts [--vmaf FFMPEG] [--crf 23,30,36] FOLDER… -- MODEL…
 *
 * A folder holds clips or pictures; a model is a checkpoint or an ONNX file. All models need one scale. FFMPEG is a
 * program with libvmaf; without one VMAF is not measured.
 */

import { basename } from "node:path";
import { parseArgs } from "node:util";
import { compressPictures } from "@tatami/codecs/node";
import { checkInteger, invalidOption } from "@tatami/core";
import { compressedTable, evaluateCompressed } from "../src/data/camera/evaluate-compressed.ts";
import { createVmafMeter } from "../src/data/camera/measure-vmaf.ts";
import { readFrameSequences } from "../src/data/camera/read-sequences.ts";
import { compileKernels } from "../src/run/kernels.ts";
import { createModelEnlarge } from "../src/report/model-enlarge.ts";
import { readTrained } from "../src/campaign/read-trained.ts";

const { values, tokens } = parseArgs({
  options: { vmaf: { type: "string" }, crf: { type: "string", default: "23,30,36" } },
  allowPositionals: true,
  tokens: true,
});
const split = tokens.find(({ kind }) => kind === "option-terminator")?.index ?? Infinity;
const wordsWhere = (fits: (index: number) => boolean): readonly string[] =>
  tokens.flatMap((token) => (token.kind === "positional" && fits(token.index) ? token.value : []));
const folders = wordsWhere((index) => index < split);
const paths = wordsWhere((index) => index > split);
if (folders.length === 0 || paths.length === 0)
  throw invalidOption(
    "arguments",
    "[--vmaf FFMPEG] [--crf LIST] FOLDER… -- MODEL…",
    process.argv.slice(2).join(" "),
  );
const quantizers = values.crf.split(",").map((word) => checkInteger("--crf", Number(word), 0, 51));
const vmaf = values.vmaf === undefined ? undefined : createVmafMeter(values.vmaf);
const compiled = await compileKernels();
const trained = await Promise.all(paths.map(async (path) => ({ path, ...(await readTrained(path)) })));
const scales = new Set(trained.map(({ model }) => model.scale));
if (scales.size > 1) throw invalidOption("models", "of one scale", [...scales].join(", "));
const nameOf = (path: string): string => basename(path).replace(/\.\w+$/, "");
// two files of one name would hide one another
const labelOf = (path: string): string =>
  trained.filter((other) => nameOf(other.path) === nameOf(path)).length > 1 ? path : nameOf(path);
const enlargers = Object.fromEntries(
  trained.map(({ path, model }) => [labelOf(path), createModelEnlarge(compiled, model)]),
);
for (const folder of folders) {
  const { sequences, leftOut } = await readFrameSequences(folder);
  for (const { name, error } of leftOut) console.log(`left out ${name}: ${error.message}`);
  const [scale = 2] = scales;
  const { rows, means, notMeasured } = await evaluateCompressed(sequences, {
    scale,
    enlargers,
    quantizers,
    compress: compressPictures,
    ...(vmaf && { vmaf }),
  });
  console.log(
    `${basename(folder)}, ×${scale}, H.264 at constant rate factors ${quantizers.join(", ")}: Y-PSNR in dB, SSIM${vmaf ? ", VMAF" : ""}, gain`,
  );
  for (const line of compressedTable([...rows, ...means])) console.log(line);
  for (const line of notMeasured) console.log(`not measured: ${line}`);
}
