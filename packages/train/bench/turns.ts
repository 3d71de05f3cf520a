/**
 * Prints what a network gains by looking at every picture in all its turns, as a teacher does:
 *
 *     npx tsx --conditions=@tatami/source packages/train/bench/turns.ts SET MODEL…
 *
 * SET is a folder of test pictures; a MODEL is a checkpoint or an ONNX file. PSNR in dB on luma, bicubic beside it.
 */

import { basename } from "node:path";
import type { LumaPlane } from "../src/data/luma.ts";
import { enlargeTurned } from "../src/teacher/enlarge-turned.ts";
import { evaluate } from "../src/report/evaluate.ts";
import { compileKernels } from "../src/run/kernels.ts";
import { createModelEnlarge } from "../src/report/model-enlarge.ts";
import { readEvaluationSet } from "../src/data/read-evaluation-set.ts";
import { readTrained } from "../src/campaign/read-trained.ts";

const [folder = "", ...paths] = process.argv.slice(2);
const compiled = await compileKernels();
for (const path of paths) {
  const { model } = await readTrained(path);
  const pictures = await readEvaluationSet(folder, model.scale);
  const enlarge = createModelEnlarge(compiled, model);
  const made = new Map<LumaPlane, LumaPlane>();
  for (const { low } of pictures) made.set(low, await enlargeTurned(enlarge)(low));
  const [once, turned] = [enlarge, (low: LumaPlane) => made.get(low)!].map((each) =>
    evaluate(pictures, each, model.scale).at(-1)!,
  );
  console.log(
    `${basename(folder)}  ${model.name.padEnd(8)} ${once!.model.psnr.toFixed(2)}  in all turns ${turned!.model.psnr.toFixed(2)}  bicubic ${once!.bicubic.psnr.toFixed(2)}`,
  );
}
