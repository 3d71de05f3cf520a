/**
 * Prints how well networks enlarge text and line art that no recipe's seed draws:
 *
 *     npx tsx --conditions=@tatami/source packages/train/bench/drawings.ts TRACK MODEL…
 *
 * TRACK is `bicubic`, or `camera`: each drawing goes through one random camera. A MODEL is a checkpoint or an ONNX
 * file; models of several scales may be named. Means over 24 drawings, on luma.
 */

import { compressPictures } from "@tatami/codecs/node";
import { degradeOften } from "../src/camera/camera-dataset.ts";
import { createBicubicPair } from "../src/dataset.ts";
import { checkFonts } from "../src/drawing/check-fonts.ts";
import { drawPicture } from "../src/drawing/draw-picture.ts";
import type { EvaluationPicture } from "../src/evaluate.ts";
import { evaluate } from "../src/evaluate.ts";
import { compileKernels } from "../src/kernels.ts";
import { createModelEnlarge } from "../src/model-enlarge.ts";
import { createRandom } from "../src/random.ts";
import { readTrained } from "../src/read-trained.ts";

const COUNT = 24;
const SEED = 0x7e57;

const [track = "", ...paths] = process.argv.slice(2);
if (track !== "bicubic" && track !== "camera") throw new Error("name a track, bicubic or camera, and models");
await checkFonts();
const compiled = await compileKernels();
for (const path of paths) {
  const { model } = await readTrained(compiled, path);
  const drawings = await Promise.all(Array.from({ length: COUNT }, (_, index) => draw(index, model.scale)));
  const mean = evaluate(drawings, createModelEnlarge(compiled, model), model.scale).at(-1)!;
  const [gained, bicubic] = [mean.model.psnr - mean.bicubic.psnr, mean.bicubic.psnr];
  console.log(
    `${path}  ${track} ×${model.scale}  ${mean.model.psnr.toFixed(2)} dB (${gained < 0 ? "" : "+"}${gained.toFixed(2)}), SSIM ${mean.model.ssim.toFixed(4)}  bicubic ${bicubic.toFixed(2)} dB, ${mean.bicubic.ssim.toFixed(4)}`,
  );
}

async function draw(index: number, scale: number): Promise<EvaluationPicture> {
  const picture = await drawPicture(createRandom((SEED << 8) + index));
  const pair = createBicubicPair(picture, scale);
  if (track === "bicubic") return { name: String(index), ...pair };
  const way = { scale, seed: SEED, degradations: 1 };
  const [low] = await degradeOften(picture, index, way, compressPictures);
  return { name: String(index), high: pair.high, low: low! };
}
