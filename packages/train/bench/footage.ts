/**
 * Prints what fine-tuning a model on each video brings, in dB on the frames held back, by way of moving the weights:
 *
 *     npx tsx --conditions=@tatami/source packages/train/bench/footage.ts MODEL STEPS VIDEO…
 *
 * MODEL is a checkpoint or an ONNX file; a VIDEO is one camera's.
 */

import { basename } from "node:path";
import { fineTune } from "../src/footage/fine-tune.ts";
import type { FineTuneOptions } from "../src/footage/fine-tune.ts";
import { compileKernels } from "../src/run/kernels.ts";
import { readTrained } from "../src/campaign/read-trained.ts";

const [path = "", stepsWord = "", ...videos] = process.argv.slice(2);
const ways: Readonly<Record<string, Pick<FineTuneOptions, "optimizer" | "rate">>> = {
  "adam, rate 0.0001": { optimizer: "adam", rate: 1e-4 },
  adam: { optimizer: "adam" },
  soap: {},
};
const compiled = await compileKernels();
const { startWeights } = await readTrained(path);
for (const footage of videos) {
  for (const [name, way] of Object.entries(ways)) {
    const scores: string[] = [];
    const { psnr } = await fineTune({
      from: startWeights(),
      footage,
      name: "bench",
      steps: Number(stepsWord),
      compiled,
      scores: 3,
      onScore: (step, score) => scores.push(`${step}: ${score.toFixed(2)}`),
      ...way,
    });
    const gain = (psnr.after - psnr.before).toFixed(2);
    console.log(`${basename(footage)}  ${name.padEnd(18)} +${gain} dB  (${scores.join(", ")})`);
  }
}
