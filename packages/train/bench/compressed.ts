/**
 * Prints how models enlarge compressed videos, beside bicubic and Lanczos:
 *
 *     npx tsx --conditions=@tatami/source packages/train/bench/compressed.ts [--vmaf FFMPEG] FOLDER… -- MODEL…
 *
 * A folder holds clips or pictures; a model is a checkpoint or an ONNX file. All models need one scale. FFMPEG is a
 * program with libvmaf; without one VMAF is not measured.
 */

import { basename } from "node:path";
import { compressPictures } from "@tatami/codecs/node";
import { invalidOption } from "@tatami/core";
import { compressedTable, evaluateCompressed } from "../src/camera/evaluate-compressed.ts";
import { createVmafMeter } from "../src/camera/measure-vmaf.ts";
import { readFrameSequences } from "../src/camera/read-sequences.ts";
import { compileKernels } from "../src/kernels.ts";
import { createModelEnlarge } from "../src/model-enlarge.ts";
import { readTrained } from "../src/read-trained.ts";

const words = process.argv.slice(2);
const vmaf = words[0] === "--vmaf" ? createVmafMeter(words.splice(0, 2)[1] ?? "") : undefined;
const split = words.indexOf("--");
if (split < 1 || split === words.length - 1)
  throw invalidOption("arguments", "[--vmaf FFMPEG] FOLDER… -- MODEL…", words.join(" "));
const compiled = await compileKernels();
const trained = await Promise.all(
  words.slice(split + 1).map(async (path) => ({ path, ...(await readTrained(compiled, path)) })),
);
const scales = new Set(trained.map(({ model }) => model.scale));
if (scales.size > 1) throw invalidOption("models", "of one scale", [...scales].join(", "));
const nameOf = (path: string): string => basename(path).replace(/\.\w+$/, "");
// two files of one name would hide one another
const labelOf = (path: string): string =>
  trained.filter((other) => nameOf(other.path) === nameOf(path)).length > 1 ? path : nameOf(path);
const enlargers = Object.fromEntries(
  trained.map(({ path, model }) => [labelOf(path), createModelEnlarge(compiled, model)]),
);
for (const folder of words.slice(0, split)) {
  const { sequences, leftOut } = await readFrameSequences(folder);
  for (const { name, error } of leftOut) console.log(`left out ${name}: ${error.message}`);
  const [scale = 2] = scales;
  const { rows, means, notMeasured } = await evaluateCompressed(sequences, {
    scale,
    enlargers,
    compress: compressPictures,
    ...(vmaf && { vmaf }),
  });
  console.log(
    `${basename(folder)}, ×${scale}, H.264 at three constant rate factors: Y-PSNR in dB, SSIM${vmaf ? ", VMAF" : ""}, gain`,
  );
  for (const line of compressedTable([...rows, ...means])) console.log(line);
  for (const line of notMeasured) console.log(`not measured: ${line}`);
}
