/**
 * Prints how well networks enlarge text and line art that no recipe's seed draws:
 *
 *     npx tsx --conditions=@tatami/source packages/train/bench/drawings.ts TRACK MODEL…
 *
 * TRACK is `bicubic`, or `camera`: each drawing goes through one random camera. A MODEL is a checkpoint or an ONNX
 * file; models of several scales may be named. Means over 24 drawings, on luma.
 */

import { checkOneOf } from "@tatami/core";
import { evaluate } from "../src/report/evaluate.ts";
import { compileKernels } from "../src/run/kernels.ts";
import { createModelEnlarge } from "../src/report/model-enlarge.ts";
import { drawEvaluationSet } from "../src/data/read-evaluation-set.ts";
import { trackNames, tracks } from "../src/data/tracks.ts";
import { readTrained } from "../src/campaign/read-trained.ts";

const count = 24;

const [word = "", ...paths] = process.argv.slice(2);
const track = tracks[checkOneOf("TRACK", word, trackNames)];
const compiled = await compileKernels();
for (const path of paths) {
  const { model } = await readTrained(path);
  const { scale } = model;
  const pictures = await drawEvaluationSet(count, scale, { track });
  const mean = evaluate(pictures, createModelEnlarge(compiled, model), scale).at(-1)!;
  const [gained, bicubic] = [mean.model.psnr - mean.bicubic.psnr, mean.bicubic.psnr];
  console.log(
    `${path}  ${track.name} ×${scale}  ${mean.model.psnr.toFixed(2)} dB (${gained < 0 ? "" : "+"}${gained.toFixed(2)}), SSIM ${mean.model.ssim.toFixed(4)}  bicubic ${bicubic.toFixed(2)} dB, ${mean.bicubic.ssim.toFixed(4)}`,
  );
}
